// The channel mixer of PP-LCNet-like backbones: two 1x1 convolutions with a GELU between and a short cut around, done
// tile by tile, so that the hidden channels (twice as many) never leave the cache. And a 1x1 convolution alone.
#include "layers.h"

INLINE void hidden_layer(Tile *hidden, const CisPointwise *layer, CisActivation activation, const QuantizedTile *inputs,
                         int vectors) {
    Range range = empty_range();
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        Ints sums[BLOCK][TILE_VECTORS];
        multiply_block(sums, layer, first, inputs, vectors);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            for (int v = 0; v < vectors; v++) {
                Floats value = activate(dequantize(sums[o][v], layer, first + o, inputs, v), activation);
                store(hidden->values[first + o] + v * LANES, value);
                widen(&range, v, value);
            }
        }
    }
    keep_range(hidden, &range, vectors);
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
    quantize_tile(&scratch->quantized, &scratch->input, m->expand->inputs, vectors);
    hidden_layer(&scratch->hidden, m->expand, m->activation, &scratch->quantized, vectors);
    quantize_tile(&scratch->quantized, &scratch->hidden, m->contract->inputs, vectors);
    const Tile *residual = m->residual ? &scratch->input : NULL;
    output_layer(m->y, m->pixels, m->contract, &scratch->quantized, residual, CIS_IDENTITY, span, vectors);
}

INLINE void convolve_tile(Scratch *scratch, const CisPointwise *layer, CisActivation activation, const float *x,
                          float *y, ptrdiff_t pixels, Span span, int vectors) {
    load_tile(&scratch->input, x, pixels, NULL, layer->inputs, span, vectors);
    quantize_tile(&scratch->quantized, &scratch->input, layer->inputs, vectors);
    output_layer(y, pixels, layer, &scratch->quantized, NULL, activation, span, vectors);
}

void OF_THIS_SET(cis_mix_channels)(const CisPointwise *expand, const CisPointwise *contract, CisActivation activation,
                                   int residual, const float *x, const float *gate, float *y, ptrdiff_t pixels) {
    Scratch *scratch = own_scratch();
    const Mixer mixer = {expand, contract, activation, residual, x, gate, y, pixels};
    for (ptrdiff_t first = 0; first < pixels; first += TILE) {
        Span span = span_at(first, pixels);
        // A constant number of vectors keeps the sums in registers.
        switch (span.vectors) {
#define MIX(v) \
    case v + 1: mix_tile(scratch, &mixer, span, v + 1); break;
            EACH_VECTOR(MIX)
        }
    }
}

void OF_THIS_SET(cis_pointwise)(const CisPointwise *layer, CisActivation activation, const float *x, float *y,
                                ptrdiff_t pixels) {
    Scratch *scratch = own_scratch();
    for (ptrdiff_t first = 0; first < pixels; first += TILE) {
        Span span = span_at(first, pixels);
        switch (span.vectors) {
#define CONVOLVE(v) \
    case v + 1: convolve_tile(scratch, layer, activation, x, y, pixels, span, v + 1); break;
            EACH_VECTOR(CONVOLVE)
        }
    }
}
