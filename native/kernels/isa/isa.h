// The vectors that the kernels are written in: sixteen or eight floats or 32-bit numbers, and some of their lanes. Each
// set of instructions has one header that says what they are; what a kernel does stands in the kernel, once. To add a
// set (NEON, AMX): a header like those two, a line in sets.h, and one in build.sh.
//
// What a header gives, with vectors of type Floats and Ints, and Lanes for some of their places:
//
//   LANES, TILE_VECTORS   floats in a vector; vectors of pixels that are multiplied at once, as many as the registers
//   hold EACH_VECTOR(of)       of(0), of(1), ... for each of those STEPS, OF_THIS_SET    steps of a quantized value; a
//   function's name in this set zeros, each           0 in every lane, or a value load, store           at an address
//   that is a multiple of a vector's size load_from, store_to   at any address load_some, store_some at any address, of
//   some lanes; nothing else is read (it is 0) or written add sub mul mul_add min max    a + b, a - b, a b, a b + c in
//   one rounding, the lesser, the greater sum_lanes min_lane max_lane    of a whole vector only                  the
//   given lanes, 0 elsewhere inverse_above         1 / x where x is greater than a bound, 0 elsewhere first_lanes,
//   lanes_between     the first n of at least one lane; those from first to before end evens                 every
//   second of two vectors' floats repeat                the first of a vector's floats, each repeated 1, 2, 4, 8 or 16
//   times ints, to_floats, to_ints       a whole number in every lane; conversions, to the nearest even load_ints,
//   store_ints at any address; at a multiple of a vector's size even_ints, odd_ints   every second of two vectors'
//   numbers interleave            four vectors' steps as the four bytes of each lane, clipped to 0..STEPS add_products
//   to each lane the four products of its unsigned and signed bytes add_pairs             where ADDS_PAIRS is defined:
//   the same for two of each, whose sums are known to fit in 16 bits
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

#ifdef __AVX512F__
#include "avx512.h"
#else
#include "avx2.h"
#endif
