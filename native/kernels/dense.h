// A convolution of few channels, band by band.
#pragma once

#include "kernels.h"
#include "window.h"

// The rows of a tile. A row's values depend on its tile, by whose range the inputs are quantized: bands are whole ones.
enum { TILE_ROWS = CIS_DENSE_TILE_ROWS };

// TILE_ROWS rows of y = layer(x), plus addend, from the given one on, which is a multiple of them; fewer at the end.
typedef void CisDenseRows(const CisDense *layer, const Window *x, const Window *addend, const Window *y, int row);

CisDenseRows OF_THIS_SET(cis_dense_rows);

// How many rows of x those need, from its first one on.
INLINE int dense_rows_needed(const CisDense *layer, int height, int row) {
    int rows = (row + TILE_ROWS - 1) * layer->stride - layer->pad_top + layer->kernel_height + layer->pool;
    return rows < height ? rows : height;
}
