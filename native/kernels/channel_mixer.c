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

static _Thread_local Scratch thread_scratch;

// Asked for once a call: unless its origin is hidden, compilers look the thread's address up again at each use.
static Scratch *own_scratch(void) {
    Scratch *own = &thread_scratch;
    __asm__("" : "+r"(own));
    return own;
}

INLINE __m512 activate(__m512 x, CisActivation activation) {
    switch (activation) {
        case CIS_GELU: return gelu(x);
        case CIS_RELU: return _mm512_max_ps(x, _mm512_setzero_ps());
        default: return x;
    }
}

INLINE void hidden_layer(Tile *hidden, const CisPointwise *layer, CisActivation activation, const QuantisedTile *inputs,
                         int vectors) {
    Range range = empty_range();
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        __m512i sums[BLOCK][TILE_VECTORS];
        multiply(sums, layer->weights + (ptrdiff_t)first * layer->inputs, inputs, layer->inputs / 4, vectors);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            for (int v = 0; v < vectors; v++) {
                __m512 value = activate(dequantise(sums[o][v], layer, first + o, inputs, v), activation);
                _mm512_store_ps(hidden->values[first + o] + v * LANES, value);
                widen(&range, v, value);
            }
        }
    }
    keep_range(hidden, &range, vectors);
}

INLINE void output_layer(float *y, ptrdiff_t plane, const CisPointwise *layer, const QuantisedTile *inputs,
                         const Tile *residual, CisActivation activation, Span span, int vectors) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        __m512i sums[BLOCK][TILE_VECTORS];
        multiply(sums, layer->weights + (ptrdiff_t)first * layer->inputs, inputs, layer->inputs / 4, vectors);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            float *to = y + (first + o) * plane + span.first;
            for (int v = 0; v < vectors; v++) {
                __m512 value = dequantise(sums[o][v], layer, first + o, inputs, v);
                if (residual)
                    value = _mm512_add_ps(value, _mm512_load_ps(residual->values[first + o] + v * LANES));
                _mm512_mask_storeu_ps(to + v * LANES, lanes_of(span, v, vectors), activate(value, activation));
            }
        }
    }
}

typedef struct {
    const CisPointwise *expand, *contract;
    CisActivation activation;
    int residual;
    const float *x, *gate;
    float *y;
    ptrdiff_t pixels;
} Mixer;

INLINE void mix_tile(Scratch *scratch, const Mixer *m, Span span, int vectors) {
    load_tile(&scratch->input, m->x, m->pixels, m->gate, m->expand->inputs, span, vectors);
    quantise_tile(&scratch->quantised, &scratch->input, m->expand->inputs, vectors);
    hidden_layer(&scratch->hidden, m->expand, m->activation, &scratch->quantised, vectors);
    quantise_tile(&scratch->quantised, &scratch->hidden, m->contract->inputs, vectors);
    const Tile *residual = m->residual ? &scratch->input : NULL;
    output_layer(m->y, m->pixels, m->contract, &scratch->quantised, residual, CIS_IDENTITY, span, vectors);
}

INLINE void convolve_tile(Scratch *scratch, const CisPointwise *layer, CisActivation activation, const float *x,
                          float *y, ptrdiff_t pixels, Span span, int vectors) {
    load_tile(&scratch->input, x, pixels, NULL, layer->inputs, span, vectors);
    quantise_tile(&scratch->quantised, &scratch->input, layer->inputs, vectors);
    output_layer(y, pixels, layer, &scratch->quantised, NULL, activation, span, vectors);
}

void OF_THIS_SET(cis_mix_channels)(const CisPointwise *expand, const CisPointwise *contract, CisActivation activation,
                                   int residual, const float *x, const float *gate, float *y, ptrdiff_t pixels) {
    Scratch *scratch = own_scratch();
    const Mixer mixer = {expand, contract, activation, residual, x, gate, y, pixels};
    for (ptrdiff_t first = 0; first < pixels; first += TILE) {
        Span span = span_at(first, pixels);
        // A constant number of vectors keeps the sums in registers.
        switch (span.vectors) {
            case 1: mix_tile(scratch, &mixer, span, 1); break;
            case 2: mix_tile(scratch, &mixer, span, 2); break;
            case 3: mix_tile(scratch, &mixer, span, 3); break;
            default: mix_tile(scratch, &mixer, span, TILE_VECTORS);
        }
    }
}

void OF_THIS_SET(cis_pointwise)(const CisPointwise *layer, CisActivation activation, const float *x, float *y,
                                ptrdiff_t pixels) {
    Scratch *scratch = own_scratch();
    for (ptrdiff_t first = 0; first < pixels; first += TILE) {
        Span span = span_at(first, pixels);
        switch (span.vectors) {
            case 1: convolve_tile(scratch, layer, activation, x, y, pixels, span, 1); break;
            case 2: convolve_tile(scratch, layer, activation, x, y, pixels, span, 2); break;
            case 3: convolve_tile(scratch, layer, activation, x, y, pixels, span, 3); break;
            default: convolve_tile(scratch, layer, activation, x, y, pixels, span, TILE_VECTORS);
        }
    }
}
