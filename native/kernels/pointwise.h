// A 1x1 convolution of a quantised tile: for every pixel, outputs = weights x inputs + biases.
//
// The weights are 8-bit with one scale a row, the inputs x = offset + scale q as quantise.h makes them, so that
//   sum w x = row_scale (scale sum w8 q) + offset sum w,
// where the sum of w8 q is exact in 32 bits (vpdpbusd: four products of unsigned and signed bytes a lane, AVX512-VNNI),
// and sum w is known per row beforehand.
#pragma once

#include "kernels.h"
#include "quantise.h"

enum { BLOCK = CIS_OUTPUT_BLOCK };

// The sums of a block of outputs, in variables: compilers keep an array of them in memory.
typedef struct {
    __m512i v0, v1, v2, v3;
} Row;

INLINE Row dot(Row sums, const int8_t *weights, __m512i p0, __m512i p1, __m512i p2, __m512i p3, int vectors) {
    int32_t quad;
    __builtin_memcpy(&quad, weights, sizeof quad);
    __m512i row = _mm512_set1_epi32(quad);
    sums.v0 = _mm512_dpbusd_epi32(sums.v0, p0, row);
    if (vectors > 1)
        sums.v1 = _mm512_dpbusd_epi32(sums.v1, p1, row);
    if (vectors > 2)
        sums.v2 = _mm512_dpbusd_epi32(sums.v2, p2, row);
    if (vectors > 3)
        sums.v3 = _mm512_dpbusd_epi32(sums.v3, p3, row);
    return sums;
}

INLINE void multiply(__m512i sums[BLOCK][TILE_VECTORS], const int8_t *weights, const QuantisedTile *inputs, int quads,
                     int vectors) {
    const __m512i zero = _mm512_setzero_si512();
    Row r0 = {zero, zero, zero, zero}, r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0;
    for (int k = 0; k < quads; k++, weights += 4 * BLOCK) {
        const uint8_t(*at)[4] = inputs->quads[k];
        __m512i p0 = _mm512_load_si512(at);
        __m512i p1 = vectors > 1 ? _mm512_load_si512(at + LANES) : zero;
        __m512i p2 = vectors > 2 ? _mm512_load_si512(at + 2 * LANES) : zero;
        __m512i p3 = vectors > 3 ? _mm512_load_si512(at + 3 * LANES) : zero;
        r0 = dot(r0, weights, p0, p1, p2, p3, vectors);
        r1 = dot(r1, weights + 4, p0, p1, p2, p3, vectors);
        r2 = dot(r2, weights + 8, p0, p1, p2, p3, vectors);
        r3 = dot(r3, weights + 12, p0, p1, p2, p3, vectors);
        r4 = dot(r4, weights + 16, p0, p1, p2, p3, vectors);
        r5 = dot(r5, weights + 20, p0, p1, p2, p3, vectors);
    }
    const Row rows[BLOCK] = {r0, r1, r2, r3, r4, r5};
    __builtin_memcpy(sums, rows, sizeof rows);
}

// The real value of a sum.
INLINE __m512 dequantise(__m512i sum, const CisPointwise *layer, int output, const QuantisedTile *inputs, int v) {
    __m512 offset = _mm512_load_ps(inputs->offset + v * LANES), scale = _mm512_load_ps(inputs->scale + v * LANES);
    __m512 constant = _mm512_fmadd_ps(offset, _mm512_set1_ps(layer->row_sums[output]),
                                      _mm512_set1_ps(layer->biases[output]));
    __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale);
    return _mm512_fmadd_ps(scaled, _mm512_set1_ps(layer->row_scales[output]), constant);
}
