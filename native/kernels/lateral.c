// A step down a feature pyramid (Lin et al., arXiv:1612.03144): the finer map through a 1x1 convolution and a gate,
// plus the coarser one, its pixels repeated. What lies between the three would each be as large as the result.
#include "layers.h"
#include "repeat.h"
#include "separable.h"

// A constant number of vectors keeps the sums in registers.
INLINE void add_layer(float *y, ptrdiff_t plane, const CisPointwise *layer, const Scratch *scratch, Span span) {
    const QuantizedTile *inputs = &scratch->quantized;
    switch (span.vectors) {
#define ADD(v) \
    case v + 1: output_layer(y, plane, layer, inputs, &scratch->hidden, CIS_IDENTITY, span, v + 1); break;
        EACH_VECTOR(ADD)
    }
}

// gate (W x + b) is (gate W) x + gate b: the weights' bytes stay as they are, for each of their rows has a scale.
INLINE CisPointwise gated(float rows[3][MAX_CHANNELS], const CisPointwise *layer, const float *gate) {
    for (int o = 0; o < layer->outputs; o++) {
        rows[0][o] = gate[o] * layer->row_scales[o];
        rows[1][o] = gate[o] * layer->row_sums[o];
        rows[2][o] = gate[o] * layer->biases[o];
    }
    CisPointwise copy = *layer;
    copy.row_scales = rows[0];
    copy.row_sums = rows[1];
    copy.biases = rows[2];
    return copy;
}

// The pixels under a tile of a map of half the size; row is its row there, column the tile's first.
INLINE void load_coarse(Tile *tile, const float *row, ptrdiff_t plane, int channels, int column, int width,
                        int vectors) {
    for (int c = 0; c < channels; c++, row += plane)
        for (int v = 0; v < vectors; v++)
            store(tile->values[c] + v * LANES, repeated_at(row, column + v * LANES, width, 2));
}

// What a step goes down from.
typedef struct {
    const CisPointwise *layer; // with the gate in it
    const float *x, *coarse;
} Step;

static void step_down(const Step *step, const Window *y, int row) {
    Scratch *scratch = own_scratch();
    const CisPointwise *layer = step->layer;
    ptrdiff_t plane = (ptrdiff_t)y->height * y->width;
    const float *from = step->x + (ptrdiff_t)row * y->width;
    const float *under = step->coarse + (ptrdiff_t)(row / 2) * (y->width / 2);
    for (int column = 0; column < y->width; column += TILE) {
        Span span = span_at(column, y->width);
        load_coarse(&scratch->hidden, under, plane / 4, layer->outputs, column, y->width / 2, span.vectors);
        load_tile(&scratch->input, from, plane, NULL, layer->inputs, span, span.vectors);
        quantize_tile(&scratch->quantized, &scratch->input, layer->inputs, span.vectors);
        add_layer(row_of(y, 0, row), y->plane, layer, scratch, span);
    }
}

void OF_THIS_SET(cis_lateral)(const CisPointwise *layer, const float *x, const float *gate, const float *coarse,
                              int height, int width, float *y) {
    float rows[3][MAX_CHANNELS];
    const CisPointwise own = gated(rows, layer, gate);
    const Step step = {&own, x, coarse};
    const Window image = whole_image(y, height, width);
    for (int row = 0; row < height; row++)
        step_down(&step, &image, row);
}

void OF_THIS_SET(cis_lateral_separable)(const CisPointwise *lateral, const float *x, const float *gate,
                                        const float *coarse, const CisSeparable *separable, int height, int width,
                                        float *memory, float *y, float *means) {
    float rows[3][MAX_CHANNELS];
    const CisPointwise own = gated(rows, lateral, gate);
    const Step step = {&own, x, coarse};
    const Window between = window_at(&memory, own.outputs, height, width, CIS_LATERAL_ROWS);
    int done = 0, reach = separable->depthwise.kernel_height / 2;
    OF_THIS_SET(cis_separable_begin)(separable);
    for (int row = 0; row < height; row++) {
        while (done < height && done <= row + reach)
            step_down(&step, &between, done++);
        OF_THIS_SET(cis_separable_row)(separable, &between, row, y);
    }
    OF_THIS_SET(cis_separable_end)(separable, &between, means);
}
