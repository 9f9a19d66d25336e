// Dynamic quantization of a tile, each pixel by itself: x = offset + scale q with q in 0..STEPS, offset the least and
// offset + STEPS scale the greatest value of the pixel's channels. No calibration data are needed, a bright pixel does
// not coarsen its neighbors, and a pixel's result depends on nothing but the pixel.
#pragma once

#include "products.h"
#include "tile.h"

typedef struct {
    // Four channels of a pixel in four bytes, as the dot product instruction takes them.
    _Alignas(64) uint8_t quads[MAX_CHANNELS / 4][TILE][4];
    _Alignas(64) float scale[TILE];
    _Alignas(64) float offset[TILE];
} QuantizedTile;

// Values of a pixel within this range of each other are taken for equal: their steps' inverse would not be finite.
#define LEAST_RANGE 1e-30f

INLINE __m512 quantize_scale(QuantizedTile *to, const Tile *from, int v) {
    __m512 low = _mm512_load_ps(from->low + v * LANES), high = _mm512_load_ps(from->high + v * LANES);
    __m512 step = _mm512_set1_ps(1.0f / STEPS);
    // Each by itself, for high - low can be more than a float holds.
    __m512 scale = _mm512_sub_ps(_mm512_mul_ps(high, step), _mm512_mul_ps(low, step));
    _mm512_store_ps(to->scale + v * LANES, scale);
    _mm512_store_ps(to->offset + v * LANES, low);
    __mmask16 varied = _mm512_cmp_ps_mask(scale, _mm512_set1_ps(LEAST_RANGE), _CMP_GT_OQ);
    return _mm512_maskz_div_ps(varied, _mm512_set1_ps(1), scale);
}

// Four channels' steps of sixteen pixels, as the four bytes of each pixel. Rounding may have brought them out of range.
INLINE __m512i interleave(__m512i q0, __m512i q1, __m512i q2, __m512i q3) {
    // Saturating packs within each 128 bits: four pixels' channels 0 1 | 2 3 as words, then all as bytes; the shuffle
    // brings the four bytes of each pixel together.
    __m512i bytes = _mm512_packus_epi16(_mm512_packs_epi32(q0, q1), _mm512_packs_epi32(q2, q3));
    if (STEPS < UINT8_MAX)
        bytes = _mm512_min_epu8(bytes, _mm512_set1_epi8(STEPS));
    return _mm512_shuffle_epi8(bytes, _mm512_set4_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400));
}

INLINE __m512i quantize_channel(const float *values, __m512 inverse, __m512 start) {
    return _mm512_cvtps_epi32(_mm512_fmadd_ps(_mm512_load_ps(values), inverse, start));
}

INLINE void quantize_tile(QuantizedTile *to, const Tile *from, int channels, int vectors) {
    for (int v = 0; v < vectors; v++) {
        __m512 inverse = quantize_scale(to, from, v);
        __m512 start =
            _mm512_mul_ps(_mm512_load_ps(from->low + v * LANES), _mm512_sub_ps(_mm512_setzero_ps(), inverse));
        for (int c = 0; c < channels; c += 4) {
            const float *at = from->values[c] + v * LANES;
            __m512i q0 = quantize_channel(at, inverse, start);
            __m512i q1 = quantize_channel(at + TILE, inverse, start);
            __m512i q2 = quantize_channel(at + 2 * TILE, inverse, start);
            __m512i q3 = quantize_channel(at + 3 * TILE, inverse, start);
            _mm512_store_si512(to->quads[c / 4][v * LANES], interleave(q0, q1, q2, q3));
        }
    }
}
