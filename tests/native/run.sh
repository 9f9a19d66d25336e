#!/usr/bin/env bash
# run.sh OUT [CALLS [NATIVE-CALLS]]: compiles the kernels and the guard with sanitizers of addresses and of undefined behavior, and calls
# them on buffers between pages that may not be touched. OUT is a folder for what is compiled.
set -euo pipefail
mkdir -p "$1"
out=$(realpath "$1") calls=${2:-5000} native_calls=${3:-126640} # the former take some 3 ms each
cd "$(dirname "${BASH_SOURCE[0]}")"
native=../../native

compiler=$(command -v gcc || command -v clang)
sanitize=("-fsanitize=address,undefined" -fno-sanitize-recover=all -fno-omit-frame-pointer)
common=(-std=gnu11 -O1 -g1 -Wall -Wextra -Werror -Wno-psabi -I"$native/kernels" -I"$native/guard" -I. "${sanitize[@]}")

# compile_kernels NAME SETS OPTIONS...: the test of the kernels, all of them compiled with some options
compile_kernels() {
    local name=$1 sets=$2 file objects=()
    shift 2
    mkdir -p "$out/$name"
    for file in channel_mixer dense lateral stack stem; do
        "$compiler" "${common[@]}" "$@" -c "$native/kernels/$file.c" -o "$out/$name/$file-avx512.o" &
        "$compiler" "${common[@]}" "$@" "${vnni[@]}" -c "$native/kernels/$file.c" -o "$out/$name/$file-vnni.o" &
        objects+=("$out/$name/$file-avx512.o" "$out/$name/$file-vnni.o")
        wait -n && wait -n
    done
    for file in depthwise separable; do
        "$compiler" "${common[@]}" "$@" -c "$native/kernels/$file.c" -o "$out/$name/$file.o"
        objects+=("$out/$name/$file.o")
    done
    "$compiler" "${common[@]}" "-DSETS=$sets" kernels_test.c guarded.c "$native/kernels/support.c" "${objects[@]}" \
        -lm -o "$out/$name/kernels_test"
}

# On every CPU, each lane in plain C: the sanitizer sees every one that is read or written. Without inlining, which would
# multiply what has to be compiled.
vnni=(-D__AVX512VNNI__)
compile_kernels portable 2 -Iportable -Dalways_inline=unused
"$out/portable/kernels_test" "$calls" 1

# As they are shipped, where this CPU has the instructions: there the pages around the buffers watch.
vnni=(-mavx512vnni)
if grep -q avx512vl /proc/cpuinfo; then
    compile_kernels native 0 -O3 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl
    "$out/native/kernels_test" "$native_calls" 1
fi

"$compiler" -std=gnu11 -O1 -g -fPIC -shared guarded_library.c -o "$out/guarded_library.so"
"$compiler" "${common[@]}" guard_test.c guarded.c "$native"/guard/*.c -ldl -lpthread -lm -o "$out/guard_test"
# The handler of SIGBUS is the guard's own.
ASAN_OPTIONS=handle_sigbus=0:detect_leaks=1 "$out/guard_test" "$out/guarded_library.so" 300
