// A convolution of few channels by a small kernel, as models begin with: tile by tile (four rows of 64 outputs), the
// patch of the image under a tile is quantized by one range of its own, and multiplied tap by tap.
#include "dense.h"

#include "pointwise.h"

enum {
    MAX_QUADS = CIS_MAX_DENSE_INPUTS / 4,
    MAX_STRIDE = 2,
    MAX_KERNEL = 3,
    PATCH_ROWS = (TILE_ROWS - 1) * MAX_STRIDE + MAX_KERNEL,
    PATCH_COLUMNS = TILE + LANES, // of each phase of the stride, in whole vectors
};

// The inputs under a tile. For a stride of 2, even and odd columns are apart, so that a tap's pixels follow each other.
typedef struct {
    _Alignas(64) uint8_t quads[MAX_QUADS][PATCH_ROWS][MAX_STRIDE][PATCH_COLUMNS][4];
    float scale, zero; // x = scale (q - zero), with a whole number for zero: the border must be 0 exactly
} Patch;

static _Thread_local Patch thread_patch;

// Asked for once a call.
static Patch *own_patch(void) {
    Patch *own = &thread_patch;
    HIDE_ORIGIN(own);
    return own;
}

// The image, and which part of it is under the tile.
typedef struct {
    const CisDense *layer;
    const Window *image;
    int top, left, rows, columns;
} Source;

// Which of the pixels x, x + 1, ... of a row are inside of the image.
INLINE __mmask16 inside(const Source *s, int y, int x) {
    int first = x < 0 ? -x : 0, end = s->image->width - x;
    first = first < LANES ? first : LANES;
    end = end < 0 ? 0 : end < LANES ? end : LANES;
    return y >= 0 && y < s->image->height ? (__mmask16)(0xffffu << first & 0xffffu >> (LANES - end)) : 0;
}

INLINE __m512 pixels_at(const Source *s, int channel, int y, int x, __mmask16 lanes) {
    return _mm512_maskz_loadu_ps(lanes, row_of(s->image, channel, y) + x);
}

// The same of the image after a max pooling of 2x2 pixels, stride 1. Its values are not negative: zeros outside are no
// greater than any inside.
INLINE __m512 pooled_at(const Source *s, int channel, int y, int x, __mmask16 lanes) {
    __m512 upper =
        _mm512_max_ps(pixels_at(s, channel, y, x, lanes), pixels_at(s, channel, y, x + 1, inside(s, y, x + 1)));
    __m512 lower = _mm512_max_ps(pixels_at(s, channel, y + 1, x, inside(s, y + 1, x)),
                                 pixels_at(s, channel, y + 1, x + 1, inside(s, y + 1, x + 1)));
    return _mm512_maskz_max_ps(lanes, upper, lower);
}

// From the greatest and the least value of the patch, or 0. Pooling takes in a row and a column more.
INLINE void choose_scale(Patch *patch, const Source *s) {
    __m512 low = _mm512_setzero_ps(), high = low;
    int reach = s->layer->pool ? 1 : 0;
    for (int c = 0; c < s->layer->inputs; c++) {
        for (int y = s->top; y < s->top + s->rows + reach; y++) {
            for (int x = s->left; x < s->left + s->columns + reach; x += LANES) {
                __m512 pixels = pixels_at(s, c, y, x, inside(s, y, x));
                low = _mm512_min_ps(low, pixels);
                high = _mm512_max_ps(high, pixels);
            }
        }
    }
    float least = _mm512_reduce_min_ps(low), greatest = _mm512_reduce_max_ps(high);
    patch->scale = greatest / STEPS - least / STEPS;
    patch->zero = patch->scale > LEAST_RANGE ? __builtin_rintf(-least / patch->scale) : 0;
}

INLINE __m512i quantize_pixels(const Source *s, int channel, int y, int x, __mmask16 lanes, __m512 inverse,
                               __m512 zero) {
    if (channel >= s->layer->inputs)
        return _mm512_setzero_si512();
    __m512 pixels = s->layer->pool ? pooled_at(s, channel, y, x, lanes) : pixels_at(s, channel, y, x, lanes);
    return _mm512_cvtps_epi32(_mm512_fmadd_ps(pixels, inverse, zero));
}

INLINE __m512i quantize_quad(const Source *s, int quad, int y, int x, __m512 inverse, __m512 zero) {
    __mmask16 lanes = inside(s, y, x);
    __m512i q0 = quantize_pixels(s, 4 * quad, y, x, lanes, inverse, zero);
    __m512i q1 = quantize_pixels(s, 4 * quad + 1, y, x, lanes, inverse, zero);
    __m512i q2 = quantize_pixels(s, 4 * quad + 2, y, x, lanes, inverse, zero);
    __m512i q3 = quantize_pixels(s, 4 * quad + 3, y, x, lanes, inverse, zero);
    return interleave(q0, q1, q2, q3);
}

INLINE void quantize_row(Patch *patch, const Source *s, int quad, int row, __m512 inverse, __m512 zero) {
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    int stride = s->layer->stride, y = s->top + row;
    for (int x = 0; x < s->columns; x += LANES * stride) {
        __m512i first = quantize_quad(s, quad, y, s->left + x, inverse, zero);
        if (stride == 1) {
            _mm512_store_si512(patch->quads[quad][row][0][x], first);
            continue;
        }
        __m512i second = quantize_quad(s, quad, y, s->left + x + LANES, inverse, zero);
        _mm512_store_si512(patch->quads[quad][row][0][x / 2], _mm512_permutex2var_epi32(first, even, second));
        _mm512_store_si512(patch->quads[quad][row][1][x / 2], _mm512_permutex2var_epi32(first, odd, second));
    }
}

static void quantize_patch(Patch *patch, const Source *s) {
    choose_scale(patch, s);
    const __m512 inverse = _mm512_set1_ps(patch->scale > LEAST_RANGE ? 1 / patch->scale : 0);
    const __m512 zero = _mm512_set1_ps(patch->zero);
    for (int quad = 0; quad * 4 < s->layer->inputs; quad++)
        for (int row = 0; row < s->rows; row++)
            quantize_row(patch, s, quad, row, inverse, zero);
}

// A block of outputs for one row of the tile.
INLINE void multiply_patch(Sums *sums, const CisDense *layer, const Patch *patch, int block, int row, int vectors) {
    int quads = (layer->inputs + 3) / 4, taps = layer->kernel_height * layer->kernel_width;
    const int8_t *weights = layer->weights + (ptrdiff_t)block * quads * taps * 4 * BLOCK;
    for (int quad = 0; quad < quads; quad++) {
        for (int ky = 0; ky < layer->kernel_height; ky++) {
            for (int kx = 0; kx < layer->kernel_width; kx++, weights += 4 * BLOCK) {
                int phase = layer->stride == 1 ? 0 : kx & 1, column = layer->stride == 1 ? kx : kx >> 1;
                accumulate(sums, weights,
                           (const uint8_t(*)[4])patch->quads[quad][row * layer->stride + ky][phase][column], vectors);
            }
        }
    }
}

typedef struct {
    const Window *y, *addend;
    int row;
    Span span; // within the row
} Target;

INLINE void store_block(const Target *to, const CisDense *layer, const Patch *patch, int first, const Sums *sums,
                        int vectors) {
    __m512i values[BLOCK][TILE_VECTORS];
    spread(values, sums);
    for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
        float scale = patch->scale * layer->row_scales[first + o];
        __m512 constant =
            _mm512_set1_ps(layer->biases[first + o] - patch->zero * patch->scale * layer->row_sums[first + o]);
        float *row = row_of(to->y, first + o, to->row) + to->span.first;
        const float *addend = to->addend ? row_of(to->addend, first + o, to->row) + to->span.first : NULL;
        for (int v = 0; v < vectors; v++) {
            __mmask16 lanes = lanes_of(to->span, v, vectors);
            __m512 y = _mm512_fmadd_ps(_mm512_cvtepi32_ps(values[o][v]), _mm512_set1_ps(scale), constant);
            if (addend)
                y = _mm512_add_ps(y, _mm512_maskz_loadu_ps(lanes, addend + v * LANES));
            if (layer->relu)
                y = _mm512_max_ps(y, _mm512_setzero_ps());
            _mm512_mask_storeu_ps(row + v * LANES, lanes, y);
        }
    }
}

INLINE void convolve_row(const CisDense *layer, const Patch *patch, const Target *to, int row, int vectors) {
    for (int first = 0; first < layer->outputs; first += BLOCK) {
        Sums sums = no_sums();
        multiply_patch(&sums, layer, patch, first / BLOCK, row, vectors);
        store_block(to, layer, patch, first, &sums, vectors);
    }
}

// Outputs from this row and column on, as many as a tile has or the image gives.
static void convolve_tile(Patch *patch, Source *s, Target *to, int row, int column) {
    const CisDense *layer = s->layer;
    int rows = to->y->height - row < TILE_ROWS ? to->y->height - row : TILE_ROWS;
    to->span = span_at(column, to->y->width);
    s->top = row * layer->stride - layer->pad_top;
    s->left = column * layer->stride - layer->pad_left;
    s->rows = (rows - 1) * layer->stride + layer->kernel_height;
    s->columns = (to->span.vectors * LANES - 1) * layer->stride + layer->kernel_width;
    quantize_patch(patch, s);
    for (int y = 0; y < rows; y++) {
        to->row = row + y;
        switch (to->span.vectors) {
            case 1: convolve_row(layer, patch, to, y, 1); break;
            case 2: convolve_row(layer, patch, to, y, 2); break;
            case 3: convolve_row(layer, patch, to, y, 3); break;
            default: convolve_row(layer, patch, to, y, TILE_VECTORS);
        }
    }
}

void OF_THIS_SET(cis_dense_rows)(const CisDense *layer, const Window *x, const Window *addend, const Window *y,
                                 int row) {
    Patch *patch = own_patch();
    Source source = {.layer = layer, .image = x};
    Target target = {.y = y, .addend = addend};
    for (int column = 0; column < y->width; column += TILE)
        convolve_tile(patch, &source, &target, row, column);
}

void OF_THIS_SET(cis_dense)(const CisDense *layer, const float *x, int height, int width, const float *addend,
                            float *y) {
    int rows = cis_strided(height, layer->stride), columns = cis_strided(width, layer->stride);
    const Window from = whole_image(x, height, width), to = whole_image(y, rows, columns);
    const Window with = whole_image(addend, rows, columns);
    for (int row = 0; row < rows; row += TILE_ROWS)
        OF_THIS_SET(cis_dense_rows)(layer, &from, addend ? &with : NULL, &to, row);
}
