// A depthwise convolution and the 1x1 convolution after it, row by row: begin, each row in turn, end.
#pragma once

#include "kernels.h"
#include "window.h"

void cis_separable_begin(const CisSeparable *layer);

// Of x, the rows under the kernel are there. y is the whole image.
void cis_separable_row(const CisSeparable *layer, const Window *x, int row, float *y);

// means, where wanted, gets the mean of each channel of all rows.
void cis_separable_end(const CisSeparable *layer, const Window *x, float *means);
