// A depthwise convolution and the 1x1 convolution after it, a tile at a time: what lies between is in the cache and
// never in memory, which for a detector's largest feature map is as much as the map itself.
#include "separable.h"

#include "band.h"

// Outputs that are summed at once, as in a 1x1 convolution of bytes.
enum { BLOCK = CIS_OUTPUT_BLOCK, MAX = CIS_MAX_SEPARABLE };

typedef struct {
    _Alignas(64) float between[MAX][TILE];
    Floats totals[MAX]; // of each output, over the image
} Scratch;

static _Thread_local Scratch thread_scratch;

// Asked for once a call.
static Scratch *own_scratch(void) {
    Scratch *own = &thread_scratch;
    HIDE_ORIGIN(own);
    return own;
}

// A tile's pixels of one channel after the depthwise convolution, from column x on.
INLINE void convolve(float *to, const Band *band, float bias, int x, int kernel_height, int kernel_width, int inside) {
    Floats sums[TILE_VECTORS];
    for (int v = 0; v < TILE_VECTORS; v++)
        sums[v] = each(bias);
    for (int ky = 0; ky < kernel_height; ky++) {
        for (int kx = 0; kx < kernel_width; kx++) {
            Floats weight = each(band->weights[ky][kx]);
            for (int v = 0; v < TILE_VECTORS; v++) {
                int at = x + v * LANES - kernel_width / 2 + kx;
                const float *row = band->rows[ky];
                Floats pixels = inside ? load_from(row + at) : pixels_at(row, at, band->width);
                sums[v] = mul_add(weight, pixels, sums[v]);
            }
        }
    }
    for (int v = 0; v < TILE_VECTORS; v++)
        store(to + v * LANES, sums[v]);
}

// Where a tile and all that its kernel reads are inside of the row, nothing is masked.
INLINE void convolve_any(float *to, const Band *band, float bias, int x, int kernel_height, int kernel_width) {
    int reach = kernel_width / 2;
    if (x >= reach && x + TILE + reach <= band->width)
        convolve(to, band, bias, x, kernel_height, kernel_width, 1);
    else
        convolve(to, band, bias, x, kernel_height, kernel_width, 0);
}

// The kernel of these models gets code of its own, without loops.
static void convolve_channels(Scratch *scratch, const CisDepthwise *layer, const Window *x, int row, int column) {
    for (int c = 0; c < layer->channels; c++) {
        const Band band = band_at(layer, x, c, row);
        if (layer->kernel_height == 7 && layer->kernel_width == 7)
            convolve_any(scratch->between[c], &band, layer->biases[c], column, 7, 7);
        else
            convolve_any(scratch->between[c], &band, layer->biases[c], column, layer->kernel_height,
                         layer->kernel_width);
    }
}

// The 1x1 convolution for a block of outputs from the given one on. Rows of weights beyond the last repeat it.
INLINE void combine(Floats sums[BLOCK][TILE_VECTORS], const Scratch *scratch, const CisSeparable *layer, int first) {
    int channels = layer->depthwise.channels;
    const float *weights[BLOCK];
    for (int o = 0; o < BLOCK; o++) {
        int output = first + o < layer->outputs ? first + o : layer->outputs - 1;
        weights[o] = layer->weights + (ptrdiff_t)output * channels;
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[o][v] = each(layer->biases[output]);
    }
    for (int c = 0; c < channels; c++) {
        for (int v = 0; v < TILE_VECTORS; v++) {
            Floats pixels = load(scratch->between[c] + v * LANES);
            for (int o = 0; o < BLOCK; o++)
                sums[o][v] = mul_add(each(weights[o][c]), pixels, sums[o][v]);
        }
    }
}

static void combine_channels(Scratch *scratch, const CisSeparable *layer, float *y, ptrdiff_t plane, Span span) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        Floats sums[BLOCK][TILE_VECTORS];
        combine(sums, scratch, layer, first);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            float *to = y + (first + o) * plane + span.first;
            for (int v = 0; v < span.vectors; v++) {
                Lanes lanes = lanes_of(span, v, span.vectors);
                store_some(to + v * LANES, lanes, sums[o][v]);
                scratch->totals[first + o] = add(scratch->totals[first + o], only(lanes, sums[o][v]));
            }
        }
    }
}

void OF_THIS_SET(cis_separable_begin)(const CisSeparable *layer) {
    Scratch *scratch = own_scratch();
    for (int o = 0; o < layer->outputs; o++)
        scratch->totals[o] = zeros();
}

void OF_THIS_SET(cis_separable_row)(const CisSeparable *layer, const Window *x, int row, float *y) {
    Scratch *scratch = own_scratch();
    for (int column = 0; column < x->width; column += TILE) {
        Span span = span_at(column, x->width);
        convolve_channels(scratch, &layer->depthwise, x, row, column);
        span.first += (ptrdiff_t)row * x->width;
        combine_channels(scratch, layer, y, (ptrdiff_t)x->height * x->width, span);
    }
}

void OF_THIS_SET(cis_separable_end)(const CisSeparable *layer, const Window *x, float *means) {
    const Scratch *scratch = own_scratch();
    for (int o = 0; means && o < layer->outputs; o++)
        means[o] = sum_lanes(scratch->totals[o]) / (float)((ptrdiff_t)x->height * x->width);
}

void OF_THIS_SET(cis_separable)(const CisSeparable *layer, const float *x, int height, int width, float *y,
                                float *means) {
    const Window image = whole_image(x, height, width);
    OF_THIS_SET(cis_separable_begin)(layer);
    for (int row = 0; row < height; row++)
        OF_THIS_SET(cis_separable_row)(layer, &image, row, y);
    OF_THIS_SET(cis_separable_end)(layer, &image, means);
}
