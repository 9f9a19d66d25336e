// A tile: the channels of up to 64 neighboring pixels, small enough to stay in the first two caches while it is
// quantized, multiplied and activated.
//
// Pixels lie in the lanes of the vectors and channels follow each other, as in the NCHW tensors of ONNX Runtime: a tile
// is read and written by plain loads and stores, and what is known per pixel (its range) is one vector for all
// channels.
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LANES = 16,       // floats in a vector
    TILE_VECTORS = 4, // with 6 channels these make 24 accumulators of the 32 registers
    TILE = LANES * TILE_VECTORS,
    MAX_CHANNELS = 1024, // of any layer; PP-OCRv6 small has 768
};

#define INLINE static inline __attribute__((always_inline))

// Hides from the compiler that a pointer is a thread's own variable, whose address it would look up again at each use.
#define HIDE_ORIGIN(pointer) __asm__("" : "+r"(pointer))

typedef struct {
    _Alignas(64) float values[MAX_CHANNELS][TILE];
    _Alignas(64) float low[TILE];  // the least of each pixel's channels
    _Alignas(64) float high[TILE]; // and the greatest
} Tile;

// The pixels of a plane that a tile covers: vectors in use, and the lanes of the last one.
typedef struct {
    ptrdiff_t first;
    int vectors;
    __mmask16 last_lanes;
} Span;

INLINE Span span_at(ptrdiff_t first, ptrdiff_t pixels) {
    ptrdiff_t left = pixels - first < TILE ? pixels - first : TILE;
    int vectors = (int)((left + LANES - 1) / LANES);
    int lanes = (int)(left - (ptrdiff_t)(vectors - 1) * LANES);
    return (Span){first, vectors, (__mmask16)((1u << lanes) - 1)};
}

// Of a vector of as many as are in use.
INLINE __mmask16 lanes_of(Span span, int vector, int vectors) {
    return vector == vectors - 1 ? span.last_lanes : (__mmask16)0xffff;
}

// The range of each pixel, kept in registers while channels go by.
typedef struct {
    __m512 low[TILE_VECTORS], high[TILE_VECTORS];
} Range;

INLINE Range empty_range(void) {
    Range range;
    for (int v = 0; v < TILE_VECTORS; v++) {
        range.low[v] = _mm512_set1_ps(__FLT_MAX__);
        range.high[v] = _mm512_set1_ps(-__FLT_MAX__);
    }
    return range;
}

INLINE void widen(Range *range, int vector, __m512 values) {
    range->low[vector] = _mm512_min_ps(range->low[vector], values);
    range->high[vector] = _mm512_max_ps(range->high[vector], values);
}

INLINE void keep_range(Tile *tile, const Range *range, int vectors) {
    for (int v = 0; v < vectors; v++) {
        _mm512_store_ps(tile->low + v * LANES, range->low[v]);
        _mm512_store_ps(tile->high + v * LANES, range->high[v]);
    }
}

// Reads a tile from the planes of an image; the gate, where there is one, multiplies each channel.
INLINE void load_tile(Tile *tile, const float *image, ptrdiff_t plane, const float *gate, int channels, Span span,
                      int vectors) {
    Range range = empty_range();
    for (int c = 0; c < channels; c++) {
        const float *from = image + c * plane + span.first;
        __m512 factor = _mm512_set1_ps(gate ? gate[c] : 1.0f);
        for (int v = 0; v < vectors; v++) {
            __m512 x = _mm512_maskz_loadu_ps(lanes_of(span, v, vectors), from + v * LANES);
            x = _mm512_mul_ps(x, factor);
            _mm512_store_ps(tile->values[c] + v * LANES, x);
            widen(&range, v, x);
        }
    }
    keep_range(tile, &range, vectors);
}
