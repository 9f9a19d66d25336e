// Sums of products of unsigned and signed bytes, as two sets of instructions make them. What includes this is compiled
// once for each, and gives its functions the name of the set.
#pragma once

#include "tile.h"

#ifdef __AVX512VNNI__

#define OF_THIS_SET(name) name##_vnni

// The steps of a quantized value: its whole byte.
enum { STEPS = 255 };

// Adds the four products of each lane's bytes.
INLINE __m512i add_products(__m512i sums, __m512i unsigned_bytes, __m512i signed_bytes) {
    return _mm512_dpbusd_epi32(sums, unsigned_bytes, signed_bytes);
}

#else

#define OF_THIS_SET(name) name##_avx512

// vpmaddubsw adds two products in 16 bits and clips what does not fit. 7 bits do: 2 x 127 x 127 is less than 2^15.
enum { STEPS = 127 };

INLINE __m512i add_products(__m512i sums, __m512i unsigned_bytes, __m512i signed_bytes) {
    __m512i pairs = _mm512_maddubs_epi16(unsigned_bytes, signed_bytes);
    return _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

#endif
