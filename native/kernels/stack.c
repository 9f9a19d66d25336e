// A convolution of what is stacked of a feature pyramid: its levels one after another, the coarser ones' pixels
// repeated both ways. Of the stack, which is four times its finest level, there are only the rows under a tile.
#include "dense.h"
#include "repeat.h"

static void repeat_row(const float *x, int width, int times, float *y) {
    int columns = width * times;
    for (int at = 0; at < columns; at += LANES)
        store_some(y + at, lanes_left(columns - at), repeated_at(x, at, width, times));
}

static void stack_row(const CisPart *parts, size_t count, const Window *stack, int row) {
    int channel = 0;
    for (const CisPart *part = parts; part < parts + count; part++) {
        const float *x = part->image + (ptrdiff_t)(row / part->times) * part->width;
        for (int c = 0; c < part->channels; c++, x += part->plane)
            repeat_row(x, part->width, part->times, row_of(stack, channel++, row));
    }
}

void OF_THIS_SET(cis_stacked_dense)(const CisDense *layer, const CisPart *parts, size_t count, int height, int width,
                                    float *memory, float *y) {
    const Window stack = window_at(&memory, layer->inputs, height, width, CIS_STACKED_ROWS);
    const Window to = whole_image(y, height, width);
    for (int row = 0, done = 0; row < height; row += TILE_ROWS) {
        while (done < dense_rows_needed(layer, height, row))
            stack_row(parts, count, &stack, done++);
        OF_THIS_SET(cis_dense_rows)(layer, &stack, NULL, &to, row);
    }
}
