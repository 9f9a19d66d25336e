#!/usr/bin/env bash
# build.sh OUT: compiles the guard into OUT/libcisguard.so.
set -euo pipefail
out=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

compiler=$(command -v gcc || command -v clang)
mkdir -p "$out"
"$compiler" -std=gnu11 -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -shared -Wl,-soname,libcisguard.so \
    -Wl,-z,relro,-z,now -Wl,--no-undefined -s -o "$out/libcisguard.so" guard.c -ldl
