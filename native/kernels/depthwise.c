// Depthwise convolution of an NCHW image, zeros around it: every channel by itself, row by row, pixels in the lanes.
#include "band.h"

// Pixels x, x + stride, ...; where the vector is inside of the row, none are masked.
INLINE Floats strided_at(const float *row, int x, int width, int stride, int inside) {
    Floats first = inside ? load_from(row + x) : pixels_at(row, x, width);
    if (stride == 1)
        return first;
    Floats second = inside ? load_from(row + x + LANES) : pixels_at(row, x + LANES, width);
    return evens(first, second);
}

// A vector of outputs from output x on.
INLINE Floats convolve_vector(const Band *band, Floats bias, int x, int kernel_height, int kernel_width, int stride,
                              int inside) {
    Floats sum = bias;
    for (int ky = 0; ky < kernel_height; ky++) {
        for (int kx = 0; kx < kernel_width; kx++) {
            int at = x * stride - kernel_width / 2 + kx;
            Floats pixels = strided_at(band->rows[ky], at, band->width, stride, inside);
            sum = mul_add(each(band->weights[ky][kx]), pixels, sum);
        }
    }
    return sum;
}

// A row of outputs. Returns the lanes' sums.
INLINE Floats convolve_row(const Band *band, float bias, float *to, int kernel_height, int kernel_width, int stride) {
    const Floats start = each(bias);
    int outputs = cis_strided(band->width, stride), reach = kernel_width / 2;
    Floats total = zeros();
    for (int x = 0; x < outputs; x += LANES) {
        if (x * stride >= reach && (x + LANES) * stride + reach <= band->width) {
            Floats sum = convolve_vector(band, start, x, kernel_height, kernel_width, stride, 1);
            store_to(to + x, sum);
            total = add(total, sum);
        } else {
            Lanes lanes = lanes_left(outputs - x);
            Floats sum = convolve_vector(band, start, x, kernel_height, kernel_width, stride, 0);
            store_some(to + x, lanes, sum);
            total = add(total, only(lanes, sum));
        }
    }
    return total;
}

// The kernels of these models get code of their own, without loops.
INLINE Floats convolve_row_of(const CisDepthwise *layer, const Band *band, float bias, float *to) {
    if (layer->kernel_height == 3 && layer->kernel_width == 3)
        return layer->stride_x == 1 ? convolve_row(band, bias, to, 3, 3, 1) : convolve_row(band, bias, to, 3, 3, 2);
    return convolve_row(band, bias, to, layer->kernel_height, layer->kernel_width, layer->stride_x);
}

void OF_THIS_SET(cis_depthwise)(const CisDepthwise *layer, const float *x, int height, int width, float *y,
                                float *means) {
    int rows = cis_strided(height, layer->stride_y), columns = cis_strided(width, layer->stride_x);
    const Window image = whole_image(x, height, width);
    for (int c = 0; c < layer->channels; c++) {
        Floats total = zeros();
        for (int row = 0; row < rows; row++, y += columns) {
            const Band band = band_at(layer, &image, c, row);
            total = add(total, convolve_row_of(layer, &band, layer->biases[c], y));
        }
        if (means)
            means[c] = sum_lanes(total) / ((float)rows * (float)columns);
    }
}
