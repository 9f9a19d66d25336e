// AVX-512 with its byte and word instructions; with AVX512-VNNI where the file is compiled for that.
#pragma once

// With blocks of 6 outputs, 4 vectors make 24 accumulators of the 32 registers.
enum { LANES = 16, TILE_VECTORS = 4 };
#define EACH_VECTOR(of) of(0) of(1) of(2) of(3)

typedef __m512 Floats;
typedef __m512i Ints;
typedef __mmask16 Lanes;

INLINE Floats zeros(void) { return _mm512_setzero_ps(); }
INLINE Floats each(float x) { return _mm512_set1_ps(x); }
INLINE Floats load(const float *from) { return _mm512_load_ps(from); }
INLINE void store(float *to, Floats x) { _mm512_store_ps(to, x); }
INLINE Floats load_from(const float *from) { return _mm512_loadu_ps(from); }
INLINE void store_to(float *to, Floats x) { _mm512_storeu_ps(to, x); }
INLINE Floats load_some(const float *from, Lanes lanes) { return _mm512_maskz_loadu_ps(lanes, from); }
INLINE void store_some(float *to, Lanes lanes, Floats x) { _mm512_mask_storeu_ps(to, lanes, x); }
INLINE Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
INLINE Floats sub(Floats a, Floats b) { return _mm512_sub_ps(a, b); }
INLINE Floats mul(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
INLINE Floats mul_add(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
INLINE Floats min(Floats a, Floats b) { return _mm512_min_ps(a, b); }
INLINE Floats max(Floats a, Floats b) { return _mm512_max_ps(a, b); }
INLINE float sum_lanes(Floats x) { return _mm512_reduce_add_ps(x); }
INLINE float min_lane(Floats x) { return _mm512_reduce_min_ps(x); }
INLINE float max_lane(Floats x) { return _mm512_reduce_max_ps(x); }

INLINE Floats only(Lanes lanes, Floats x) { return _mm512_maskz_mov_ps(lanes, x); }

INLINE Floats inverse_above(Floats x, float bound) {
    return _mm512_maskz_div_ps(_mm512_cmp_ps_mask(x, each(bound), _CMP_GT_OQ), each(1), x);
}

INLINE Lanes first_lanes(int count) { return (Lanes)((1u << count) - 1); }
INLINE Lanes lanes_between(int first, int end) { return (Lanes)(0xffffu << first & 0xffffu >> (LANES - end)); }

INLINE Ints even_places(void) { return _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30); }

INLINE Floats evens(Floats a, Floats b) { return _mm512_permutex2var_ps(a, even_places(), b); }

INLINE Floats repeat(Floats x, int times) {
    const Ints lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_permutexvar_ps(_mm512_srli_epi32(lanes, (unsigned)__builtin_ctz((unsigned)times)), x);
}

INLINE Ints ints(int x) { return _mm512_set1_epi32(x); }
INLINE Floats to_floats(Ints x) { return _mm512_cvtepi32_ps(x); }
INLINE Ints to_ints(Floats x) { return _mm512_cvtps_epi32(x); }
INLINE Ints load_ints(const void *from) { return _mm512_loadu_si512(from); }
INLINE void store_ints(void *to, Ints x) { _mm512_store_si512(to, x); }
INLINE Ints even_ints(Ints a, Ints b) { return _mm512_permutex2var_epi32(a, even_places(), b); }
INLINE Ints odd_ints(Ints a, Ints b) {
    return _mm512_permutex2var_epi32(a, _mm512_add_epi32(even_places(), ints(1)), b);
}

#ifdef __AVX512VNNI__

#define OF_THIS_SET(name) name##_vnni

enum { STEPS = 255 };

INLINE Ints add_products(Ints sums, Ints unsigned_bytes, Ints signed_bytes) {
    return _mm512_dpbusd_epi32(sums, unsigned_bytes, signed_bytes);
}

#else

#define OF_THIS_SET(name) name##_avx512

// vpmaddubsw adds two products in 16 bits and clips what does not fit. 7 bits do: 2 x 127 x 127 is less than 2^15.
enum { STEPS = 127 };

INLINE Ints add_products(Ints sums, Ints unsigned_bytes, Ints signed_bytes) {
    Ints pairs = _mm512_maddubs_epi16(unsigned_bytes, signed_bytes);
    return _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

#endif

INLINE Ints interleave(Ints q0, Ints q1, Ints q2, Ints q3) {
    // Saturating packs within each 128 bits: four pixels' channels 0 1 | 2 3 as words, then all as bytes; the shuffle
    // brings the four bytes of each pixel together.
    Ints bytes = _mm512_packus_epi16(_mm512_packs_epi32(q0, q1), _mm512_packs_epi32(q2, q3));
    if (STEPS < UINT8_MAX)
        bytes = _mm512_min_epu8(bytes, _mm512_set1_epi8(STEPS));
    return _mm512_shuffle_epi8(bytes, _mm512_set4_epi32(0x0f0b0703, 0x0e0a0602, 0x0d090501, 0x0c080400));
}
