// The rows of an NCHW image that a row of a depthwise convolution's outputs reads, zeros around the image.
#pragma once

#include "kernels.h"
#include "tile.h"
#include "window.h"

enum { MAX_SIDE = CIS_MAX_KERNEL_SIDE };

// The rows of the input under one row of the output, and the weights of each. A row beyond the border is any row, with
// weights of zero.
typedef struct {
    const float *rows[MAX_SIDE];
    float weights[MAX_SIDE][MAX_SIDE];
    int width;
} Band;

INLINE Band band_at(const CisDepthwise *layer, const Window *image, int channel, int y) {
    const float *weights = layer->weights + (ptrdiff_t)channel * layer->kernel_height * layer->kernel_width;
    Band band = {.width = image->width};
    for (int ky = 0; ky < layer->kernel_height; ky++) {
        int row = y * layer->stride_y - layer->kernel_height / 2 + ky;
        int inside = row >= 0 && row < image->height;
        band.rows[ky] = row_of(image, channel, inside ? row : y * layer->stride_y);
        for (int kx = 0; kx < layer->kernel_width; kx++)
            band.weights[ky][kx] = inside ? weights[ky * layer->kernel_width + kx] : 0;
    }
    return band;
}

// Pixels x, x + 1, ... of a row; zeros beyond its ends, where nothing is read.
INLINE Floats pixels_at(const float *row, int x, int width) { return load_some(row + x, lanes_inside(x, width)); }
