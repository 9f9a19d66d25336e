// A 1x1 convolution of a quantized tile: for every pixel, outputs = weights x inputs + biases.
//
// The weights are 8-bit with one scale a row, the inputs x = offset + scale q as quantize.h makes them, so that
//   sum w x = row_scale (scale sum w8 q) + offset sum w,
// where the sum of w8 q is exact in 32 bits (products.h), and sum w is known per row beforehand.
#pragma once

#include "kernels.h"
#include "quantize.h"

enum { BLOCK = CIS_OUTPUT_BLOCK };

// The sums of a block of outputs. Variables, for compilers keep arrays in memory.
typedef struct {
    __m512i v0, v1, v2, v3;
} Row;

typedef struct {
    Row r0, r1, r2, r3, r4, r5;
} Sums;

INLINE Sums no_sums(void) {
    const __m512i zero = _mm512_setzero_si512();
    const Row row = {zero, zero, zero, zero};
    return (Sums){row, row, row, row, row, row};
}

INLINE void spread(__m512i values[BLOCK][TILE_VECTORS], const Sums *sums) {
    __builtin_memcpy(values, sums, sizeof *sums);
}

// Adds the products of four inputs' weights for one output with up to four vectors of pixels.
INLINE Row dot(Row sums, const int8_t *weights, Row pixels, int vectors) {
    int32_t quad;
    __builtin_memcpy(&quad, weights, sizeof quad);
    __m512i row = _mm512_set1_epi32(quad);
    sums.v0 = add_products(sums.v0, pixels.v0, row);
    if (vectors > 1)
        sums.v1 = add_products(sums.v1, pixels.v1, row);
    if (vectors > 2)
        sums.v2 = add_products(sums.v2, pixels.v2, row);
    if (vectors > 3)
        sums.v3 = add_products(sums.v3, pixels.v3, row);
    return sums;
}

// The same for a block of outputs.
INLINE void accumulate(Sums *sums, const int8_t *weights, const uint8_t (*quads)[4], int vectors) {
    Row pixels = {_mm512_loadu_si512(quads), _mm512_loadu_si512(quads + LANES), _mm512_loadu_si512(quads + 2 * LANES),
                  _mm512_loadu_si512(quads + 3 * LANES)};
    sums->r0 = dot(sums->r0, weights, pixels, vectors);
    sums->r1 = dot(sums->r1, weights + 4, pixels, vectors);
    sums->r2 = dot(sums->r2, weights + 8, pixels, vectors);
    sums->r3 = dot(sums->r3, weights + 12, pixels, vectors);
    sums->r4 = dot(sums->r4, weights + 16, pixels, vectors);
    sums->r5 = dot(sums->r5, weights + 20, pixels, vectors);
}

INLINE void multiply(__m512i values[BLOCK][TILE_VECTORS], const int8_t *weights, const QuantizedTile *inputs, int quads,
                     int vectors) {
    Sums sums = no_sums();
    for (int k = 0; k < quads; k++)
        accumulate(&sums, weights + 4 * BLOCK * k, inputs->quads[k], vectors);
    spread(values, &sums);
}

// The real value of a sum.
INLINE __m512 dequantize(__m512i sum, const CisPointwise *layer, int output, const QuantizedTile *inputs, int v) {
    __m512 offset = _mm512_load_ps(inputs->offset + v * LANES), scale = _mm512_load_ps(inputs->scale + v * LANES);
    __m512 constant =
        _mm512_fmadd_ps(offset, _mm512_set1_ps(layer->row_sums[output]), _mm512_set1_ps(layer->biases[output]));
    __m512 factor = _mm512_mul_ps(scale, _mm512_set1_ps(layer->row_scales[output]));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), factor, constant);
}
