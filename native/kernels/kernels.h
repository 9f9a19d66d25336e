// cis's own kernels for the convolutions of PP-OCR backbones on CPUs with AVX-512: one set for those with VNNI, and one
// for those without (Skylake). Nothing here allocates, starts threads or keeps state but a scratch buffer a thread.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CIS_EXPORT __attribute__((visibility("default")))

enum { CIS_OUTPUT_BLOCK = 6, CIS_MAX_KERNEL_SIDE = 7, CIS_MAX_DENSE_INPUTS = 96, CIS_MAX_SEPARABLE = 128 };

// A 1x1 convolution with 8-bit weights. Inputs are a multiple of 4; inputs and outputs are at most 1024.
typedef struct {
    int inputs, outputs;
    const int8_t *weights;   // [outputs / 6 rounded up][inputs / 4][1][1][6][4]
    const float *row_scales; // [outputs]: real weight = row scale x weight
    const float *row_sums;   // [outputs]: the sum of the real weights
    const float *biases;     // [outputs]
} CisPointwise;

typedef enum { CIS_NO_KERNELS, CIS_AVX512, CIS_VNNI } CisKernelSet;

// The best set that this CPU and system run. No kernel of a better one may be called.
CIS_EXPORT CisKernelSet cis_kernels_supported(void);

// Makes this thread take subnormal numbers for zero, in and out. Runs on every x86-64.
CIS_EXPORT void cis_flush_subnormals(void);

typedef enum { CIS_IDENTITY, CIS_RELU, CIS_GELU } CisActivation;

// y = contract(activation(expand(x))), plus x where residual is set; x is multiplied by the gate before, where there is one.
// x [expand.inputs][pixels], gate [expand.inputs] or null, y [contract.outputs][pixels]. x and y do not overlap.
typedef void CisMixChannels(const CisPointwise *expand, const CisPointwise *contract, CisActivation activation,
                            int residual, const float *x, const float *gate, float *y, ptrdiff_t pixels);

// y = activation(layer(x)).
typedef void CisPointwiseLayer(const CisPointwise *layer, CisActivation activation, const float *x, float *y,
                               ptrdiff_t pixels);

// A step down a feature pyramid: y = gate layer(x) + coarse, each pixel of which is repeated twice both ways.
// x [inputs][height][width], gate [outputs], coarse [outputs][height / 2][width / 2]; both sides are even.
typedef void CisLateralLayer(const CisPointwise *layer, const float *x, const float *gate, const float *coarse, int height,
                             int width, float *y);

// A depthwise convolution with an odd kernel of at most 7 a side, padded with zeros by half of it.
typedef struct {
    int channels, kernel_height, kernel_width;
    int stride_y, stride_x; // stride_x: 1 or 2
    const float *weights;   // [channels][kernel height][kernel width]
    const float *biases;    // [channels]
} CisDepthwise;

// The size of a side after a strided convolution.
static inline int cis_strided(int side, int stride) { return (side + stride - 1) / stride; }

// y = layer(x); means, where wanted, gets the mean of each channel of y. There are no bytes in it: both sets have it.
CIS_EXPORT void cis_depthwise(const CisDepthwise *layer, const float *x, int height, int width, float *y, float *means);

// A depthwise convolution of stride 1 and the 1x1 convolution after it. At most 128 channels and outputs.
typedef struct {
    CisDepthwise depthwise;
    int outputs;
    const float *weights; // [outputs][channels]
    const float *biases;  // [outputs]
} CisSeparable;

// y = layer(x); means, where wanted, gets the mean of each channel of y.
CIS_EXPORT void cis_separable(const CisSeparable *layer, const float *x, int height, int width, float *y, float *means);

// y = x, each pixel of which is repeated so many times both ways: 1, 2, 4, 8 or 16. The sides are those of x.
CIS_EXPORT void cis_repeat(const float *x, int channels, int height, int width, int times, float *y);

// A convolution of at most 96 channels with a kernel of at most 3 a side and 8-bit weights. Its output has the size of the
// image over the stride: the padding below and on the right is what that takes.
typedef struct {
    int inputs, outputs;
    int kernel_height, kernel_width;
    int stride; // 1 or 2, both ways
    int pad_top, pad_left;
    int relu; // clip the output at 0
    int pool; // before, take the greatest of each 2x2 pixels, stride 1; the image must not be negative
    const int8_t *weights;   // [outputs / 6 rounded up][inputs / 4 rounded up][kernel height][kernel width][6][4]
    const float *row_scales; // as of a 1x1 convolution
    const float *row_sums;
    const float *biases;
} CisDense;

// y = layer(x), plus addend (of the size of y) before the clip, where there is one.
typedef void CisDenseLayer(const CisDense *layer, const float *x, int height, int width, const float *addend, float *y);

CIS_EXPORT CisMixChannels cis_mix_channels_avx512, cis_mix_channels_vnni;
CIS_EXPORT CisPointwiseLayer cis_pointwise_avx512, cis_pointwise_vnni;
CIS_EXPORT CisLateralLayer cis_lateral_avx512, cis_lateral_vnni;
CIS_EXPORT CisDenseLayer cis_dense_avx512, cis_dense_vnni;

// The kernels of a set that multiply bytes.
typedef struct {
    CisMixChannels *mix_channels;
    CisPointwiseLayer *pointwise;
    CisLateralLayer *lateral;
    CisDenseLayer *dense;
} CisKernels;
