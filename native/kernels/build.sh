#!/usr/bin/env bash
# build.sh HEADERS OUT: compiles the kernels into OUT/libciskernels.so. HEADERS is the include folder of ONNX Runtime.
set -euo pipefail
headers=$(realpath "$1") out=$(realpath -m "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"

compiler=$(command -v gcc || command -v clang)
common=(-std=gnu11 -O3 -fPIC -fvisibility=hidden -Wall -Wextra -Werror)
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# Each kernel once for each set, by the instructions that isa/isa.h chooses its vectors by.
compile_set() {
    local set=$1 file
    shift
    for file in channel_mixer dense depthwise lateral pairs separable stack stem; do
        "$compiler" "${common[@]}" "$@" -c "$file.c" -o "$objects/$file-$set.o"
    done
}
avx2=(-mavx2 -mfma)
avx512=(-mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl)
compile_set avx2 "${avx2[@]}"
compile_set avxvnni "${avx2[@]}" -mavxvnni
compile_set avx512 "${avx512[@]}"
compile_set vnni "${avx512[@]}" -mavx512vnni

# These run on every CPU: they decide whether the others may.
"$compiler" "${common[@]}" -c support.c -o "$objects/support.o"
"$compiler" "${common[@]}" -isystem "$headers" -c operators.c -o "$objects/operators.o"

mkdir -p "$out"
"$compiler" -shared -Wl,-soname,libciskernels.so -Wl,-z,relro,-z,now -Wl,--no-undefined -s -o "$out/libciskernels.so" "$objects"/*.o
