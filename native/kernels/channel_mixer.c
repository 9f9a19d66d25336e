// The channel mixer of PP-LCNet-like backbones: two 1x1 convolutions with a GELU between and a short cut around, done
// tile by tile, so that the hidden channels (twice as many) never leave the cache.
#include "gelu.h"
#include "kernels.h"
#include "pointwise.h"

// 0.7 MB: what a tile needs between its stages. All of it stays in the second cache.
typedef struct {
    Tile input, hidden;
    QuantisedTile quantised;
} Scratch;

static _Thread_local Scratch scratch;

INLINE void hidden_layer(Tile *hidden, const CisPointwise *layer, const QuantisedTile *inputs, int vectors) {
    Range range = empty_range();
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        __m512i sums[BLOCK][TILE_VECTORS];
        multiply(sums, layer->weights + (ptrdiff_t)first * layer->inputs, inputs, layer->inputs / 4, vectors);
        for (int o = 0; o < BLOCK; o++) {
            for (int v = 0; v < vectors; v++) {
                __m512 value = gelu(dequantise(sums[o][v], layer, first + o, inputs, v));
                _mm512_store_ps(hidden->values[first + o] + v * LANES, value);
                widen(&range, v, value);
            }
        }
    }
    keep_range(hidden, &range, vectors);
}

INLINE void output_layer(float *y, ptrdiff_t plane, const CisPointwise *layer, const QuantisedTile *inputs,
                         const Tile *residual, int activate, Span span, int vectors) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        __m512i sums[BLOCK][TILE_VECTORS];
        multiply(sums, layer->weights + (ptrdiff_t)first * layer->inputs, inputs, layer->inputs / 4, vectors);
        for (int o = 0; o < BLOCK; o++) {
            float *to = y + (first + o) * plane + span.first;
            for (int v = 0; v < vectors; v++) {
                __m512 value = dequantise(sums[o][v], layer, first + o, inputs, v);
                if (residual)
                    value = _mm512_add_ps(value, _mm512_load_ps(residual->values[first + o] + v * LANES));
                if (activate)
                    value = gelu(value);
                _mm512_mask_storeu_ps(to + v * LANES, lanes_of(span, v), value);
            }
        }
    }
}

typedef struct {
    const CisPointwise *expand, *contract;
    int residual;
    const float *x, *gate;
    float *y;
    ptrdiff_t pixels;
} Mixer;

INLINE void mix_tile(const Mixer *m, Span span, int vectors) {
    load_tile(&scratch.input, m->x, m->pixels, m->gate, m->expand->inputs, span, vectors);
    quantise_tile(&scratch.quantised, &scratch.input, m->expand->inputs, vectors);
    hidden_layer(&scratch.hidden, m->expand, &scratch.quantised, vectors);
    quantise_tile(&scratch.quantised, &scratch.hidden, m->contract->inputs, vectors);
    const Tile *residual = m->residual ? &scratch.input : NULL;
    output_layer(m->y, m->pixels, m->contract, &scratch.quantised, residual, 0, span, vectors);
}

INLINE void convolve_tile(const CisPointwise *layer, int activate, const float *x, float *y, ptrdiff_t pixels, Span span,
                          int vectors) {
    load_tile(&scratch.input, x, pixels, NULL, layer->inputs, span, vectors);
    quantise_tile(&scratch.quantised, &scratch.input, layer->inputs, vectors);
    output_layer(y, pixels, layer, &scratch.quantised, NULL, activate, span, vectors);
}

void cis_mix_channels(const CisPointwise *expand, const CisPointwise *contract, int residual, const float *x,
                      const float *gate, float *y, ptrdiff_t pixels) {
    const Mixer mixer = {expand, contract, residual, x, gate, y, pixels};
    for (ptrdiff_t first = 0; first < pixels; first += TILE) {
        Span span = span_at(first, pixels);
        // A constant number of vectors keeps the sums in registers.
        switch (span.vectors) {
            case 1: mix_tile(&mixer, span, 1); break;
            case 2: mix_tile(&mixer, span, 2); break;
            case 3: mix_tile(&mixer, span, 3); break;
            default: mix_tile(&mixer, span, TILE_VECTORS);
        }
    }
}

void cis_pointwise(const CisPointwise *layer, int activate, const float *x, float *y, ptrdiff_t pixels) {
    for (ptrdiff_t first = 0; first < pixels; first += TILE) {
        Span span = span_at(first, pixels);
        switch (span.vectors) {
            case 1: convolve_tile(layer, activate, x, y, pixels, span, 1); break;
            case 2: convolve_tile(layer, activate, x, y, pixels, span, 2); break;
            case 3: convolve_tile(layer, activate, x, y, pixels, span, 3); break;
            default: convolve_tile(layer, activate, x, y, pixels, span, TILE_VECTORS);
        }
    }
}
