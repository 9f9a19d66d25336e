// A depthwise convolution and the 1x1 convolution after it, 64 pixels at a time: what lies between is in the cache and
// never in memory, which for a detector's largest feature map is as much as the map itself.
#include "separable.h"

#include "band.h"

// Outputs that are summed at once: with four vectors of pixels they take 24 of the 32 registers.
enum { BLOCK = CIS_OUTPUT_BLOCK, MAX = CIS_MAX_SEPARABLE };

typedef struct {
    _Alignas(64) float between[MAX][TILE];
    __m512 totals[MAX]; // of each output, over the image
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
    __m512 sums[TILE_VECTORS];
    for (int v = 0; v < TILE_VECTORS; v++)
        sums[v] = _mm512_set1_ps(bias);
    for (int ky = 0; ky < kernel_height; ky++) {
        for (int kx = 0; kx < kernel_width; kx++) {
            __m512 weight = _mm512_set1_ps(band->weights[ky][kx]);
            for (int v = 0; v < TILE_VECTORS; v++) {
                int at = x + v * LANES - kernel_width / 2 + kx;
                const float *row = band->rows[ky];
                __m512 pixels = inside ? _mm512_loadu_ps(row + at) : pixels_at(row, at, band->width);
                sums[v] = _mm512_fmadd_ps(weight, pixels, sums[v]);
            }
        }
    }
    for (int v = 0; v < TILE_VECTORS; v++)
        _mm512_store_ps(to + v * LANES, sums[v]);
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
INLINE void combine(__m512 sums[BLOCK][TILE_VECTORS], const Scratch *scratch, const CisSeparable *layer, int first) {
    int channels = layer->depthwise.channels;
    const float *weights[BLOCK];
    for (int o = 0; o < BLOCK; o++) {
        int output = first + o < layer->outputs ? first + o : layer->outputs - 1;
        weights[o] = layer->weights + (ptrdiff_t)output * channels;
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[o][v] = _mm512_set1_ps(layer->biases[output]);
    }
    for (int c = 0; c < channels; c++) {
        for (int v = 0; v < TILE_VECTORS; v++) {
            __m512 pixels = _mm512_load_ps(scratch->between[c] + v * LANES);
            for (int o = 0; o < BLOCK; o++)
                sums[o][v] = _mm512_fmadd_ps(_mm512_set1_ps(weights[o][c]), pixels, sums[o][v]);
        }
    }
}

static void combine_channels(Scratch *scratch, const CisSeparable *layer, float *y, ptrdiff_t plane, Span span) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        __m512 sums[BLOCK][TILE_VECTORS];
        combine(sums, scratch, layer, first);
        for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
            float *to = y + (first + o) * plane + span.first;
            for (int v = 0; v < span.vectors; v++) {
                __mmask16 lanes = lanes_of(span, v, span.vectors);
                _mm512_mask_storeu_ps(to + v * LANES, lanes, sums[o][v]);
                scratch->totals[first + o] =
                    _mm512_mask_add_ps(scratch->totals[first + o], lanes, scratch->totals[first + o], sums[o][v]);
            }
        }
    }
}

void cis_separable_begin(const CisSeparable *layer) {
    Scratch *scratch = own_scratch();
    for (int o = 0; o < layer->outputs; o++)
        scratch->totals[o] = _mm512_setzero_ps();
}

void cis_separable_row(const CisSeparable *layer, const Window *x, int row, float *y) {
    Scratch *scratch = own_scratch();
    for (int column = 0; column < x->width; column += TILE) {
        Span span = span_at(column, x->width);
        convolve_channels(scratch, &layer->depthwise, x, row, column);
        span.first += (ptrdiff_t)row * x->width;
        combine_channels(scratch, layer, y, (ptrdiff_t)x->height * x->width, span);
    }
}

void cis_separable_end(const CisSeparable *layer, const Window *x, float *means) {
    const Scratch *scratch = own_scratch();
    for (int o = 0; means && o < layer->outputs; o++)
        means[o] = _mm512_reduce_add_ps(scratch->totals[o]) / (float)((ptrdiff_t)x->height * x->width);
}

void cis_separable(const CisSeparable *layer, const float *x, int height, int width, float *y, float *means) {
    const Window image = whole_image(x, height, width);
    cis_separable_begin(layer);
    for (int row = 0; row < height; row++)
        cis_separable_row(layer, &image, row, y);
    cis_separable_end(layer, &image, means);
}
