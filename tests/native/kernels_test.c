// kernels_test CALLS SEED: calls each kernel of each set with shapes of all kinds, on buffers between pages that may
// not be touched. Ends with 0 where nothing was read or written beside them, and all outputs were written.
#include "guarded.h"

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// EACH_TESTED_SET(of) is given by who compiles this: the sets that are linked, and run here.
#define KERNELS_OF(set) CIS_KERNELS_OF(set),
#define NAME_OF(set) #set,

static const CisKernels sets[] = {EACH_TESTED_SET(KERNELS_OF)};
static const char *const set_names[] = {EACH_TESTED_SET(NAME_OF)};

enum { SETS = sizeof sets / sizeof *sets };

static int blocks_of(int outputs) { return (outputs + CIS_OUTPUT_BLOCK - 1) / CIS_OUTPUT_BLOCK; }

// Mostly small; now and then wide, to go over the end of a tile of 64 and of the next.
static int side(void) { return chance(4) ? between_both(1, 20) : between_both(1, 150); }
static int channels(int most) { return chance(8) ? between_both(1, 13) : between_both(1, most); }
static int odd(int most) { return 1 + 2 * (int)chance((uint32_t)(most + 1) / 2); }
static const float *maybe(size_t count) { return chance(2) ? input_floats(count, 1) : NULL; }
static float *means_of(int outputs) { return chance(2) ? output_floats((size_t)outputs) : NULL; }

// With the pairs that a set finds, or without.
static CisPointwise pointwise(const CisKernels *set, int inputs, int outputs) {
    size_t n = (size_t)outputs;
    CisPointwise layer = {inputs,
                          outputs,
                          input_bytes((size_t)blocks_of(outputs) * CIS_OUTPUT_BLOCK * (size_t)inputs),
                          input_floats(n, 1),
                          input_floats(n, 1),
                          input_floats(n, 1),
                          NULL};
    size_t words = set->find_pairs(&layer, NULL);
    if (words > 0 && chance(2)) {
        uint64_t *pairs = guarded(words * sizeof *pairs);
        memset(pairs, 0, words * sizeof *pairs);
        set->find_pairs(&layer, pairs);
        layer.pairs = pairs;
    }
    return layer;
}

static CisDepthwise depthwise(int count, int stride_y, int stride_x) {
    int height = odd(CIS_MAX_KERNEL_SIDE), width = odd(CIS_MAX_KERNEL_SIDE);
    return (CisDepthwise){count,
                          height,
                          width,
                          stride_y,
                          stride_x,
                          input_floats((size_t)(count * height * width), 1),
                          input_floats((size_t)count, 1)};
}

static CisSeparable separable(int count) {
    int outputs = channels(40);
    return (CisSeparable){depthwise(count, 1, 1), outputs, input_floats((size_t)(outputs * count), 1),
                          input_floats((size_t)outputs, 1)};
}

static CisDense dense(int inputs, int outputs, int kernel_height, int kernel_width, int stride) {
    size_t n = (size_t)outputs, quads = (size_t)(inputs + 3) / 4;
    size_t taps = (size_t)(kernel_height * kernel_width);
    return (CisDense){.inputs = inputs,
                      .outputs = outputs,
                      .kernel_height = kernel_height,
                      .kernel_width = kernel_width,
                      .stride = stride,
                      .pad_top = (kernel_height - 1) / 2,
                      .pad_left = (kernel_width - 1) / 2,
                      .relu = (int)chance(2),
                      .weights = input_bytes((size_t)blocks_of(outputs) * quads * taps * CIS_OUTPUT_BLOCK * 4),
                      .row_scales = input_floats(n, 1),
                      .row_sums = input_floats(n, 1),
                      .biases = input_floats(n, 1)};
}

static size_t area(int count, int height, int width) { return (size_t)count * (size_t)height * (size_t)width; }

static void call_pointwise(const CisKernels *set) {
    int pixels = between_both(1, 200);
    CisPointwise layer = pointwise(set, 4 * channels(10), channels(40));
    set->pointwise(&layer, (CisActivation)chance(3), input_floats(area(layer.inputs, 1, pixels), 1),
                   output_floats(area(layer.outputs, 1, pixels)), pixels);
}

static void call_mix_channels(const CisKernels *set) {
    int pixels = between_both(1, 200), residual = (int)chance(2), inputs = 4 * channels(8), hidden = 4 * channels(16);
    CisPointwise expand = pointwise(set, inputs, hidden);
    CisPointwise contract = pointwise(set, hidden, residual ? inputs : channels(30));
    set->mix_channels(&expand, &contract, (CisActivation)chance(3), residual, input_floats(area(inputs, 1, pixels), 1),
                      maybe((size_t)inputs), output_floats(area(contract.outputs, 1, pixels)), pixels);
}

static void call_lateral(const CisKernels *set) {
    int height = 2 * between_both(1, 8), width = 2 * ((side() + 1) / 2);
    CisPointwise layer = pointwise(set, 4 * channels(8), channels(24));
    set->lateral(&layer, input_floats(area(layer.inputs, height, width), 1), input_floats((size_t)layer.outputs, 1),
                 input_floats(area(layer.outputs, height / 2, width / 2), 1), height, width,
                 output_floats(area(layer.outputs, height, width)));
}

static void call_lateral_separable(const CisKernels *set) {
    int height = 2 * between_both(1, 10), width = 2 * ((side() + 1) / 2);
    CisPointwise layer = pointwise(set, 4 * channels(8), channels(20));
    CisSeparable after = separable(layer.outputs);
    float *memory = guarded(cis_lateral_memory(&after, width) * sizeof(float));
    set->lateral_separable(&layer, input_floats(area(layer.inputs, height, width), 1),
                           input_floats((size_t)layer.outputs, 1),
                           input_floats(area(layer.outputs, height / 2, width / 2), 1), &after, height, width, memory,
                           output_floats(area(after.outputs, height, width)), means_of(after.outputs));
}

static void call_depthwise(const CisKernels *set) {
    int height = between_both(1, 20), width = side();
    CisDepthwise layer = depthwise(channels(12), between_both(1, 2), between_both(1, 2));
    size_t outputs = area(layer.channels, cis_strided(height, layer.stride_y), cis_strided(width, layer.stride_x));
    set->depthwise(&layer, input_floats(area(layer.channels, height, width), 1), height, width, output_floats(outputs),
                   means_of(layer.channels));
}

static void call_separable(const CisKernels *set) {
    int height = between_both(1, 12), width = side();
    CisSeparable layer = separable(channels(16));
    set->separable(&layer, input_floats(area(layer.depthwise.channels, height, width), 1), height, width,
                   output_floats(area(layer.outputs, height, width)), means_of(layer.outputs));
}

static void call_dense(const CisKernels *set) {
    int height = between_both(1, 20), width = side(), stride = between_both(1, 2);
    CisDense layer = dense(channels(20), channels(20), between_both(1, 3), between_both(1, 3), stride);
    layer.pool = (int)chance(2);
    size_t outputs = area(layer.outputs, cis_strided(height, stride), cis_strided(width, stride));
    set->dense(&layer, input_floats(area(layer.inputs, height, width), !layer.pool), height, width, maybe(outputs),
               output_floats(outputs));
}

static void call_stem(const CisKernels *set) {
    int height = between_both(1, 40), width = side(), a = channels(12), b = channels(8), c = channels(8);
    int outputs = channels(16);
    CisStem stem = {dense(3, a, 3, 3, 2), dense(a, b, 2, 2, 1), dense(b, c, 2, 2, 1), dense(a, outputs, 3, 3, 2),
                    dense(c, outputs, 3, 3, 2)};
    // The image that is pooled must not be negative.
    stem.a.relu = stem.b.relu = stem.c.relu = stem.y.relu = 1;
    stem.d.relu = 0;
    stem.d.pool = 1;
    float *memory = guarded(cis_stem_memory(&stem, width) * sizeof(float));
    int rows = cis_strided(cis_strided(height, 2), 2), columns = cis_strided(cis_strided(width, 2), 2);
    set->stem(&stem, input_floats(area(3, height, width), 1), height, width, memory,
              output_floats(area(outputs, rows, columns)));
}

static void call_stacked_dense(const CisKernels *set) {
    CisPart parts[4];
    int count = between_both(1, 4), inputs = 0, most = 1 << chance(5);
    int height = most * between_both(1, most > 4 ? 1 : 4), width = most * between_both(1, 96 / most);
    for (int i = 0; i < count; i++) {
        CisPart *part = &parts[i];
        int times = 1 << chance((uint32_t)__builtin_ctz((unsigned)most) + 1);
        *part = (CisPart){.channels = channels(8), .width = width / times, .times = times};
        part->plane = (ptrdiff_t)(height / times) * part->width;
        part->image = input_floats(area(part->channels, height / times, part->width), 1);
        inputs += part->channels;
    }
    CisDense layer = dense(inputs, channels(12), between_both(1, 3), between_both(1, 3), 1);
    float *memory = guarded(cis_stacked_memory(&layer, width) * sizeof(float));
    set->stacked_dense(&layer, parts, (size_t)count, height, width, memory,
                       output_floats(area(layer.outputs, height, width)));
}

static const struct {
    const char *name;
    void (*call)(const CisKernels *set);
} kernels[] = {
    {"pointwise", call_pointwise},
    {"mix_channels", call_mix_channels},
    {"lateral", call_lateral},
    {"lateral_separable", call_lateral_separable},
    {"depthwise", call_depthwise},
    {"separable", call_separable},
    {"dense", call_dense},
    {"stem", call_stem},
    {"stacked_dense", call_stacked_dense},
};

enum { KERNELS = sizeof kernels / sizeof *kernels };

int main(int count, char **arguments) {
    long calls = count > 1 ? atol(arguments[1]) : 1000, seed = count > 2 ? atol(arguments[2]) : 1;
    for (long i = 0; i < calls; i++) {
        int kernel = (int)(i % KERNELS);
        // A call is told by its number: kernels_test 1 SEED, with the seed that a failure names.
        seed_chance((uint64_t)(seed + i / KERNELS) * KERNELS + (uint64_t)kernel);
        kernels[kernel].call(&sets[chance(SETS)]);
        check_outputs(kernels[kernel].name);
        release_buffers();
    }
    printf("%ld calls of %d kernels held, of the sets", calls, KERNELS);
    for (int set = 0; set < SETS; set++)
        printf(" %s", set_names[set]);
    puts("");
    return 0;
}
