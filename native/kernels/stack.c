// What is stacked of a feature pyramid: its coarser levels, the pixels repeated both ways.
#include "kernels.h"
#include "repeat.h"

#include <string.h>

void cis_repeat(const float *x, int channels, int height, int width, int times, float *y) {
    int columns = width * times;
    for (int row = 0; row < channels * height; row++, x += width) {
        float *first = y;
        for (int at = 0; at < columns; at += LANES)
            _mm512_mask_storeu_ps(y + at, lanes_left(columns - at), repeated_at(x, at, width, times));
        y += columns;
        for (int copy = 1; copy < times; copy++, y += columns)
            memcpy(y, first, (size_t)columns * sizeof *y);
    }
}
