// A convolution of few channels by a small kernel, as models begin with: tile by tile (four rows of a tile's columns),
// the patch of the image under a tile is quantized by one range of its own, and multiplied tap by tap.
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
INLINE Lanes inside(const Source *s, int y, int x) {
    int is_row = y >= 0 && y < s->image->height;
    return lanes_inside(x, is_row ? s->image->width : x);
}

INLINE Floats pixels_at(const Source *s, int channel, int y, int x, Lanes lanes) {
    return load_some(row_of(s->image, channel, y) + x, lanes);
}

// The same of the image after a max pooling of 2x2 pixels, stride 1. Its values are not negative: zeros outside are no
// greater than any inside.
INLINE Floats pooled_at(const Source *s, int channel, int y, int x, Lanes lanes) {
    Floats upper = max(pixels_at(s, channel, y, x, lanes), pixels_at(s, channel, y, x + 1, inside(s, y, x + 1)));
    Floats lower = max(pixels_at(s, channel, y + 1, x, inside(s, y + 1, x)),
                       pixels_at(s, channel, y + 1, x + 1, inside(s, y + 1, x + 1)));
    return only(lanes, max(upper, lower));
}

// From the greatest and the least value of the patch, or 0. Pooling takes in a row and a column more.
INLINE void choose_scale(Patch *patch, const Source *s) {
    Floats low = zeros(), high = low;
    int reach = s->layer->pool ? 1 : 0;
    for (int c = 0; c < s->layer->inputs; c++) {
        for (int y = s->top; y < s->top + s->rows + reach; y++) {
            for (int x = s->left; x < s->left + s->columns + reach; x += LANES) {
                Floats pixels = pixels_at(s, c, y, x, inside(s, y, x));
                low = min(low, pixels);
                high = max(high, pixels);
            }
        }
    }
    float least = min_lane(low), greatest = max_lane(high);
    patch->scale = greatest / STEPS - least / STEPS;
    patch->zero = patch->scale > LEAST_RANGE ? __builtin_rintf(-least / patch->scale) : 0;
}

INLINE Ints quantize_pixels(const Source *s, int channel, int y, int x, Lanes lanes, Floats inverse, Floats zero) {
    if (channel >= s->layer->inputs)
        return ints(0);
    Floats pixels = s->layer->pool ? pooled_at(s, channel, y, x, lanes) : pixels_at(s, channel, y, x, lanes);
    return to_ints(mul_add(pixels, inverse, zero));
}

INLINE Ints quantize_quad(const Source *s, int quad, int y, int x, Floats inverse, Floats zero) {
    Lanes lanes = inside(s, y, x);
    Ints q0 = quantize_pixels(s, 4 * quad, y, x, lanes, inverse, zero);
    Ints q1 = quantize_pixels(s, 4 * quad + 1, y, x, lanes, inverse, zero);
    Ints q2 = quantize_pixels(s, 4 * quad + 2, y, x, lanes, inverse, zero);
    Ints q3 = quantize_pixels(s, 4 * quad + 3, y, x, lanes, inverse, zero);
    return interleave(q0, q1, q2, q3);
}

INLINE void quantize_row(Patch *patch, const Source *s, int quad, int row, Floats inverse, Floats zero) {
    int stride = s->layer->stride, y = s->top + row;
    for (int x = 0; x < s->columns; x += LANES * stride) {
        Ints first = quantize_quad(s, quad, y, s->left + x, inverse, zero);
        if (stride == 1) {
            store_ints(patch->quads[quad][row][0][x], first);
            continue;
        }
        Ints second = quantize_quad(s, quad, y, s->left + x + LANES, inverse, zero);
        store_ints(patch->quads[quad][row][0][x / 2], even_ints(first, second));
        store_ints(patch->quads[quad][row][1][x / 2], odd_ints(first, second));
    }
}

static void quantize_patch(Patch *patch, const Source *s) {
    choose_scale(patch, s);
    const Floats inverse = each(patch->scale > LEAST_RANGE ? 1 / patch->scale : 0);
    const Floats zero = each(patch->zero);
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
    Ints values[BLOCK][TILE_VECTORS];
    spread(values, sums);
    for (int o = 0; o < BLOCK && first + o < layer->outputs; o++) {
        float scale = patch->scale * layer->row_scales[first + o];
        Floats constant = each(layer->biases[first + o] - patch->zero * patch->scale * layer->row_sums[first + o]);
        float *row = row_of(to->y, first + o, to->row) + to->span.first;
        const float *addend = to->addend ? row_of(to->addend, first + o, to->row) + to->span.first : NULL;
        for (int v = 0; v < vectors; v++) {
            Lanes lanes = lanes_of(to->span, v, vectors);
            Floats y = mul_add(to_floats(values[o][v]), each(scale), constant);
            if (addend)
                y = add(y, load_some(addend + v * LANES, lanes));
            if (layer->relu)
                y = max(y, zeros());
            store_some(row + v * LANES, lanes, y);
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
#define CONVOLVE(v) \
    case v + 1: convolve_row(layer, patch, to, y, v + 1); break;
            EACH_VECTOR(CONVOLVE)
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
