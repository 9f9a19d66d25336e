#define _GNU_SOURCE
#include "guarded.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MOST_BUFFERS = 64, PAGE = 4096 };

typedef struct {
    char *start;
    size_t length; // with both pages
    float *outputs;
    size_t count;
} Buffer;

static Buffer buffers[MOST_BUFFERS];
static int taken;
static uint64_t state = 1;

// No number that a kernel makes.
static const uint32_t UNWRITTEN = 0x7fc0dead;

void seed_chance(uint64_t seed) { state = seed * 0x9e3779b97f4a7c15u | 1; }

uint32_t chance(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

int between_both(int least, int most) { return least + (int)chance((uint32_t)(most - least + 1)); }

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    abort();
}

static Buffer *map(size_t bytes, void **data) {
    size_t room = (bytes + PAGE - 1) / PAGE * PAGE;
    Buffer *buffer = &buffers[taken++];
    if (taken > MOST_BUFFERS)
        fail("too many buffers in one call");
    *buffer = (Buffer){.length = room + 2 * PAGE};
    buffer->start = mmap(NULL, buffer->length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer->start == MAP_FAILED || mprotect(buffer->start + PAGE, room, PROT_READ | PROT_WRITE) != 0)
        fail("no memory");
    *data = buffer->start + PAGE + (chance(2) ? room - bytes : 0);
    return buffer;
}

void *guarded(size_t bytes) {
    void *data;
    map(bytes, &data);
    return data;
}

static void protect(const Buffer *buffer) {
    if (mprotect(buffer->start + PAGE, buffer->length - 2 * PAGE, PROT_READ) != 0)
        fail("a page cannot be protected");
}

// Large, small, equal and zero: ranges that are quantized are of all kinds.
static float number(int kind, int may_be_negative) {
    float x = (float)chance(1 << 16) / 4096 - (may_be_negative ? 8 : 0);
    return kind == 0 ? 0 : kind == 1 ? 3 : kind == 2 ? x * 1e30f : kind == 3 ? x * 1e-38f : x;
}

const float *input_floats(size_t count, int may_be_negative) {
    void *data;
    Buffer *buffer = map(count * sizeof(float), &data);
    int kind = (int)chance(16);
    for (size_t i = 0; i < count; i++)
        ((float *)data)[i] = number(kind, may_be_negative);
    protect(buffer);
    return data;
}

const int8_t *input_bytes(size_t count) {
    void *data;
    Buffer *buffer = map(count, &data);
    for (size_t i = 0; i < count; i++)
        ((int8_t *)data)[i] = (int8_t)between_both(-127, 127);
    protect(buffer);
    return data;
}

float *output_floats(size_t count) {
    void *data;
    Buffer *buffer = map(count * sizeof(float), &data);
    for (size_t i = 0; i < count; i++)
        memcpy((char *)data + i * sizeof(float), &UNWRITTEN, sizeof UNWRITTEN);
    buffer->outputs = data;
    buffer->count = count;
    return data;
}

void check_outputs(const char *of) {
    for (const Buffer *buffer = buffers; buffer < buffers + taken; buffer++)
        for (size_t i = 0; i < buffer->count; i++) {
            uint32_t bits;
            memcpy(&bits, &buffer->outputs[i], sizeof bits);
            if (bits == UNWRITTEN) {
                fprintf(stderr, "%s: output %zu of %zu was not written\n", of, i, buffer->count);
                abort();
            }
        }
}

void release_buffers(void) {
    while (taken > 0) {
        taken--;
        munmap(buffers[taken].start, buffers[taken].length);
    }
}
