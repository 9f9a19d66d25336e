// Buffers between two pages that may not be touched, and chance that is the same in each run.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Numbers of a run: xorshift.
uint32_t chance(uint32_t below);
int between_both(int least, int most);
void seed_chance(uint64_t seed);

// A buffer that ends where a page ends, or begins where one begins: whichever, a step beyond it ends the process.
void *guarded(size_t bytes);

// The same, filled with floats around zero, which nobody may write.
const float *input_floats(size_t count, int may_be_negative);
const int8_t *input_bytes(size_t count);

// The same for what is to be written; each float must have been, and be a number.
float *output_floats(size_t count);
void check_outputs(const char *of);

// Gives all back.
void release_buffers(void);
