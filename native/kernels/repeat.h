// Nearest-neighbor upsampling of a row: every pixel is repeated 1, 2, 4, 8 or 16 times.
#pragma once

#include "tile.h"

// As many as are left, sixteen at most.
INLINE __mmask16 lanes_left(int left) { return (__mmask16)(left < LANES ? (1u << left) - 1 : 0xffff); }

// Which of a row's pixels each of sixteen outputs is.
INLINE __m512i sources(int times) {
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_srli_epi32(lanes, (unsigned)__builtin_ctz((unsigned)times));
}

// Sixteen outputs from x on, of a row whose pixels are repeated.
INLINE __m512 repeated_at(const float *row, int x, int width, int times) {
    int from = x / times, left = width - from, wanted = LANES / times;
    return _mm512_permutexvar_ps(sources(times),
                                 _mm512_maskz_loadu_ps(lanes_left(left < wanted ? left : wanted), row + from));
}
