// The kernels as operators of ONNX Runtime, in the domain "cis":
//
//   ChannelMixer(x, w1, rows1, w2, rows2[, gate]) -> y   attributes activation: a CisActivation, residual: 0 or 1
//   Pointwise(x, w, rows) -> y                           attribute activation: a CisActivation
//   DepthwiseConv(x, w, b) -> y[, means]                 attributes stride_y, stride_x
//   DenseConv(x, w, rows[, addend]) -> y                 attributes inputs, stride, pad_top, pad_left, relu, pool
//   SeparableConv(x, w, b, w2, b2) -> y[, means]
//   Lateral(x, w, rows, gate, coarse) -> y
//   LateralSeparable(x, w, rows, gate, coarse, w3, b3, w2, b2) -> y[, means]
//   Stem(x, w, rows, ...) -> y                           five pairs of them: a, b, c, d, y of stem.c; attribute inputs
//   StackedConv(w, rows, x, ...) -> y                    each x repeated to the size of the largest, one after another
//
// x, y, addend, coarse: float [N, channels, H, W]; gate, means: float [N, channels, 1, 1]; the others are constants:
// w: int8 [outputs / 6 rounded up, inputs / 4 rounded up, kernel height, kernel width, 6, 4], its rows: float [3,
// outputs] (scales, sums, biases); w of a depthwise one: float [channels, 1, kernel height, kernel width], b: float
// [channels]; w3, b3 likewise; w2: float [outputs, channels, 1, 1], b2: float [outputs].
#include "kernels.h"

#include <onnxruntime_c_api.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DIMS = 8, MAX_SIZE = 1024 };

typedef OrtStatus *Status;

#define RETURN_IF_ERROR(call)    \
    do {                         \
        Status status_ = (call); \
        if (status_)             \
            return status_;      \
    } while (0)

// What an operator is, whichever set of kernels runs it.
typedef struct {
    const char *name;
    const ONNXTensorElementDataType *input_types;
    size_t inputs, optional_inputs, outputs, optional_outputs;
    int is_variadic; // the last input stands for any number of them
    Status (*create)(const OrtApi *api, const OrtKernelInfo *info, void *kernel);
    size_t kernel_size;
} Definition;

// An operator as ONNX Runtime sees it, and what its callbacks need to answer for it.
typedef struct {
    OrtCustomOp callbacks;
    const Definition *definition;
    const CisKernels *kernels;
} Operator;

// What the state of every operator begins with.
typedef struct {
    const OrtApi *api;
    const CisKernels *kernels;
    uint64_t *pairs[2]; // of its 1x1 convolutions, where the set has a use for them
} Host;

typedef struct {
    float *data;
    int64_t dims[MAX_DIMS];
    size_t rank;
} Tensor;

static Status failure(const OrtApi *api, const char *message) { return api->CreateStatus(ORT_INVALID_GRAPH, message); }

static Status read_tensor(const OrtApi *api, const OrtValue *value, Tensor *tensor) {
    OrtTensorTypeAndShapeInfo *info;
    RETURN_IF_ERROR(api->GetTensorTypeAndShape(value, &info));
    Status status = api->GetDimensionsCount(info, &tensor->rank);
    if (!status && tensor->rank <= MAX_DIMS)
        status = api->GetDimensions(info, tensor->dims, tensor->rank);
    api->ReleaseTensorTypeAndShapeInfo(info);
    RETURN_IF_ERROR(status);
    // The only way to a tensor's memory that all versions of the interface have.
    return api->GetTensorMutableData((OrtValue *)value, (void **)&tensor->data);
}

static Status read_constant(const OrtApi *api, const OrtKernelInfo *info, size_t index, Tensor *tensor) {
    int is_constant = 0;
    const OrtValue *value = NULL;
    RETURN_IF_ERROR(api->KernelInfoGetConstantInput_tensor(info, index, &is_constant, &value));
    return is_constant ? read_tensor(api, value, tensor) : failure(api, "cis: the weights are not constant.");
}

static Status read_attribute(const OrtApi *api, const OrtKernelInfo *info, const char *name, int *value) {
    int64_t read;
    RETURN_IF_ERROR(api->KernelInfoGetAttribute_int64(info, name, &read));
    *value = (int)read;
    return NULL;
}

// ---- the image that goes in, and the one that comes out ---------------------------------------------------------

static Status read_input(const OrtApi *api, OrtKernelContext *context, size_t index, Tensor *image) {
    const OrtValue *value;
    RETURN_IF_ERROR(api->KernelContext_GetInput(context, index, &value));
    RETURN_IF_ERROR(read_tensor(api, value, image));
    return image->rank == 4 ? NULL : failure(api, "cis: an image has four dimensions.");
}

static Status read_image(const OrtApi *api, OrtKernelContext *context, int channels, Tensor *image) {
    RETURN_IF_ERROR(read_input(api, context, 0, image));
    return image->dims[1] == channels ? NULL : failure(api, "cis: the image's channels do not fit.");
}

// Its data are null where the input was left out.
static Status read_optional(const OrtApi *api, OrtKernelContext *context, size_t index, Tensor *tensor) {
    const OrtValue *value = NULL;
    size_t inputs;
    tensor->data = NULL;
    RETURN_IF_ERROR(api->KernelContext_GetInputCount(context, &inputs));
    if (index < inputs)
        RETURN_IF_ERROR(api->KernelContext_GetInput(context, index, &value));
    return value ? read_tensor(api, value, tensor) : NULL;
}

static int has_shape(const Tensor *tensor, const int64_t dims[4]) {
    return tensor->rank == 4 && memcmp(tensor->dims, dims, 4 * sizeof *dims) == 0;
}

static Status make_output(const OrtApi *api, OrtKernelContext *context, size_t index, const int64_t dims[4],
                          float **data) {
    OrtValue *value;
    RETURN_IF_ERROR(api->KernelContext_GetOutput(context, index, dims, 4, &value));
    *data = NULL; // stays so where nobody wants an optional output
    return value ? api->GetTensorMutableData(value, (void **)data) : NULL;
}

// Memory for one call, from where the runtime takes its tensors.
typedef struct {
    const OrtApi *api;
    OrtAllocator *allocator;
    float *floats;
} Loan;

static Status borrow(const OrtApi *api, OrtKernelContext *context, size_t floats, Loan *loan) {
    OrtMemoryInfo *cpu;
    *loan = (Loan){.api = api};
    RETURN_IF_ERROR(api->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &cpu));
    Status status = api->KernelContext_GetAllocator(context, cpu, &loan->allocator);
    api->ReleaseMemoryInfo(cpu);
    RETURN_IF_ERROR(status);
    status = api->AllocatorAlloc(loan->allocator, floats * sizeof *loan->floats, (void **)&loan->floats);
    if (status)
        api->ReleaseAllocator(loan->allocator);
    return status;
}

static Status give_back(Loan *loan) {
    Status status = loan->api->AllocatorFree(loan->allocator, loan->floats);
    loan->api->ReleaseAllocator(loan->allocator);
    return status;
}

// ---- 1x1 convolutions -------------------------------------------------------------------------------------------

// Whether 8-bit weights and their rows belong together, and are not too many for the kernels.
static int fit(const Tensor *weights, const Tensor *rows) {
    const int64_t *dims = weights->dims;
    return weights->rank == 6 && dims[4] == CIS_OUTPUT_BLOCK && dims[5] == 4 && rows->rank == 2 && rows->dims[0] == 3 &&
           rows->dims[1] <= MAX_SIZE && dims[1] <= MAX_SIZE / 4 &&
           dims[0] == (rows->dims[1] + CIS_OUTPUT_BLOCK - 1) / CIS_OUTPUT_BLOCK;
}

static Status find_pairs(Host *host, CisPointwise *layer) {
    size_t words = host->kernels->find_pairs(layer, NULL);
    if (words == 0)
        return NULL;
    uint64_t *pairs = calloc(words, sizeof *pairs);
    if (!pairs)
        return failure(host->api, "cis: out of memory.");
    host->kernels->find_pairs(layer, pairs);
    host->pairs[host->pairs[0] ? 1 : 0] = pairs;
    layer->pairs = pairs;
    return NULL;
}

static Status read_pointwise(Host *host, const OrtKernelInfo *info, size_t index, CisPointwise *layer) {
    const OrtApi *api = host->api;
    Tensor weights, rows;
    RETURN_IF_ERROR(read_constant(api, info, index, &weights));
    RETURN_IF_ERROR(read_constant(api, info, index + 1, &rows));
    if (!fit(&weights, &rows) || weights.dims[2] != 1 || weights.dims[3] != 1)
        return failure(api, "cis: the weights of a 1x1 convolution have the wrong shape.");
    int outputs = (int)rows.dims[1];
    *layer = (CisPointwise){
        .inputs = (int)weights.dims[1] * 4,
        .outputs = outputs,
        .weights = (const int8_t *)weights.data,
        .row_scales = rows.data,
        .row_sums = rows.data + outputs,
        .biases = rows.data + 2 * outputs,
    };
    return find_pairs(host, layer);
}

typedef struct {
    Host host;
    CisPointwise expand, contract;
    int activation, residual;
} MixerKernel;

static Status create_mixer(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    MixerKernel *kernel = to;
    RETURN_IF_ERROR(read_pointwise(&kernel->host, info, 1, &kernel->expand));
    RETURN_IF_ERROR(read_pointwise(&kernel->host, info, 3, &kernel->contract));
    RETURN_IF_ERROR(read_attribute(api, info, "activation", &kernel->activation));
    RETURN_IF_ERROR(read_attribute(api, info, "residual", &kernel->residual));
    if (kernel->expand.outputs != kernel->contract.inputs ||
        (kernel->residual && kernel->expand.inputs != kernel->contract.outputs))
        return failure(api, "cis: the layers of a channel mixer do not fit together.");
    return NULL;
}

static Status compute_mixer(void *state, OrtKernelContext *context) {
    const MixerKernel *kernel = state;
    const CisPointwise *expand = &kernel->expand, *contract = &kernel->contract;
    Tensor x, gate;
    float *y;
    RETURN_IF_ERROR(read_image(kernel->host.api, context, expand->inputs, &x));
    RETURN_IF_ERROR(read_optional(kernel->host.api, context, 5, &gate));
    if (gate.data && !has_shape(&gate, (int64_t[]){x.dims[0], x.dims[1], 1, 1}))
        return failure(kernel->host.api, "cis: the gate does not fit the image.");
    RETURN_IF_ERROR(
        make_output(kernel->host.api, context, 0, (int64_t[]){x.dims[0], contract->outputs, x.dims[2], x.dims[3]}, &y));
    int64_t pixels = x.dims[2] * x.dims[3];
    for (int64_t n = 0; n < x.dims[0]; n++)
        kernel->host.kernels->mix_channels(
            expand, contract, (CisActivation)kernel->activation, kernel->residual, x.data + n * expand->inputs * pixels,
            gate.data ? gate.data + n * expand->inputs : NULL, y + n * contract->outputs * pixels, pixels);
    return NULL;
}

typedef struct {
    Host host;
    CisPointwise layer;
    int activation;
} PointwiseKernel;

static Status create_pointwise(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    PointwiseKernel *kernel = to;
    RETURN_IF_ERROR(read_pointwise(&kernel->host, info, 1, &kernel->layer));
    return read_attribute(api, info, "activation", &kernel->activation);
}

static Status compute_pointwise(void *state, OrtKernelContext *context) {
    const PointwiseKernel *kernel = state;
    const CisPointwise *layer = &kernel->layer;
    Tensor x;
    float *y;
    RETURN_IF_ERROR(read_image(kernel->host.api, context, layer->inputs, &x));
    RETURN_IF_ERROR(
        make_output(kernel->host.api, context, 0, (int64_t[]){x.dims[0], layer->outputs, x.dims[2], x.dims[3]}, &y));
    int64_t pixels = x.dims[2] * x.dims[3];
    for (int64_t n = 0; n < x.dims[0]; n++)
        kernel->host.kernels->pointwise(layer, (CisActivation)kernel->activation, x.data + n * layer->inputs * pixels,
                                        y + n * layer->outputs * pixels, pixels);
    return NULL;
}

// ---- depthwise convolutions -------------------------------------------------------------------------------------

typedef struct {
    Host host;
    CisDepthwise layer;
} DepthwiseKernel;

static Status read_depthwise(const OrtApi *api, const OrtKernelInfo *info, size_t index, CisDepthwise *layer) {
    Tensor weights, biases;
    RETURN_IF_ERROR(read_constant(api, info, index, &weights));
    RETURN_IF_ERROR(read_constant(api, info, index + 1, &biases));
    const int64_t *dims = weights.dims;
    if (weights.rank != 4 || dims[1] != 1 || dims[2] > CIS_MAX_KERNEL_SIDE || dims[3] > CIS_MAX_KERNEL_SIDE ||
        dims[2] % 2 == 0 || dims[3] % 2 == 0 || biases.rank != 1 || biases.dims[0] != dims[0])
        return failure(api, "cis: a depthwise convolution has a shape that its kernel lacks.");
    *layer = (CisDepthwise){
        .channels = (int)dims[0],
        .kernel_height = (int)dims[2],
        .kernel_width = (int)dims[3],
        .stride_y = 1,
        .stride_x = 1,
        .weights = weights.data,
        .biases = biases.data,
    };
    return NULL;
}

static Status create_depthwise(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    DepthwiseKernel *kernel = to;
    CisDepthwise *layer = &kernel->layer;
    RETURN_IF_ERROR(read_depthwise(api, info, 1, layer));
    RETURN_IF_ERROR(read_attribute(api, info, "stride_y", &layer->stride_y));
    RETURN_IF_ERROR(read_attribute(api, info, "stride_x", &layer->stride_x));
    if (layer->stride_y < 1 || layer->stride_x < 1 || layer->stride_x > 2)
        return failure(api, "cis: a depthwise convolution has a stride that its kernel lacks.");
    return NULL;
}

static Status compute_depthwise(void *state, OrtKernelContext *context) {
    const DepthwiseKernel *kernel = state;
    const CisDepthwise *layer = &kernel->layer;
    Tensor x;
    float *y, *means;
    RETURN_IF_ERROR(read_image(kernel->host.api, context, layer->channels, &x));
    int height = (int)x.dims[2], width = (int)x.dims[3], channels = layer->channels;
    int rows = cis_strided(height, layer->stride_y), columns = cis_strided(width, layer->stride_x);
    RETURN_IF_ERROR(make_output(kernel->host.api, context, 0, (int64_t[]){x.dims[0], channels, rows, columns}, &y));
    RETURN_IF_ERROR(make_output(kernel->host.api, context, 1, (int64_t[]){x.dims[0], channels, 1, 1}, &means));
    for (int64_t n = 0; n < x.dims[0]; n++)
        kernel->host.kernels->depthwise(layer, x.data + n * channels * height * width, height, width,
                                        y + n * channels * rows * columns, means ? means + n * channels : NULL);
    return NULL;
}

typedef struct {
    Host host;
    CisSeparable layer;
} SeparableKernel;

static Status read_separable(const OrtApi *api, const OrtKernelInfo *info, size_t index, CisSeparable *layer) {
    Tensor weights, biases;
    RETURN_IF_ERROR(read_depthwise(api, info, index, &layer->depthwise));
    RETURN_IF_ERROR(read_constant(api, info, index + 2, &weights));
    RETURN_IF_ERROR(read_constant(api, info, index + 3, &biases));
    const int64_t *dims = weights.dims;
    if (weights.rank != 4 || dims[0] > CIS_MAX_SEPARABLE || dims[1] > CIS_MAX_SEPARABLE ||
        dims[1] != layer->depthwise.channels || dims[2] != 1 || dims[3] != 1 || biases.rank != 1 ||
        biases.dims[0] != dims[0])
        return failure(api, "cis: a separable convolution has a shape that its kernel lacks.");
    layer->outputs = (int)dims[0];
    layer->weights = weights.data;
    layer->biases = biases.data;
    return NULL;
}

static Status create_separable(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    return read_separable(api, info, 1, &((SeparableKernel *)to)->layer);
}

static Status compute_separable(void *state, OrtKernelContext *context) {
    const SeparableKernel *kernel = state;
    const CisSeparable *layer = &kernel->layer;
    Tensor x;
    float *y, *means;
    RETURN_IF_ERROR(read_image(kernel->host.api, context, layer->depthwise.channels, &x));
    int64_t images = x.dims[0], plane = x.dims[2] * x.dims[3];
    RETURN_IF_ERROR(
        make_output(kernel->host.api, context, 0, (int64_t[]){images, layer->outputs, x.dims[2], x.dims[3]}, &y));
    RETURN_IF_ERROR(make_output(kernel->host.api, context, 1, (int64_t[]){images, layer->outputs, 1, 1}, &means));
    for (int64_t n = 0; n < images; n++)
        kernel->host.kernels->separable(layer, x.data + n * layer->depthwise.channels * plane, (int)x.dims[2],
                                        (int)x.dims[3], y + n * layer->outputs * plane,
                                        means ? means + n * layer->outputs : NULL);
    return NULL;
}

// ---- between the levels of a feature pyramid --------------------------------------------------------------------

typedef struct {
    Host host;
    CisPointwise layer;
} LateralKernel;

static Status create_lateral(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    (void)api;
    LateralKernel *kernel = to;
    return read_pointwise(&kernel->host, info, 1, &kernel->layer);
}

// What a step down a pyramid goes from: an image, the gate of its convolution, and the level before.
typedef struct {
    Tensor x, gate, coarse;
    int64_t images, height, width;
} Levels;

static Status read_levels(const OrtApi *api, OrtKernelContext *context, const CisPointwise *layer, Levels *levels) {
    RETURN_IF_ERROR(read_image(api, context, layer->inputs, &levels->x));
    RETURN_IF_ERROR(read_input(api, context, 3, &levels->gate));
    RETURN_IF_ERROR(read_input(api, context, 4, &levels->coarse));
    int64_t images = levels->x.dims[0], height = levels->x.dims[2], width = levels->x.dims[3];
    if (!has_shape(&levels->gate, (int64_t[]){images, layer->outputs, 1, 1}) || height % 2 != 0 || width % 2 != 0 ||
        !has_shape(&levels->coarse, (int64_t[]){images, layer->outputs, height / 2, width / 2}))
        return failure(api, "cis: the levels of a pyramid do not fit each other.");
    levels->images = images;
    levels->height = height;
    levels->width = width;
    return NULL;
}

static Status compute_lateral(void *state, OrtKernelContext *context) {
    const LateralKernel *kernel = state;
    const CisPointwise *layer = &kernel->layer;
    const OrtApi *api = kernel->host.api;
    Levels levels;
    float *y;
    RETURN_IF_ERROR(read_levels(api, context, layer, &levels));
    int64_t height = levels.height, width = levels.width, plane = height * width, outputs = layer->outputs;
    RETURN_IF_ERROR(make_output(api, context, 0, (int64_t[]){levels.images, outputs, height, width}, &y));
    for (int64_t n = 0; n < levels.images; n++)
        kernel->host.kernels->lateral(layer, levels.x.data + n * layer->inputs * plane, levels.gate.data + n * outputs,
                                      levels.coarse.data + n * outputs * plane / 4, (int)height, (int)width,
                                      y + n * outputs * plane);
    return NULL;
}

typedef struct {
    Host host;
    CisPointwise lateral;
    CisSeparable separable;
} LateralSeparableKernel;

static Status create_lateral_separable(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    LateralSeparableKernel *kernel = to;
    RETURN_IF_ERROR(read_pointwise(&kernel->host, info, 1, &kernel->lateral));
    RETURN_IF_ERROR(read_separable(api, info, 5, &kernel->separable));
    if (kernel->lateral.outputs != kernel->separable.depthwise.channels)
        return failure(api, "cis: the layers of a pyramid's last level do not fit together.");
    return NULL;
}

static Status compute_lateral_separable(void *state, OrtKernelContext *context) {
    const LateralSeparableKernel *kernel = state;
    const CisPointwise *lateral = &kernel->lateral;
    const OrtApi *api = kernel->host.api;
    Levels levels;
    Loan memory;
    float *y, *means;
    RETURN_IF_ERROR(read_levels(api, context, lateral, &levels));
    int64_t height = levels.height, width = levels.width, plane = height * width, outputs = kernel->separable.outputs;
    RETURN_IF_ERROR(make_output(api, context, 0, (int64_t[]){levels.images, outputs, height, width}, &y));
    RETURN_IF_ERROR(make_output(api, context, 1, (int64_t[]){levels.images, outputs, 1, 1}, &means));
    RETURN_IF_ERROR(borrow(api, context, cis_lateral_memory(&kernel->separable, (int)width), &memory));
    for (int64_t n = 0; n < levels.images; n++)
        kernel->host.kernels->lateral_separable(
            lateral, levels.x.data + n * lateral->inputs * plane, levels.gate.data + n * lateral->outputs,
            levels.coarse.data + n * lateral->outputs * plane / 4, &kernel->separable, (int)height, (int)width,
            memory.floats, y + n * outputs * plane, means ? means + n * outputs : NULL);
    return give_back(&memory);
}

// ---- convolutions of few channels -------------------------------------------------------------------------------

// The shape of a convolution's weights, and where they are.
static Status read_dense(const OrtApi *api, const OrtKernelInfo *info, size_t index, int inputs, CisDense *layer) {
    Tensor weights, rows;
    RETURN_IF_ERROR(read_constant(api, info, index, &weights));
    RETURN_IF_ERROR(read_constant(api, info, index + 1, &rows));
    if (!fit(&weights, &rows) || inputs > CIS_MAX_DENSE_INPUTS || weights.dims[1] != (inputs + 3) / 4 ||
        weights.dims[2] > 3 || weights.dims[3] > 3)
        return failure(api, "cis: a convolution has a shape that its kernel lacks.");
    layer->inputs = inputs;
    layer->outputs = (int)rows.dims[1];
    layer->kernel_height = (int)weights.dims[2];
    layer->kernel_width = (int)weights.dims[3];
    layer->weights = (const int8_t *)weights.data;
    layer->row_scales = rows.data;
    layer->row_sums = rows.data + layer->outputs;
    layer->biases = rows.data + 2 * layer->outputs;
    return NULL;
}

static Status read_dense_attributes(const OrtApi *api, const OrtKernelInfo *info, CisDense *layer) {
    RETURN_IF_ERROR(read_attribute(api, info, "stride", &layer->stride));
    RETURN_IF_ERROR(read_attribute(api, info, "pad_top", &layer->pad_top));
    RETURN_IF_ERROR(read_attribute(api, info, "pad_left", &layer->pad_left));
    RETURN_IF_ERROR(read_attribute(api, info, "relu", &layer->relu));
    RETURN_IF_ERROR(read_attribute(api, info, "pool", &layer->pool));
    return layer->stride == 1 || layer->stride == 2
               ? NULL
               : failure(api, "cis: a convolution has a stride that its kernel lacks.");
}

typedef struct {
    Host host;
    CisDense layer;
} DenseKernel;

static Status create_dense(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    CisDense *layer = &((DenseKernel *)to)->layer;
    int inputs;
    RETURN_IF_ERROR(read_attribute(api, info, "inputs", &inputs));
    RETURN_IF_ERROR(read_dense(api, info, 1, inputs, layer));
    return read_dense_attributes(api, info, layer);
}

static Status compute_dense(void *state, OrtKernelContext *context) {
    const DenseKernel *kernel = state;
    const CisDense *layer = &kernel->layer;
    Tensor x, addend;
    float *y;
    RETURN_IF_ERROR(read_image(kernel->host.api, context, layer->inputs, &x));
    RETURN_IF_ERROR(read_optional(kernel->host.api, context, 3, &addend));
    int height = (int)x.dims[2], width = (int)x.dims[3];
    int64_t rows = cis_strided(height, layer->stride), columns = cis_strided(width, layer->stride);
    const int64_t dims[4] = {x.dims[0], layer->outputs, rows, columns};
    if (addend.data && !has_shape(&addend, dims))
        return failure(kernel->host.api, "cis: the addend does not fit the convolution.");
    RETURN_IF_ERROR(make_output(kernel->host.api, context, 0, dims, &y));
    int64_t inputs = (int64_t)layer->inputs * height * width, outputs = layer->outputs * rows * columns;
    for (int64_t n = 0; n < x.dims[0]; n++)
        kernel->host.kernels->dense(layer, x.data + n * inputs, height, width,
                                    addend.data ? addend.data + n * outputs : NULL, y + n * outputs);
    return NULL;
}

typedef struct {
    Host host;
    CisStem stem;
} StemKernel;

static int has_kernel(const CisDense *layer, int side) {
    return layer->kernel_height == side && layer->kernel_width == side;
}

static Status create_stem(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    CisStem *stem = &((StemKernel *)to)->stem;
    int inputs;
    RETURN_IF_ERROR(read_attribute(api, info, "inputs", &inputs));
    stem->a = (CisDense){.stride = 2, .pad_top = 1, .pad_left = 1, .relu = 1};
    stem->b = stem->c = (CisDense){.stride = 1, .relu = 1};
    stem->d = (CisDense){.stride = 2, .pad_top = 1, .pad_left = 1, .pool = 1};
    stem->y = (CisDense){.stride = 2, .pad_top = 1, .pad_left = 1, .relu = 1};
    RETURN_IF_ERROR(read_dense(api, info, 1, inputs, &stem->a));
    RETURN_IF_ERROR(read_dense(api, info, 3, stem->a.outputs, &stem->b));
    RETURN_IF_ERROR(read_dense(api, info, 5, stem->b.outputs, &stem->c));
    RETURN_IF_ERROR(read_dense(api, info, 7, stem->a.outputs, &stem->d));
    RETURN_IF_ERROR(read_dense(api, info, 9, stem->c.outputs, &stem->y));
    int fits = has_kernel(&stem->a, 3) && has_kernel(&stem->b, 2) && has_kernel(&stem->c, 2) &&
               has_kernel(&stem->d, 3) && has_kernel(&stem->y, 3) && stem->d.outputs == stem->y.outputs;
    return fits ? NULL : failure(api, "cis: the layers of a stem do not fit together.");
}

static Status compute_stem(void *state, OrtKernelContext *context) {
    const StemKernel *kernel = state;
    const CisStem *stem = &kernel->stem;
    const OrtApi *api = kernel->host.api;
    Tensor x;
    Loan memory;
    float *y;
    RETURN_IF_ERROR(read_image(api, context, stem->a.inputs, &x));
    int height = (int)x.dims[2], width = (int)x.dims[3];
    int64_t rows = cis_strided(cis_strided(height, 2), 2), columns = cis_strided(cis_strided(width, 2), 2);
    RETURN_IF_ERROR(make_output(api, context, 0, (int64_t[]){x.dims[0], stem->y.outputs, rows, columns}, &y));
    RETURN_IF_ERROR(borrow(api, context, cis_stem_memory(stem, width), &memory));
    for (int64_t n = 0; n < x.dims[0]; n++)
        kernel->host.kernels->stem(stem, x.data + n * stem->a.inputs * height * width, height, width, memory.floats,
                                   y + n * stem->y.outputs * rows * columns);
    return give_back(&memory);
}

// ---- a convolution of a pyramid's levels ------------------------------------------------------------------------

enum { MAX_STACKED = 8, FIRST_STACKED = 2 };

// How often each pixel of a level is repeated both ways; 0 where the level does not fit.
static int times_repeated(const Tensor *level, const int64_t whole[4]) {
    if (level->dims[2] == 0 || level->dims[3] == 0 || level->dims[0] != whole[0])
        return 0;
    int64_t times = whole[2] / level->dims[2];
    int fits = times * level->dims[2] == whole[2] && times * level->dims[3] == whole[3];
    return fits && times <= 16 && (times & (times - 1)) == 0 ? (int)times : 0;
}

static Status read_stacked(const OrtApi *api, OrtKernelContext *context, Tensor *levels, size_t *count,
                           int64_t whole[4]) {
    RETURN_IF_ERROR(api->KernelContext_GetInputCount(context, count));
    *count -= FIRST_STACKED;
    if (*count > MAX_STACKED)
        return failure(api, "cis: too many images to stack.");
    for (size_t i = 0; i < *count; i++) {
        RETURN_IF_ERROR(read_input(api, context, FIRST_STACKED + i, &levels[i]));
        whole[0] = levels[i].dims[0];
        whole[1] += levels[i].dims[1];
        whole[2] = levels[i].dims[2] > whole[2] ? levels[i].dims[2] : whole[2];
        whole[3] = levels[i].dims[3] > whole[3] ? levels[i].dims[3] : whole[3];
    }
    for (size_t i = 0; i < *count; i++)
        if (times_repeated(&levels[i], whole) == 0)
            return failure(api, "cis: the images to stack are no multiples of each other's sizes.");
    return NULL;
}

static CisPart part_of(const Tensor *level, int64_t n, const int64_t whole[4]) {
    ptrdiff_t plane = level->dims[2] * level->dims[3];
    return (CisPart){level->data + n * level->dims[1] * plane, (int)level->dims[1], (int)level->dims[3],
                     times_repeated(level, whole), plane};
}

static Status create_stacked(const OrtApi *api, const OrtKernelInfo *info, void *to) {
    CisDense *layer = &((DenseKernel *)to)->layer;
    int inputs;
    RETURN_IF_ERROR(read_attribute(api, info, "inputs", &inputs));
    RETURN_IF_ERROR(read_dense(api, info, 0, inputs, layer));
    RETURN_IF_ERROR(read_dense_attributes(api, info, layer));
    return layer->stride == 1 && !layer->pool
               ? NULL
               : failure(api, "cis: a convolution of stacked images has a shape that its kernel lacks.");
}

static Status compute_stacked(void *state, OrtKernelContext *context) {
    const DenseKernel *kernel = state;
    const CisDense *layer = &kernel->layer;
    const OrtApi *api = kernel->host.api;
    Tensor levels[MAX_STACKED];
    CisPart parts[MAX_STACKED];
    Loan memory;
    size_t count;
    int64_t whole[4] = {0};
    float *y;
    RETURN_IF_ERROR(read_stacked(api, context, levels, &count, whole));
    if (whole[1] != layer->inputs)
        return failure(api, "cis: the stacked images' channels do not fit.");
    RETURN_IF_ERROR(make_output(api, context, 0, (int64_t[]){whole[0], layer->outputs, whole[2], whole[3]}, &y));
    RETURN_IF_ERROR(borrow(api, context, cis_stacked_memory(layer, (int)whole[3]), &memory));
    for (int64_t n = 0; n < whole[0]; n++) {
        for (size_t i = 0; i < count; i++)
            parts[i] = part_of(&levels[i], n, whole);
        kernel->host.kernels->stacked_dense(layer, parts, count, (int)whole[2], (int)whole[3], memory.floats,
                                            y + n * layer->outputs * whole[2] * whole[3]);
    }
    return give_back(&memory);
}

// ---- what ONNX Runtime asks of every operator -------------------------------------------------------------------

static const Definition *of(const OrtCustomOp *op) { return ((const Operator *)op)->definition; }

static const char *name(const OrtCustomOp *op) { return of(op)->name; }

static const char *provider(const OrtCustomOp *op) {
    (void)op;
    return NULL; // the CPU
}

static size_t input_count(const OrtCustomOp *op) { return of(op)->inputs; }

static size_t output_count(const OrtCustomOp *op) { return of(op)->outputs; }

static ONNXTensorElementDataType input_type(const OrtCustomOp *op, size_t index) { return of(op)->input_types[index]; }

static ONNXTensorElementDataType output_type(const OrtCustomOp *op, size_t index) {
    (void)op, (void)index;
    return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
}

static OrtCustomOpInputOutputCharacteristic input_kind(const OrtCustomOp *op, size_t index) {
    if (of(op)->is_variadic && index == of(op)->inputs - 1)
        return INPUT_OUTPUT_VARIADIC;
    return index < of(op)->inputs - of(op)->optional_inputs ? INPUT_OUTPUT_REQUIRED : INPUT_OUTPUT_OPTIONAL;
}

static OrtCustomOpInputOutputCharacteristic output_kind(const OrtCustomOp *op, size_t index) {
    return index < of(op)->outputs - of(op)->optional_outputs ? INPUT_OUTPUT_REQUIRED : INPUT_OUTPUT_OPTIONAL;
}

static int one(const OrtCustomOp *op) {
    (void)op;
    return 1;
}

static OrtMemType input_memory(const OrtCustomOp *op, size_t index) {
    (void)op, (void)index;
    return OrtMemTypeDefault;
}

static int end_version(const OrtCustomOp *op) {
    (void)op;
    return INT32_MAX;
}

static void destroy(void *kernel) {
    Host *host = kernel;
    free(host->pairs[0]);
    free(host->pairs[1]);
    free(kernel);
}

static Status create(const OrtCustomOp *op, const OrtApi *api, const OrtKernelInfo *info, void **kernel) {
    *kernel = calloc(1, of(op)->kernel_size);
    if (!*kernel)
        return failure(api, "cis: out of memory.");
    *(Host *)*kernel = (Host){.api = api, .kernels = ((const Operator *)op)->kernels};
    Status status = of(op)->create(api, info, *kernel);
    if (status) {
        destroy(*kernel);
        *kernel = NULL;
    }
    return status;
}

#define FLOATS ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
#define BYTES ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8

static const Definition mixer = {
    .name = "ChannelMixer",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, BYTES, FLOATS, BYTES, FLOATS, FLOATS},
    .inputs = 6,
    .optional_inputs = 1,
    .outputs = 1,
    .create = create_mixer,
    .kernel_size = sizeof(MixerKernel),
};

static const Definition pointwise = {
    .name = "Pointwise",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, BYTES, FLOATS},
    .inputs = 3,
    .outputs = 1,
    .create = create_pointwise,
    .kernel_size = sizeof(PointwiseKernel),
};

static const Definition depthwise = {
    .name = "DepthwiseConv",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, FLOATS, FLOATS},
    .inputs = 3,
    .outputs = 2,
    .optional_outputs = 1,
    .create = create_depthwise,
    .kernel_size = sizeof(DepthwiseKernel),
};

static const Definition dense = {
    .name = "DenseConv",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, BYTES, FLOATS, FLOATS},
    .inputs = 4,
    .optional_inputs = 1,
    .outputs = 1,
    .create = create_dense,
    .kernel_size = sizeof(DenseKernel),
};

static const Definition separable = {
    .name = "SeparableConv",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, FLOATS, FLOATS, FLOATS, FLOATS},
    .inputs = 5,
    .outputs = 2,
    .optional_outputs = 1,
    .create = create_separable,
    .kernel_size = sizeof(SeparableKernel),
};

static const Definition lateral = {
    .name = "Lateral",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, BYTES, FLOATS, FLOATS, FLOATS},
    .inputs = 5,
    .outputs = 1,
    .create = create_lateral,
    .kernel_size = sizeof(LateralKernel),
};

static const Definition lateral_separable = {
    .name = "LateralSeparable",
    .input_types =
        (const ONNXTensorElementDataType[]){FLOATS, BYTES, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS},
    .inputs = 9,
    .outputs = 2,
    .optional_outputs = 1,
    .create = create_lateral_separable,
    .kernel_size = sizeof(LateralSeparableKernel),
};

static const Definition stem = {
    .name = "Stem",
    .input_types = (const ONNXTensorElementDataType[]){FLOATS, BYTES, FLOATS, BYTES, FLOATS, BYTES, FLOATS, BYTES,
                                                       FLOATS, BYTES, FLOATS},
    .inputs = 11,
    .outputs = 1,
    .create = create_stem,
    .kernel_size = sizeof(StemKernel),
};

static const Definition stacked = {
    .name = "StackedConv",
    .input_types = (const ONNXTensorElementDataType[]){BYTES, FLOATS, FLOATS},
    .inputs = 3,
    .is_variadic = 1,
    .outputs = 1,
    .create = create_stacked,
    .kernel_size = sizeof(DenseKernel),
};

// ---- the operators of each set ----------------------------------------------------------------------------------

#define CALLBACKS(compute)                   \
    {.version = ORT_API_VERSION,             \
     .GetName = name,                        \
     .GetExecutionProviderType = provider,   \
     .GetInputTypeCount = input_count,       \
     .GetInputType = input_type,             \
     .GetOutputTypeCount = output_count,     \
     .GetOutputType = output_type,           \
     .GetInputCharacteristic = input_kind,   \
     .GetOutputCharacteristic = output_kind, \
     .GetInputMemoryType = input_memory,     \
     .GetStartVersion = one,                 \
     .GetEndVersion = end_version,           \
     .GetVariadicInputMinArity = one,        \
     .GetVariadicInputHomogeneity = one,     \
     .CreateKernelV2 = create,               \
     .KernelComputeV2 = compute,             \
     .KernelDestroy = destroy}

#define OPERATOR(which, set) {.callbacks = CALLBACKS(compute_##which), .definition = &which, .kernels = &set##_kernels}
#define OPERATORS(set)                                                                        \
    {                                                                                         \
        OPERATOR(mixer, set),     OPERATOR(pointwise, set), OPERATOR(depthwise, set),         \
        OPERATOR(separable, set), OPERATOR(dense, set),     OPERATOR(stem, set),              \
        OPERATOR(stacked, set),   OPERATOR(lateral, set),   OPERATOR(lateral_separable, set), \
    }

enum { OPERATOR_COUNT = 9 };

// The domain lives as long as the process.
static Status add_domain(OrtSessionOptions *options, const OrtApiBase *base, const Operator operators[OPERATOR_COUNT]) {
    const OrtApi *api = base->GetApi(ORT_API_VERSION);
    OrtCustomOpDomain *domain;
    RETURN_IF_ERROR(api->CreateCustomOpDomain("cis", &domain));
    for (int i = 0; i < OPERATOR_COUNT; i++)
        RETURN_IF_ERROR(api->CustomOpDomain_Add(domain, &operators[i].callbacks));
    return api->AddCustomOpDomain(options, domain);
}

// cis_register_SET(options, base): the operators with the kernels of a set, which this CPU must run.
#define REGISTER(set)                                                                              \
    static const CisKernels set##_kernels = CIS_KERNELS_OF(set);                                   \
    static const Operator set##_operators[OPERATOR_COUNT] = OPERATORS(set);                        \
    CIS_EXPORT OrtStatus *cis_register_##set(OrtSessionOptions *options, const OrtApiBase *base) { \
        return add_domain(options, base, set##_operators);                                         \
    }

CIS_EACH_SET(REGISTER)
