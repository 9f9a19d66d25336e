#!/usr/bin/env bash
# build.sh OUT: compiles the guard into OUT/libcisguard.so.
set -euo pipefail
out=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

compiler=$(command -v gcc || command -v clang)
# Small: 256 guards have seven functions each, and nothing is thrown through them.
flags=(-std=gnu11 -Os -fPIC -fno-asynchronous-unwind-tables -fvisibility=hidden -Wall -Wextra -Werror)
mkdir -p "$out"
"$compiler" "${flags[@]}" -shared -Wl,-soname,libcisguard.so -Wl,-z,relro,-z,now -Wl,--no-undefined -s \
    -Wl,-z,nodelete -o "$out/libcisguard.so" guard.c mapping.c sandbox.c sandbox_filter.c -ldl -lpthread # its handler of SIGBUS stays
