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

INLINE Floats activate(Floats x, CisActivation activation) {
    switch (activation) {
        case CIS_GELU: return gelu(x);
        case CIS_RELU: return max(x, zeros());
        default: return x;
    }
}

INLINE void output_layer(float *y, ptrdiff_t plane, const CisPointwise *layer, const QuantizedTile *inputs,
                         const Tile *residual, CisActivation activation, Span span, int vectors) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        Ints sums[BLOCK][TILE_VECTORS];
        multiply_block(sums, layer, first, inputs, vectors);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            float *to = y + (first + o) * plane + span.first;
            for (int v = 0; v < vectors; v++) {
                Floats value = dequantize(sums[o][v], layer, first + o, inputs, v);
                if (residual)
                    value = add(value, load(residual->values[first + o] + v * LANES));
                store_some(to + v * LANES, lanes_of(span, v, vectors), activate(value, activation));
            }
        }
    }
}
