// cis's own kernels for the convolutions of PP-OCR backbones, one set for each kind of CPU. Nothing here allocates,
// starts threads or keeps state but a scratch buffer a thread.
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
    const uint64_t *pairs;   // as of CisFindPairs, or null: the sums are the same, only later
} CisPointwise;

// The sets, each faster than those before it: AVX2 with FMA (7 bits a value), AVX-VNNI (8 bits), AVX-512 without VNNI
// (Skylake: 7 bits) and AVX512-VNNI (8 bits).
typedef enum { CIS_NO_KERNELS, CIS_AVX2, CIS_AVXVNNI, CIS_AVX512, CIS_VNNI } CisKernelSet;

#define CIS_EACH_SET(of) of(avx2) of(avxvnni) of(avx512) of(vnni)

// The best set up to the given one that this CPU and system run and that is faster there than floats; AVX2, where it is
// asked for by name, in any case. No kernel of another one may be called.
CIS_EXPORT CisKernelSet cis_kernels_supported(CisKernelSet best);

// Makes this thread take subnormal numbers for zero, in and out. Runs on every x86-64.
CIS_EXPORT void cis_flush_subnormals(void);

typedef enum { CIS_IDENTITY, CIS_RELU, CIS_GELU } CisActivation;

// Finds which products of eight inputs, two quads of weights for a block of outputs, may be summed in 16 bits before
// they are widened: pairs [outputs / 6 rounded up][inputs / 8 / 64 rounded up], a bit a pair. Returns how many words
// that are, 0 where the set has no use for them; finds nothing where pairs is null.
typedef size_t CisFindPairs(const CisPointwise *layer, uint64_t *pairs);

// y = contract(activation(expand(x))), plus x where residual is set; x is multiplied by the gate before, where there is
// one. x [expand.inputs][pixels], gate [expand.inputs] or null, y [contract.outputs][pixels]. x and y do not overlap.
typedef void CisMixChannels(const CisPointwise *expand, const CisPointwise *contract, CisActivation activation,
                            int residual, const float *x, const float *gate, float *y, ptrdiff_t pixels);

// y = activation(layer(x)).
typedef void CisPointwiseLayer(const CisPointwise *layer, CisActivation activation, const float *x, float *y,
                               ptrdiff_t pixels);

// A step down a feature pyramid: y = gate layer(x) + coarse, each pixel of which is repeated twice both ways.
// x [inputs][height][width], gate [outputs], coarse [outputs][height / 2][width / 2]; both sides are even.
typedef void CisLateralLayer(const CisPointwise *layer, const float *x, const float *gate, const float *coarse,
                             int height, int width, float *y);

// A depthwise convolution with an odd kernel of at most 7 a side, padded with zeros by half of it.
typedef struct {
    int channels, kernel_height, kernel_width;
    int stride_y, stride_x; // stride_x: 1 or 2
    const float *weights;   // [channels][kernel height][kernel width]
    const float *biases;    // [channels]
} CisDepthwise;

// The size of a side after a strided convolution.
static inline int cis_strided(int side, int stride) { return (side + stride - 1) / stride; }

// y = layer(x); means, where wanted, gets the mean of each channel of y.
typedef void CisDepthwiseLayer(const CisDepthwise *layer, const float *x, int height, int width, float *y,
                               float *means);

// A depthwise convolution of stride 1 and the 1x1 convolution after it. At most 128 channels and outputs.
typedef struct {
    CisDepthwise depthwise;
    int outputs;
    const float *weights; // [outputs][channels]
    const float *biases;  // [outputs]
} CisSeparable;

// y = layer(x); means, where wanted, gets the mean of each channel of y.
typedef void CisSeparableLayer(const CisSeparable *layer, const float *x, int height, int width, float *y,
                               float *means);

// The last step down a pyramid: y = separable(z), where z is as of CisLateralLayer and never there as a whole. memory
// is for the rows of z that are: cis_lateral_memory(separable, width) floats.
typedef void CisLateralSeparable(const CisPointwise *lateral, const float *x, const float *gate, const float *coarse,
                                 const CisSeparable *separable, int height, int width, float *memory, float *y,
                                 float *means);

// As many as the largest kernel has, and a power of two.
enum { CIS_LATERAL_ROWS = 8 };

static inline size_t cis_lateral_memory(const CisSeparable *layer, int width) {
    return (size_t)layer->depthwise.channels * CIS_LATERAL_ROWS * (size_t)width;
}

// A convolution of at most 96 channels with a kernel of at most 3 a side and 8-bit weights. Its output has the size of
// the image over the stride: the padding below and on the right is what that takes.
typedef struct {
    int inputs, outputs;
    int kernel_height, kernel_width;
    int stride; // 1 or 2, both ways
    int pad_top, pad_left;
    int relu;                // clip the output at 0
    int pool;                // before, take the greatest of each 2x2 pixels, stride 1; the image must not be negative
    const int8_t *weights;   // [outputs / 6 rounded up][inputs / 4 rounded up][kernel height][kernel width][6][4]
    const float *row_scales; // as of a 1x1 convolution
    const float *row_sums;
    const float *biases;
} CisDense;

// y = layer(x), plus addend (of the size of y) before the clip, where there is one.
typedef void CisDenseLayer(const CisDense *layer, const float *x, int height, int width, const float *addend, float *y);

// The stem of a backbone: its five convolutions as stem.c describes them.
typedef struct {
    CisDense a, b, c, d, y;
} CisStem;

// y = stem(x), of a quarter of the sides. memory is for what is between: cis_stem_memory(stem, width) floats.
typedef void CisStemLayers(const CisStem *stem, const float *x, int height, int width, float *memory, float *y);

// Rows of each image of half the size that are there at a time.
enum { CIS_STEM_ROWS = 16, CIS_DENSE_TILE_ROWS = 4 };

static inline size_t cis_stem_memory(const CisStem *stem, int width) {
    int half = cis_strided(width, 2), channels = stem->a.outputs + stem->b.outputs + stem->c.outputs;
    return (size_t)channels * CIS_STEM_ROWS * (size_t)half +
           (size_t)stem->d.outputs * CIS_DENSE_TILE_ROWS * (size_t)cis_strided(half, 2);
}

// An image each pixel of which is repeated both ways: 1, 2, 4, 8 or 16 times. The width is its own.
typedef struct {
    const float *image;
    int channels, width, times;
    ptrdiff_t plane;
} CisPart;

// y = layer(x), of stride 1, where x is the parts, as large as each other, one after another, and never there as a
// whole. memory is for the rows of x that are: cis_stacked_memory(layer, width) floats.
typedef void CisStackedDense(const CisDense *layer, const CisPart *parts, size_t count, int height, int width,
                             float *memory, float *y);

// Those under a tile, and a power of two.
enum { CIS_STACKED_ROWS = 8 };

static inline size_t cis_stacked_memory(const CisDense *layer, int width) {
    return (size_t)layer->inputs * CIS_STACKED_ROWS * (size_t)width;
}

// The kernels of a set.
typedef struct {
    CisMixChannels *mix_channels;
    CisPointwiseLayer *pointwise;
    CisLateralLayer *lateral;
    CisLateralSeparable *lateral_separable;
    CisDepthwiseLayer *depthwise;
    CisSeparableLayer *separable;
    CisDenseLayer *dense;
    CisStemLayers *stem;
    CisStackedDense *stacked_dense;
    CisFindPairs *find_pairs;
} CisKernels;

#define CIS_DECLARE(set)                                        \
    CIS_EXPORT CisMixChannels cis_mix_channels_##set;           \
    CIS_EXPORT CisPointwiseLayer cis_pointwise_##set;           \
    CIS_EXPORT CisLateralLayer cis_lateral_##set;               \
    CIS_EXPORT CisLateralSeparable cis_lateral_separable_##set; \
    CIS_EXPORT CisDepthwiseLayer cis_depthwise_##set;           \
    CIS_EXPORT CisSeparableLayer cis_separable_##set;           \
    CIS_EXPORT CisDenseLayer cis_dense_##set;                   \
    CIS_EXPORT CisStemLayers cis_stem_##set;                    \
    CIS_EXPORT CisStackedDense cis_stacked_dense_##set;         \
    CIS_EXPORT CisFindPairs cis_find_pairs_##set;

CIS_EACH_SET(CIS_DECLARE)

// A CisKernels.
#define CIS_KERNELS_OF(set)                                                                            \
    {                                                                                                  \
        cis_mix_channels_##set,  cis_pointwise_##set,  cis_lateral_##set, cis_lateral_separable_##set, \
        cis_depthwise_##set,     cis_separable_##set,  cis_dense_##set,   cis_stem_##set,              \
        cis_stacked_dense_##set, cis_find_pairs_##set,                                                 \
    }
