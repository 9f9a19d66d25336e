// Depthwise convolution of an NCHW image, zeros around it: every channel by itself, row by row, pixels in the lanes.
#include "band.h"

// Pixels x, x + stride, ...; where the vector is inside of the row, none are masked.
INLINE __m512 strided_at(const float *row, int x, int width, int stride, int inside) {
    __m512 first = inside ? _mm512_loadu_ps(row + x) : pixels_at(row, x, width);
    if (stride == 1)
        return first;
    __m512 second = inside ? _mm512_loadu_ps(row + x + LANES) : pixels_at(row, x + LANES, width);
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_ps(first, even, second);
}

// Sixteen outputs from output x on.
INLINE __m512 convolve_vector(const Band *band, __m512 bias, int x, int kernel_height, int kernel_width, int stride,
                              int inside) {
    __m512 sum = bias;
    for (int ky = 0; ky < kernel_height; ky++) {
        for (int kx = 0; kx < kernel_width; kx++) {
            int at = x * stride - kernel_width / 2 + kx;
            __m512 pixels = strided_at(band->rows[ky], at, band->width, stride, inside);
            sum = _mm512_fmadd_ps(_mm512_set1_ps(band->weights[ky][kx]), pixels, sum);
        }
    }
    return sum;
}

// A row of outputs. Returns the lanes' sums.
INLINE __m512 convolve_row(const Band *band, float bias, float *to, int kernel_height, int kernel_width, int stride) {
    const __m512 start = _mm512_set1_ps(bias);
    int outputs = cis_strided(band->width, stride), reach = kernel_width / 2;
    __m512 total = _mm512_setzero_ps();
    for (int x = 0; x < outputs; x += LANES) {
        if (x * stride >= reach && (x + LANES) * stride + reach <= band->width) {
            __m512 sum = convolve_vector(band, start, x, kernel_height, kernel_width, stride, 1);
            _mm512_storeu_ps(to + x, sum);
            total = _mm512_add_ps(total, sum);
        } else {
            __mmask16 lanes = (__mmask16)(outputs - x < LANES ? (1u << (outputs - x)) - 1 : 0xffff);
            __m512 sum = convolve_vector(band, start, x, kernel_height, kernel_width, stride, 0);
            _mm512_mask_storeu_ps(to + x, lanes, sum);
            total = _mm512_mask_add_ps(total, lanes, total, sum);
        }
    }
    return total;
}

// The kernels of these models get code of their own, without loops.
INLINE __m512 convolve_row_of(const CisDepthwise *layer, const Band *band, float bias, float *to) {
    if (layer->kernel_height == 3 && layer->kernel_width == 3)
        return layer->stride_x == 1 ? convolve_row(band, bias, to, 3, 3, 1) : convolve_row(band, bias, to, 3, 3, 2);
    return convolve_row(band, bias, to, layer->kernel_height, layer->kernel_width, layer->stride_x);
}

void cis_depthwise(const CisDepthwise *layer, const float *x, int height, int width, float *y, float *means) {
    int rows = cis_strided(height, layer->stride_y), columns = cis_strided(width, layer->stride_x);
    const Window image = whole_image(x, height, width);
    for (int c = 0; c < layer->channels; c++) {
        __m512 total = _mm512_setzero_ps();
        for (int row = 0; row < rows; row++, y += columns) {
            const Band band = band_at(layer, &image, c, row);
            total = _mm512_add_ps(total, convolve_row_of(layer, &band, layer->biases[c], y));
        }
        if (means)
            means[c] = _mm512_reduce_add_ps(total) / ((float)rows * (float)columns);
    }
}
