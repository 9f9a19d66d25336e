// The end of every kernel that ends in a 1x1 convolution of a tile, and what such kernels keep between their stages.
#pragma once

#include "gelu.h"
#include "kernels.h"
#include "pointwise.h"

// 0.7 MB: what a tile needs between its stages. All of it stays in the second cache.
typedef struct {
    Tile input, hidden;
    QuantizedTile quantized;
} Scratch;

static _Thread_local Scratch thread_scratch;

// Asked for once a call.
static Scratch *own_scratch(void) {
    Scratch *own = &thread_scratch;
    HIDE_ORIGIN(own);
    return own;
}

INLINE __m512 activate(__m512 x, CisActivation activation) {
    switch (activation) {
        case CIS_GELU: return gelu(x);
        case CIS_RELU: return _mm512_max_ps(x, _mm512_setzero_ps());
        default: return x;
    }
}

INLINE void output_layer(float *y, ptrdiff_t plane, const CisPointwise *layer, const QuantizedTile *inputs,
                         const Tile *residual, CisActivation activation, Span span, int vectors) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        __m512i sums[BLOCK][TILE_VECTORS];
        multiply(sums, layer->weights + (ptrdiff_t)first * layer->inputs, inputs, layer->inputs / 4, vectors);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            float *to = y + (first + o) * plane + span.first;
            for (int v = 0; v < vectors; v++) {
                __m512 value = dequantize(sums[o][v], layer, first + o, inputs, v);
                if (residual)
                    value = _mm512_add_ps(value, _mm512_load_ps(residual->values[first + o] + v * LANES));
                _mm512_mask_storeu_ps(to + v * LANES, lanes_of(span, v, vectors), activate(value, activation));
            }
        }
    }
}
