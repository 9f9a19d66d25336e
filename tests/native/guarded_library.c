// What the guard is around in its test: a library that allocates as it is told.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64 };

static struct {
    unsigned char *data;
    size_t size;
} slots[SLOTS];

static uint64_t state;

static uint32_t chance(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

static int is_filled(int slot, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (slots[slot].data[i] != (unsigned char)(slot + 1))
            return 0;
    return 1;
}

static void *get(size_t size) {
    void *data = NULL;
    size_t alignment = (size_t)16 << chance(6);
    switch (chance(5)) {
        case 0: return calloc(size, 1);
        case 1: return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
        case 2: return posix_memalign(&data, alignment, size) == 0 ? data : NULL;
        case 3: return realloc(NULL, size);
        default: return malloc(size);
    }
}

static int fill(int slot, size_t size) {
    slots[slot].data = get(size);
    if (!slots[slot].data)
        return 0;
    slots[slot].size = size;
    memset(slots[slot].data, slot + 1, size);
    return 1;
}

static int step(int slot) {
    size_t size = 1 + chance(chance(8) ? 200 : 20000);
    if (!slots[slot].data)
        return fill(slot, size);
    if (!is_filled(slot, slots[slot].size))
        return 0;
    if (chance(2)) {
        size_t kept = size < slots[slot].size ? size : slots[slot].size;
        unsigned char *moved = realloc(slots[slot].data, size);
        if (!moved)
            return 1; // aligned blocks stay where they are
        slots[slot].data = moved;
        int is_good = is_filled(slot, kept);
        slots[slot].size = size;
        memset(moved, slot + 1, size);
        return is_good;
    }
    free(slots[slot].data);
    slots[slot].data = NULL;
    return 1;
}

// Returns 1 where every block held what was written to it.
intptr_t work(intptr_t seed, intptr_t steps) {
    state = (uint64_t)seed * 0x9e3779b97f4a7c15u | 1;
    for (intptr_t i = 0; i < steps; i++)
        if (!step((int)chance(SLOTS)))
            return 0;
    return 1;
}
