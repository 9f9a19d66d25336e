#!/usr/bin/env bash
# build.sh HEADERS OUT: compiles the kernels into OUT/libciskernels.so. HEADERS is the include folder of ONNX Runtime.
set -euo pipefail
headers=$(realpath "$1") out=$(realpath -m "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"

compiler=$(command -v gcc || command -v clang)
common=(-std=gnu11 -O3 -fPIC -fvisibility=hidden -Wall -Wextra -Werror)
vnni=(-mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni)
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

for file in channel_mixer dense depthwise; do
    "$compiler" "${common[@]}" "${vnni[@]}" -c $file.c -o "$objects/$file.o"
done
# These run on every CPU: they decide whether the others may.
"$compiler" "${common[@]}" -c support.c -o "$objects/support.o"
"$compiler" "${common[@]}" -isystem "$headers" -c operators.c -o "$objects/operators.o"

mkdir -p "$out"
"$compiler" -shared -Wl,-soname,libciskernels.so -Wl,-z,relro,-z,now -Wl,--no-undefined -s -o "$out/libciskernels.so" "$objects"/*.o
