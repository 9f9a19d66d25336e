#!/usr/bin/env bash
# build.sh HEADERS OUT: compiles the kernels into OUT/libciskernels.so. HEADERS is the include folder of ONNX Runtime.
set -euo pipefail
headers=$(realpath "$1") out=$(realpath -m "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"

compiler=$(command -v gcc || command -v clang)
common=(-std=gnu11 -O3 -fPIC -fvisibility=hidden -Wall -Wextra -Werror)
avx512=(-mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl)
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# What multiplies bytes, for CPUs with instructions for that and for those without.
for file in channel_mixer dense lateral stack stem; do
    "$compiler" "${common[@]}" "${avx512[@]}" -c $file.c -o "$objects/$file-avx512.o"
    "$compiler" "${common[@]}" "${avx512[@]}" -mavx512vnni -c $file.c -o "$objects/$file-vnni.o"
done
for file in depthwise separable; do
    "$compiler" "${common[@]}" "${avx512[@]}" -c $file.c -o "$objects/$file.o"
done
# These run on every CPU: they decide whether the others may.
"$compiler" "${common[@]}" -c support.c -o "$objects/support.o"
"$compiler" "${common[@]}" -isystem "$headers" -c operators.c -o "$objects/operators.o"

mkdir -p "$out"
"$compiler" -shared -Wl,-soname,libciskernels.so -Wl,-z,relro,-z,now -Wl,--no-undefined -s -o "$out/libciskernels.so" "$objects"/*.o
