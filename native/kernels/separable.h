// A depthwise convolution and the 1x1 convolution after it, row by row: begin, each row in turn, end.
#pragma once

#include "kernels.h"
#include "window.h"

typedef void CisSeparableBegin(const CisSeparable *layer);

// Of x, the rows under the kernel are there. y is the whole image.
typedef void CisSeparableRow(const CisSeparable *layer, const Window *x, int row, float *y);

// means, where wanted, gets the mean of each channel of all rows.
typedef void CisSeparableEnd(const CisSeparable *layer, const Window *x, float *means);

CisSeparableBegin OF_THIS_SET(cis_separable_begin);
CisSeparableRow OF_THIS_SET(cis_separable_row);
CisSeparableEnd OF_THIS_SET(cis_separable_end);
