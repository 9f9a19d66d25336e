// What runs on any x86-64: which CPUs the kernels run on, and the rounding mode of a thread.
#include "kernels.h"

#include <cpuid.h>
#include <immintrin.h>

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

// CPUID leaf 7, subleaf 1, EAX bit 4 (Intel SDM, volume 2): older compilers' support functions do not know its name.
static int has_avxvnni(void) {
    unsigned a, b, c, d;
    return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}

static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static int runs(CisKernelSet set) {
    switch (set) {
        case CIS_AVX2: return has_avx2();
        case CIS_AVXVNNI: return has_avxvnni();
        case CIS_AVX512: return has_avx512();
        case CIS_VNNI: return has_avx512() && __builtin_cpu_supports("avx512vnni");
        default: return 1; // none
    }
}

// Whether a CPU multiplies bytes on one port only (Fog's instruction tables). AVX2's kernels are no faster there than
// floats: as many CPU seconds as those of ONNX Runtime on Zen 1 (docs/comparison.md).
static int multiplies_bytes_slowly(void) {
    return __builtin_cpu_is("haswell") || __builtin_cpu_is("broadwell") || __builtin_cpu_is("znver1") ||
           __builtin_cpu_is("znver2");
}

// The compiler's support functions ask CPUID, and XGETBV whether the system keeps the registers.
CisKernelSet cis_kernels_supported(CisKernelSet best) {
    __builtin_cpu_init();
    if (best == CIS_AVX2)
        return runs(best) ? CIS_AVX2 : CIS_NO_KERNELS;
    while (!runs(best))
        best--;
    return best == CIS_AVX2 && multiplies_bytes_slowly() ? CIS_NO_KERNELS : best;
}

// On Intel, each operation with a subnormal number is a trap into microcode, 100 times as slow as others.
void cis_flush_subnormals(void) {
    _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
    _mm_setcsr(_mm_getcsr() | 0x0040); // denormals-are-zero
}
