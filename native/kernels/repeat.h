// Nearest-neighbor upsampling of a row: every pixel is repeated 1, 2, 4, 8 or 16 times.
#pragma once

#include "tile.h"

// A vector of outputs from x on, of a row whose pixels are repeated.
INLINE Floats repeated_at(const float *row, int x, int width, int times) {
    int from = x / times, left = width - from, wanted = times < LANES ? LANES / times : 1;
    return repeat(load_some(row + from, lanes_left(left < wanted ? left : wanted)), times);
}
