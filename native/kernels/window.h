// An NCHW image of which only the latest rows are kept, in a ring: what one layer makes and the next one takes of it,
// band by band, is then never there as a whole.
#pragma once

#include "tile.h"

typedef struct {
    float *rows;       // [channels][rows that are kept][width]
    ptrdiff_t plane;   // from a channel to the next
    int height, width; // of the whole image
    int ring;          // row y is at y & ring: as many as are kept, a power of two, less 1
} Window;

enum { ALL_ROWS = -1 };

INLINE Window whole_image(const float *image, int height, int width) {
    return (Window){(float *)image, (ptrdiff_t)height * width, height, width, ALL_ROWS};
}

// Of the memory at the given place, which is moved behind it.
INLINE Window window_at(float **memory, int channels, int height, int width, int rows) {
    Window window = {*memory, (ptrdiff_t)rows * width, height, width, rows - 1};
    *memory += channels * window.plane;
    return window;
}

INLINE float *row_of(const Window *window, int channel, int y) {
    return window->rows + channel * window->plane + (ptrdiff_t)(y & window->ring) * window->width;
}
