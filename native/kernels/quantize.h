// Dynamic quantization of a tile, each pixel by itself: x = offset + scale q with q in 0..STEPS, offset the least and
// offset + STEPS scale the greatest value of the pixel's channels. No calibration data are needed, a bright pixel does
// not coarsen its neighbors, and a pixel's result depends on nothing but the pixel.
#pragma once

#include "tile.h"

typedef struct {
    // Four channels of a pixel in four bytes, as the dot product instruction takes them.
    _Alignas(64) uint8_t quads[MAX_CHANNELS / 4][TILE][4];
    _Alignas(64) float scale[TILE];
    _Alignas(64) float offset[TILE];
} QuantizedTile;

// Values of a pixel within this range of each other are taken for equal: their steps' inverse would not be finite.
#define LEAST_RANGE 1e-30f

INLINE Floats quantize_scale(QuantizedTile *to, const Tile *from, int v) {
    Floats low = load(from->low + v * LANES), high = load(from->high + v * LANES);
    Floats step = each(1.0f / STEPS);
    // Each by itself, for high - low can be more than a float holds.
    Floats scale = sub(mul(high, step), mul(low, step));
    store(to->scale + v * LANES, scale);
    store(to->offset + v * LANES, low);
    return inverse_above(scale, LEAST_RANGE);
}

INLINE Ints quantize_channel(const float *values, Floats inverse, Floats start) {
    return to_ints(mul_add(load(values), inverse, start));
}

INLINE void quantize_tile(QuantizedTile *to, const Tile *from, int channels, int vectors) {
    for (int v = 0; v < vectors; v++) {
        Floats inverse = quantize_scale(to, from, v);
        Floats start = mul(load(from->low + v * LANES), sub(zeros(), inverse));
        for (int c = 0; c < channels; c += 4) {
            const float *at = from->values[c] + v * LANES;
            Ints q0 = quantize_channel(at, inverse, start);
            Ints q1 = quantize_channel(at + TILE, inverse, start);
            Ints q2 = quantize_channel(at + 2 * TILE, inverse, start);
            Ints q3 = quantize_channel(at + 3 * TILE, inverse, start);
            store_ints(to->quads[c / 4][v * LANES], interleave(q0, q1, q2, q3));
        }
    }
}
