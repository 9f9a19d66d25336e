// Which CPUs the kernels run on. This file is compiled for any x86-64.
#include "kernels.h"

// The compiler's support functions ask CPUID, and XGETBV whether the system keeps the 512-bit registers.
int cis_kernels_supported(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}
