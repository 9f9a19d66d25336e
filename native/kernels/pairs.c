// Which products of a 1x1 convolution may be summed in 16 bits, where a set's instructions add two of them there: four
// fit as well if their weights are small, as most are, and half of the widening is saved.
#include "pointwise.h"

#include <stdlib.h>

#ifdef ADDS_PAIRS

// The greatest sum of four absolute weights whose products with the greatest steps do not reach 2^15.
enum { LIMIT = INT16_MAX / STEPS };

// The inputs 0 and 1, or 2 and 3, of two quads for one output.
static int fits(const int8_t *first, const int8_t *second) {
    return abs(first[0]) + abs(first[1]) + abs(second[0]) + abs(second[1]) <= LIMIT;
}

// Two quads for all outputs of a block.
static int block_fits(const int8_t *first) {
    const int8_t *second = first + 4 * BLOCK;
    for (int at = 0; at < 4 * BLOCK; at += 2)
        if (!fits(first + at, second + at))
            return 0;
    return 1;
}

size_t OF_THIS_SET(cis_find_pairs)(const CisPointwise *layer, uint64_t *pairs) {
    size_t blocks = (size_t)(layer->outputs + BLOCK - 1) / BLOCK, words = pair_words(layer);
    for (size_t block = 0; pairs && block < blocks; block++) {
        const int8_t *weights = layer->weights + block * BLOCK * (size_t)layer->inputs;
        for (int pair = 0; pair < layer->inputs / 8; pair++)
            if (block_fits(weights + 8 * BLOCK * pair))
                pairs[block * words + (size_t)pair / 64] |= UINT64_C(1) << pair % 64;
    }
    return blocks * words;
}

#else

size_t OF_THIS_SET(cis_find_pairs)(const CisPointwise *layer, uint64_t *pairs) {
    (void)layer, (void)pairs;
    return 0;
}

#endif
