// A tile: the channels of a few vectors of neighboring pixels, small enough to stay in the first two caches while it
// is quantized, multiplied and activated.
//
// Pixels lie in the lanes of the vectors and channels follow each other, as in the NCHW tensors of ONNX Runtime: a tile
// is read and written by plain loads and stores, and what is known per pixel (its range) is one vector for all
// channels.
#pragma once

#include "isa/isa.h"

enum {
    TILE = LANES * TILE_VECTORS,
    MAX_CHANNELS = 1024, // of any layer; PP-OCRv6 small has 768
};

// Hides from the compiler that a pointer is a thread's own variable, whose address it would look up again at each use.
#define HIDE_ORIGIN(pointer) __asm__("" : "+r"(pointer))

// As many lanes as are left, all at most.
INLINE Lanes lanes_left(int left) { return first_lanes(left < LANES ? left : LANES); }

// Which of the pixels x, x + 1, ... are inside of a row.
INLINE Lanes lanes_inside(int x, int width) {
    int first = x < 0 ? -x : 0, end = width - x;
    return lanes_between(first < LANES ? first : LANES, end < 0 ? 0 : end < LANES ? end : LANES);
}

// Keeps the compiler from using what it has loaded before again.
#define FORGET_MEMORY() __asm__ volatile("" ::: "memory")

typedef struct {
    _Alignas(64) float values[MAX_CHANNELS][TILE];
    _Alignas(64) float low[TILE];  // the least of each pixel's channels
    _Alignas(64) float high[TILE]; // and the greatest
} Tile;

// The pixels of a plane that a tile covers: vectors in use, and the lanes of the last one.
typedef struct {
    ptrdiff_t first;
    int vectors;
    Lanes last_lanes;
} Span;

INLINE Span span_at(ptrdiff_t first, ptrdiff_t pixels) {
    ptrdiff_t left = pixels - first < TILE ? pixels - first : TILE;
    int vectors = (int)((left + LANES - 1) / LANES);
    int lanes = (int)(left - (ptrdiff_t)(vectors - 1) * LANES);
    return (Span){first, vectors, first_lanes(lanes)};
}

// The lanes of a vector that are pixels, where as many vectors are in use.
INLINE Lanes lanes_of(Span span, int vector, int vectors) {
    return vector == vectors - 1 ? span.last_lanes : first_lanes(LANES);
}

// The range of each pixel, kept in registers while channels go by.
typedef struct {
    Floats low[TILE_VECTORS], high[TILE_VECTORS];
} Range;

INLINE Range empty_range(void) {
    Range range;
    for (int v = 0; v < TILE_VECTORS; v++) {
        range.low[v] = each(__FLT_MAX__);
        range.high[v] = each(-__FLT_MAX__);
    }
    return range;
}

INLINE void widen(Range *range, int vector, Floats values) {
    range->low[vector] = min(range->low[vector], values);
    range->high[vector] = max(range->high[vector], values);
}

INLINE void keep_range(Tile *tile, const Range *range, int vectors) {
    for (int v = 0; v < vectors; v++) {
        store(tile->low + v * LANES, range->low[v]);
        store(tile->high + v * LANES, range->high[v]);
    }
}

// Reads a tile from the planes of an image; the gate, where there is one, multiplies each channel.
INLINE void load_tile(Tile *tile, const float *image, ptrdiff_t plane, const float *gate, int channels, Span span,
                      int vectors) {
    Range range = empty_range();
    for (int c = 0; c < channels; c++) {
        const float *from = image + c * plane + span.first;
        Floats factor = each(gate ? gate[c] : 1.0f);
        for (int v = 0; v < vectors; v++) {
            Floats x = load_some(from + v * LANES, lanes_of(span, v, vectors));
            x = mul(x, factor);
            store(tile->values[c] + v * LANES, x);
            widen(&range, v, x);
        }
    }
    keep_range(tile, &range, vectors);
}
