// A 1x1 convolution of a quantized tile: for every pixel, outputs = weights x inputs + biases.
//
// The weights are 8-bit with one scale a row, the inputs x = offset + scale q as quantize.h makes them, so that
//   sum w x = row_scale (scale sum w8 q) + offset sum w,
// where the sum of w8 q is exact in 32 bits (add_products in isa/), and sum w is known per row beforehand.
#pragma once

#include "kernels.h"
#include "quantize.h"

enum { BLOCK = CIS_OUTPUT_BLOCK };

// The sums of a block of outputs. Variables, for compilers keep arrays in memory.
typedef struct {
#define VECTOR(n) Ints v##n;
    EACH_VECTOR(VECTOR)
#undef VECTOR
} Row;

typedef struct {
    Row r0, r1, r2, r3, r4, r5;
} Sums;

INLINE Sums no_sums(void) {
    Row row;
#define CLEAR(n) row.v##n = ints(0);
    EACH_VECTOR(CLEAR)
#undef CLEAR
    return (Sums){row, row, row, row, row, row};
}

INLINE void spread(Ints values[BLOCK][TILE_VECTORS], const Sums *sums) { __builtin_memcpy(values, sums, sizeof *sums); }

// Adds the products of four inputs' weights for one output with the vectors of pixels that are in use.
INLINE Row dot(Row sums, const int8_t *weights, Row pixels, int vectors) {
    int32_t quad;
    __builtin_memcpy(&quad, weights, sizeof quad);
    Ints row = ints(quad);
#define ADD_PRODUCTS(n) \
    if (vectors > n)    \
        sums.v##n = add_products(sums.v##n, pixels.v##n, row);
    EACH_VECTOR(ADD_PRODUCTS)
#undef ADD_PRODUCTS
    return sums;
}

// The same for a block of outputs.
INLINE void accumulate(Sums *sums, const int8_t *weights, const uint8_t (*quads)[4], int vectors) {
    Row pixels;
#define LOAD(n) pixels.v##n = load_ints(quads + n * LANES);
    EACH_VECTOR(LOAD)
#undef LOAD
    sums->r0 = dot(sums->r0, weights, pixels, vectors);
    sums->r1 = dot(sums->r1, weights + 4, pixels, vectors);
    sums->r2 = dot(sums->r2, weights + 8, pixels, vectors);
    sums->r3 = dot(sums->r3, weights + 12, pixels, vectors);
    sums->r4 = dot(sums->r4, weights + 16, pixels, vectors);
    sums->r5 = dot(sums->r5, weights + 20, pixels, vectors);
}

#ifdef ADDS_PAIRS

// Two quads, whose products are summed in 16 bits first. Their pixels are loaded for each output: to hold them beside
// the sums takes more registers than there are, and compilers then keep sums in memory.
INLINE Row dot_pair(Row sums, const int8_t *weights, const uint8_t (*quads)[4], int vectors) {
    int32_t pair[2];
    __builtin_memcpy(&pair[0], weights, sizeof pair[0]);
    __builtin_memcpy(&pair[1], weights + 4 * BLOCK, sizeof pair[1]);
    Ints one = ints(pair[0]), two = ints(pair[1]);
    FORGET_MEMORY();
#define ADD_PAIRS(n) \
    if (vectors > n) \
        sums.v##n = add_pairs(sums.v##n, load_ints(quads + n * LANES), one, load_ints(quads + TILE + n * LANES), two);
    EACH_VECTOR(ADD_PAIRS)
#undef ADD_PAIRS
    return sums;
}

INLINE void accumulate_pair(Sums *sums, const int8_t *weights, const uint8_t (*quads)[4], int vectors) {
    sums->r0 = dot_pair(sums->r0, weights, quads, vectors);
    sums->r1 = dot_pair(sums->r1, weights + 4, quads, vectors);
    sums->r2 = dot_pair(sums->r2, weights + 8, quads, vectors);
    sums->r3 = dot_pair(sums->r3, weights + 12, quads, vectors);
    sums->r4 = dot_pair(sums->r4, weights + 16, quads, vectors);
    sums->r5 = dot_pair(sums->r5, weights + 20, quads, vectors);
}

// Words of pairs for a block of outputs.
INLINE size_t pair_words(const CisPointwise *layer) { return ((size_t)layer->inputs / 8 + 63) / 64; }

INLINE int is_pair(const uint64_t *pairs, int pair) { return (int)(pairs[pair / 64] >> pair % 64 & 1); }

INLINE void multiply_in_pairs(Ints values[BLOCK][TILE_VECTORS], const int8_t *weights, const uint64_t *pairs,
                              const QuantizedTile *inputs, int quads, int vectors) {
    Sums sums = no_sums();
    int k = 0;
    for (; k + 1 < quads; k += 2, weights += 8 * BLOCK) {
        if (is_pair(pairs, k / 2)) {
            accumulate_pair(&sums, weights, inputs->quads[k], vectors);
            continue;
        }
        accumulate(&sums, weights, inputs->quads[k], vectors);
        accumulate(&sums, weights + 4 * BLOCK, inputs->quads[k + 1], vectors);
    }
    if (k < quads)
        accumulate(&sums, weights, inputs->quads[k], vectors);
    spread(values, &sums);
}

#endif

INLINE void multiply(Ints values[BLOCK][TILE_VECTORS], const int8_t *weights, const QuantizedTile *inputs, int quads,
                     int vectors) {
    Sums sums = no_sums();
    for (int k = 0; k < quads; k++)
        accumulate(&sums, weights + 4 * BLOCK * k, inputs->quads[k], vectors);
    spread(values, &sums);
}

// For the block of outputs from the given one on.
INLINE void multiply_block(Ints values[BLOCK][TILE_VECTORS], const CisPointwise *layer, int first,
                           const QuantizedTile *inputs, int vectors) {
    const int8_t *weights = layer->weights + (ptrdiff_t)first * layer->inputs;
#ifdef ADDS_PAIRS
    if (layer->pairs) {
        const uint64_t *pairs = layer->pairs + (size_t)(first / BLOCK) * pair_words(layer);
        multiply_in_pairs(values, weights, pairs, inputs, layer->inputs / 4, vectors);
        return;
    }
#endif
    multiply(values, weights, inputs, layer->inputs / 4, vectors);
}

// The real value of a sum.
INLINE Floats dequantize(Ints sum, const CisPointwise *layer, int output, const QuantizedTile *inputs, int v) {
    Floats offset = load(inputs->offset + v * LANES), scale = load(inputs->scale + v * LANES);
    Floats constant = mul_add(offset, each(layer->row_sums[output]), each(layer->biases[output]));
    Floats factor = mul(scale, each(layer->row_scales[output]));
    return mul_add(to_floats(sum), factor, constant);
}
