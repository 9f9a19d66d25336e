// AVX2 with FMA (x86-64-v3: Haswell, Zen and later); with AVX-VNNI where the file is compiled for that.
#pragma once

// With blocks of 6 outputs, 2 vectors make 12 accumulators of the 16 registers: the pixels and a weight take the
// others.
enum { LANES = 8, TILE_VECTORS = 2 };
#define EACH_VECTOR(of) of(0) of(1)

typedef __m256 Floats;
typedef __m256i Ints;
typedef __m256i Lanes; // all bits of a lane, or none

INLINE Floats zeros(void) { return _mm256_setzero_ps(); }
INLINE Floats each(float x) { return _mm256_set1_ps(x); }
INLINE Floats load(const float *from) { return _mm256_load_ps(from); }
INLINE void store(float *to, Floats x) { _mm256_store_ps(to, x); }
INLINE Floats load_from(const float *from) { return _mm256_loadu_ps(from); }
INLINE void store_to(float *to, Floats x) { _mm256_storeu_ps(to, x); }
INLINE Floats load_some(const float *from, Lanes lanes) { return _mm256_maskload_ps(from, lanes); }

// Mostly all of them, and AMD's masked stores are microcode: up to 40 times as slow as a whole one (Fog's tables).
INLINE void store_some(float *to, Lanes lanes, Floats x) {
    if (_mm256_movemask_epi8(lanes) == -1)
        _mm256_storeu_ps(to, x);
    else
        _mm256_maskstore_ps(to, lanes, x);
}

INLINE Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
INLINE Floats sub(Floats a, Floats b) { return _mm256_sub_ps(a, b); }
INLINE Floats mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
INLINE Floats mul_add(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
INLINE Floats min(Floats a, Floats b) { return _mm256_min_ps(a, b); }
INLINE Floats max(Floats a, Floats b) { return _mm256_max_ps(a, b); }

// Its halves' lanes, then what is left of those, two and two.
#define FOLD(of, x)                                                           \
    __m128 half = of(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1)); \
    half = of(half, _mm_movehl_ps(half, half));                               \
    return _mm_cvtss_f32(of(half, _mm_movehdup_ps(half)))

INLINE float sum_lanes(Floats x) { FOLD(_mm_add_ps, x); }
INLINE float min_lane(Floats x) { FOLD(_mm_min_ps, x); }
INLINE float max_lane(Floats x) { FOLD(_mm_max_ps, x); }

INLINE Floats only(Lanes lanes, Floats x) { return _mm256_and_ps(_mm256_castsi256_ps(lanes), x); }

INLINE Floats inverse_above(Floats x, float bound) {
    return _mm256_and_ps(_mm256_cmp_ps(x, each(bound), _CMP_GT_OQ), _mm256_div_ps(each(1), x));
}

INLINE Ints places(void) { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }

INLINE Lanes first_lanes(int count) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), places()); }

INLINE Lanes lanes_between(int first, int end) {
    return _mm256_andnot_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32(first), places()), first_lanes(end));
}

// The halves' even lanes stand in the order a b a b of two each.
INLINE Floats evens(Floats a, Floats b) {
    __m256d pairs = _mm256_castps_pd(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0)));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(pairs, _MM_SHUFFLE(3, 1, 2, 0)));
}

INLINE Floats odds(Floats a, Floats b) {
    __m256d pairs = _mm256_castps_pd(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1)));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(pairs, _MM_SHUFFLE(3, 1, 2, 0)));
}

// Sixteen times are more than there are lanes: the first of them for all.
INLINE Floats repeat(Floats x, int times) {
    return _mm256_permutevar8x32_ps(x, _mm256_srli_epi32(places(), __builtin_ctz((unsigned)times)));
}

INLINE Ints ints(int x) { return _mm256_set1_epi32(x); }
INLINE Floats to_floats(Ints x) { return _mm256_cvtepi32_ps(x); }
INLINE Ints to_ints(Floats x) { return _mm256_cvtps_epi32(x); }
INLINE Ints load_ints(const void *from) { return _mm256_loadu_si256(from); }
INLINE void store_ints(void *to, Ints x) { _mm256_store_si256(to, x); }
INLINE Ints even_ints(Ints a, Ints b) {
    return _mm256_castps_si256(evens(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b)));
}
INLINE Ints odd_ints(Ints a, Ints b) {
    return _mm256_castps_si256(odds(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b)));
}

#ifdef __AVXVNNI__

#define OF_THIS_SET(name) name##_avxvnni

enum { STEPS = 255 };

INLINE Ints add_products(Ints sums, Ints unsigned_bytes, Ints signed_bytes) {
    return _mm256_dpbusd_avx_epi32(sums, unsigned_bytes, signed_bytes);
}

#else

#define OF_THIS_SET(name) name##_avx2

// As in avx512.h: 7 bits, for what does not fit in 16 would be clipped.
enum { STEPS = 127 };

INLINE Ints widen_pairs(Ints sums, Ints pairs) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

INLINE Ints add_products(Ints sums, Ints unsigned_bytes, Ints signed_bytes) {
    return widen_pairs(sums, _mm256_maddubs_epi16(unsigned_bytes, signed_bytes));
}

#define ADDS_PAIRS

INLINE Ints add_pairs(Ints sums, Ints unsigned1, Ints signed1, Ints unsigned2, Ints signed2) {
    Ints first = _mm256_maddubs_epi16(unsigned1, signed1), second = _mm256_maddubs_epi16(unsigned2, signed2);
    return widen_pairs(sums, _mm256_add_epi16(first, second));
}

#endif

INLINE Ints interleave(Ints q0, Ints q1, Ints q2, Ints q3) {
    // As in avx512.h: each 128 bits by themselves.
    Ints bytes = _mm256_packus_epi16(_mm256_packs_epi32(q0, q1), _mm256_packs_epi32(q2, q3));
    if (STEPS < UINT8_MAX)
        bytes = _mm256_min_epu8(bytes, _mm256_set1_epi8(STEPS));
    return _mm256_shuffle_epi8(bytes, _mm256_set_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400, 0x0f0b0703,
                                                       0x0e0a0602, 0x0d090501, 0x0c080400));
}
