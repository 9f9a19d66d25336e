// The instructions of AVX-512 that the kernels use, in plain C: what they do to each lane and no more. In place of the
// compiler's header, it lets the kernels run on every CPU, and lets a sanitizer see each lane that is read or written:
// the compiler's own are opaque to it.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float __m512 __attribute__((vector_size(64)));
typedef int32_t __m512i __attribute__((vector_size(64)));
typedef uint16_t __mmask16;

// Functions, not parts of their callers: those, of hundreds of instructions each, would take minutes to compile.
#define EMULATED static __attribute__((noinline, unused))
#define EACH_LANE for (int i = 0; i < 16; i++)

enum { _CMP_GT_OQ = 30 };

// ---- floats -------------------------------------------------------------------------------------------------------

EMULATED __m512 _mm512_set1_ps(float x) {
    __m512 y;
    EACH_LANE y[i] = x;
    return y;
}

EMULATED __m512 _mm512_setzero_ps(void) { return _mm512_set1_ps(0); }

// Through the vector type, whose alignment is checked.
EMULATED __m512 _mm512_load_ps(const void *from) { return *(const __m512 *)from; }
EMULATED void _mm512_store_ps(void *to, __m512 x) { *(__m512 *)to = x; }

EMULATED __m512 _mm512_maskz_loadu_ps(__mmask16 lanes, const void *from) {
    __m512 y = _mm512_setzero_ps();
    EACH_LANE if (lanes >> i & 1) y[i] = ((const float *)from)[i];
    return y;
}

EMULATED __m512 _mm512_loadu_ps(const void *from) { return _mm512_maskz_loadu_ps(0xffff, from); }

EMULATED void _mm512_mask_storeu_ps(void *to, __mmask16 lanes, __m512 x) {
    EACH_LANE if (lanes >> i & 1)((float *)to)[i] = x[i];
}

EMULATED void _mm512_storeu_ps(void *to, __m512 x) { _mm512_mask_storeu_ps(to, 0xffff, x); }

EMULATED __m512 _mm512_add_ps(__m512 a, __m512 b) { return a + b; }
EMULATED __m512 _mm512_sub_ps(__m512 a, __m512 b) { return a - b; }
EMULATED __m512 _mm512_mul_ps(__m512 a, __m512 b) { return a * b; }
EMULATED __m512 _mm512_fmadd_ps(__m512 a, __m512 b, __m512 c) { return a * b + c; }

EMULATED __m512 _mm512_min_ps(__m512 a, __m512 b) {
    EACH_LANE a[i] = a[i] < b[i] ? a[i] : b[i];
    return a;
}

EMULATED __m512 _mm512_max_ps(__m512 a, __m512 b) {
    EACH_LANE a[i] = a[i] > b[i] ? a[i] : b[i];
    return a;
}

EMULATED __m512 _mm512_maskz_mov_ps(__mmask16 lanes, __m512 x) {
    EACH_LANE x[i] = lanes >> i & 1 ? x[i] : 0;
    return x;
}

EMULATED __m512 _mm512_maskz_div_ps(__mmask16 lanes, __m512 a, __m512 b) {
    EACH_LANE a[i] = lanes >> i & 1 ? a[i] / b[i] : 0;
    return a;
}

EMULATED __mmask16 _mm512_cmp_ps_mask(__m512 a, __m512 b, int how) {
    (void)how;
    int lanes = 0;
    EACH_LANE lanes |= (a[i] > b[i]) << i;
    return (__mmask16)lanes;
}

EMULATED float _mm512_reduce_add_ps(__m512 x) {
    float sum = 0;
    EACH_LANE sum += x[i];
    return sum;
}

EMULATED float _mm512_reduce_min_ps(__m512 x) {
    float least = x[0];
    EACH_LANE least = x[i] < least ? x[i] : least;
    return least;
}

EMULATED float _mm512_reduce_max_ps(__m512 x) {
    float most = x[0];
    EACH_LANE most = x[i] > most ? x[i] : most;
    return most;
}

EMULATED __m512 _mm512_permutexvar_ps(__m512i which, __m512 x) {
    __m512 y;
    EACH_LANE y[i] = x[which[i] & 15];
    return y;
}

EMULATED __m512 _mm512_permutex2var_ps(__m512 a, __m512i which, __m512 b) {
    __m512 y;
    EACH_LANE y[i] = which[i] & 16 ? b[which[i] & 15] : a[which[i] & 15];
    return y;
}

// ---- whole numbers ------------------------------------------------------------------------------------------------

typedef union {
    __m512i whole;
    int32_t words[16];
    int16_t halves[32];
    uint8_t bytes[64];
    int8_t signed_bytes[64];
} Words;

EMULATED __m512i _mm512_set1_epi32(int x) {
    __m512i y;
    EACH_LANE y[i] = x;
    return y;
}

EMULATED __m512i _mm512_setzero_si512(void) { return _mm512_set1_epi32(0); }
EMULATED __m512i _mm512_set1_epi16(short x) { return _mm512_set1_epi32((int)((uint16_t)x * 0x10001u)); }
EMULATED __m512i _mm512_set1_epi8(char x) { return _mm512_set1_epi32((int)((uint8_t)x * 0x1010101u)); }

EMULATED __m512i _mm512_set4_epi32(int d, int c, int b, int a) {
    return (__m512i){a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d};
}

#define _mm512_setr_epi32(...) ((__m512i){__VA_ARGS__})

EMULATED void _mm512_store_si512(void *to, __m512i x) { *(__m512i *)to = x; }

EMULATED __m512i _mm512_loadu_si512(const void *from) {
    __m512i y;
    memcpy(&y, from, sizeof y);
    return y;
}

EMULATED __m512 _mm512_cvtepi32_ps(__m512i x) {
    __m512 y;
    EACH_LANE y[i] = (float)x[i];
    return y;
}

EMULATED __m512i _mm512_cvtps_epi32(__m512 x) {
    __m512i y;
    EACH_LANE y[i] = x[i] >= -2147483648.0f && x[i] < 2147483648.0f ? (int32_t)rintf(x[i]) : INT32_MIN;
    return y;
}

EMULATED __m512i _mm512_add_epi32(__m512i a, __m512i b) {
    EACH_LANE a[i] = (int32_t)((uint32_t)a[i] + (uint32_t)b[i]);
    return a;
}

EMULATED __m512i _mm512_add_epi16(__m512i a, __m512i b) {
    Words x = {a}, y = {b};
    for (int i = 0; i < 32; i++)
        x.halves[i] = (int16_t)(x.halves[i] + y.halves[i]);
    return x.whole;
}

EMULATED __m512i _mm512_srli_epi32(__m512i x, unsigned by) {
    EACH_LANE x[i] = (int32_t)((uint32_t)x[i] >> by);
    return x;
}

EMULATED __m512i _mm512_permutex2var_epi32(__m512i a, __m512i which, __m512i b) {
    __m512i y;
    EACH_LANE y[i] = which[i] & 16 ? b[which[i] & 15] : a[which[i] & 15];
    return y;
}

EMULATED int between(int x, int least, int most) { return x < least ? least : x > most ? most : x; }

EMULATED __m512i _mm512_min_epu8(__m512i a, __m512i b) {
    Words x = {a}, y = {b};
    for (int i = 0; i < 64; i++)
        x.bytes[i] = x.bytes[i] < y.bytes[i] ? x.bytes[i] : y.bytes[i];
    return x.whole;
}

// Each 128 bits by themselves, as the two below it.
EMULATED __m512i _mm512_packs_epi32(__m512i a, __m512i b) {
    Words x = {a}, y = {b}, z;
    for (int part = 0; part < 4; part++)
        for (int i = 0; i < 4; i++) {
            z.halves[8 * part + i] = (int16_t)between(x.words[4 * part + i], INT16_MIN, INT16_MAX);
            z.halves[8 * part + 4 + i] = (int16_t)between(y.words[4 * part + i], INT16_MIN, INT16_MAX);
        }
    return z.whole;
}

EMULATED __m512i _mm512_packus_epi16(__m512i a, __m512i b) {
    Words x = {a}, y = {b}, z;
    for (int part = 0; part < 4; part++)
        for (int i = 0; i < 8; i++) {
            z.bytes[16 * part + i] = (uint8_t)between(x.halves[8 * part + i], 0, UINT8_MAX);
            z.bytes[16 * part + 8 + i] = (uint8_t)between(y.halves[8 * part + i], 0, UINT8_MAX);
        }
    return z.whole;
}

EMULATED __m512i _mm512_shuffle_epi8(__m512i a, __m512i which) {
    Words x = {a}, w = {which}, z;
    for (int i = 0; i < 64; i++)
        z.bytes[i] = w.bytes[i] & 0x80 ? 0 : x.bytes[(i & ~15) + (w.bytes[i] & 15)];
    return z.whole;
}

EMULATED __m512i _mm512_maddubs_epi16(__m512i a, __m512i b) {
    Words x = {a}, y = {b}, z;
    for (int i = 0; i < 32; i++) {
        int sum = x.bytes[2 * i] * y.signed_bytes[2 * i] + x.bytes[2 * i + 1] * y.signed_bytes[2 * i + 1];
        z.halves[i] = (int16_t)between(sum, INT16_MIN, INT16_MAX);
    }
    return z.whole;
}

EMULATED __m512i _mm512_madd_epi16(__m512i a, __m512i b) {
    Words x = {a}, y = {b}, z;
    EACH_LANE z.words[i] = x.halves[2 * i] * y.halves[2 * i] + x.halves[2 * i + 1] * y.halves[2 * i + 1];
    return z.whole;
}

EMULATED __m512i _mm512_dpbusd_epi32(__m512i sums, __m512i a, __m512i b) {
    Words x = {a}, y = {b};
    EACH_LANE {
        int sum = 0;
        for (int k = 4 * i; k < 4 * i + 4; k++)
            sum += x.bytes[k] * y.signed_bytes[k];
        sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)sum);
    }
    return sums;
}
