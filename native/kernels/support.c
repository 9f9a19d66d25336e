// What runs on any x86-64: which CPUs the kernels run on, and the rounding mode of a thread.
#include "kernels.h"

#include <immintrin.h>

// The compiler's support functions ask CPUID, and XGETBV whether the system keeps the 512-bit registers.
CisKernelSet cis_kernels_supported(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return CIS_NO_KERNELS;
    return __builtin_cpu_supports("avx512vnni") ? CIS_VNNI : CIS_AVX512;
}

// On Intel, each operation with a subnormal number is a trap into microcode, 100 times as slow as others.
void cis_flush_subnormals(void) {
    _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
    _mm_setcsr(_mm_getcsr() | 0x0040); // denormals-are-zero
}
