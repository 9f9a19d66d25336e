// The stem of PP-LCNetV4 and PP-HGNet (PaddleClas): from the image to a quarter of its size, by two ways from half of
// it.
//
//   a = relu(3x3, stride 2, of the image)
//   b = relu(2x2 of a), c = relu(2x2 of b)
//   d = 3x3, stride 2, of a max pooling of a
//   y = relu(3x3, stride 2, of c, plus d)
//
// Four rows of y at a time, and of a, b and c no more rows than those need: they are three images of half the size,
// with up to 24 channels each, and were the most that a detector held.
#include "dense.h"

// For rows 4t to 4t + 3 of y, c is read from 8t - 1 to 8t + 7, and made from b from 8t to 8t + 11; of a, d has read
// what is before 8t + 7 when b is made of what goes up to 8t + 15.
enum { KEPT = CIS_STEM_ROWS };

typedef struct {
    const CisDense *layer;
    Window image;
    int done;
} Stage;

typedef struct {
    Stage a, b, c, d, y;
} Stem;

INLINE int is_open(const Stage *stage, int rows) { return stage->done < rows && stage->done < stage->image.height; }

INLINE void make(Stage *stage, const Window *x, const Window *addend) {
    OF_THIS_SET(cis_dense_rows)(stage->layer, x, addend, &stage->image, stage->done);
    stage->done += TILE_ROWS;
}

INLINE int needed(const Stage *next, const Stage *stage) {
    return dense_rows_needed(next->layer, stage->image.height, next->done);
}

static void make_a(Stem *stem, const Window *x, int rows) {
    while (is_open(&stem->a, rows))
        make(&stem->a, x, NULL);
}

static void make_b(Stem *stem, const Window *x, int rows) {
    while (is_open(&stem->b, rows)) {
        make_a(stem, x, needed(&stem->b, &stem->a));
        make(&stem->b, &stem->a.image, NULL);
    }
}

static void make_c(Stem *stem, const Window *x, int rows) {
    while (is_open(&stem->c, rows)) {
        make_b(stem, x, needed(&stem->c, &stem->b));
        make(&stem->c, &stem->b.image, NULL);
    }
}

static void make_y(Stem *stem, const Window *x) {
    while (is_open(&stem->y, stem->y.image.height)) {
        make_a(stem, x, needed(&stem->d, &stem->a));
        make(&stem->d, &stem->a.image, NULL);
        make_c(stem, x, needed(&stem->y, &stem->c));
        make(&stem->y, &stem->c.image, &stem->d.image);
    }
}

void OF_THIS_SET(cis_stem)(const CisStem *layers, const float *x, int height, int width, float *memory, float *y) {
    int rows = cis_strided(height, 2), columns = cis_strided(width, 2);
    int out_rows = cis_strided(rows, 2), out_columns = cis_strided(columns, 2);
    const Window image = whole_image(x, height, width);
    Stem stem = {
        .a = {&layers->a, window_at(&memory, layers->a.outputs, rows, columns, KEPT), 0},
        .b = {&layers->b, window_at(&memory, layers->b.outputs, rows, columns, KEPT), 0},
        .c = {&layers->c, window_at(&memory, layers->c.outputs, rows, columns, KEPT), 0},
        .d = {&layers->d, window_at(&memory, layers->d.outputs, out_rows, out_columns, TILE_ROWS), 0},
        .y = {&layers->y, whole_image(y, out_rows, out_columns), 0},
    };
    make_y(&stem, &image);
}
