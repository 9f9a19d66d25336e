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

# compile_set NAME SET OPTIONS...: the kernels of a set
compile_set() {
    local folder=$out/$1 set=$2 file
    shift 2
    mkdir -p "$folder"
    for file in channel_mixer dense depthwise lateral pairs separable stack stem; do
        "$compiler" "${common[@]}" "$@" -c "$native/kernels/$file.c" -o "$folder/$file-$set.o"
    done
}

# link_test NAME OPTIONS...: the test of all sets that were compiled under the name
link_test() {
    local folder=$out/$1
    shift
    "$compiler" "${common[@]}" "$@" kernels_test.c guarded.c "$native/kernels/support.c" "$folder"/*-*.o -lm -o "$folder/kernels_test"
}

# On every CPU, each lane in plain C: the sanitizer sees every one that is read or written. Without inlining, which would
# multiply what has to be compiled.
portable=(-Iportable -Dalways_inline=unused -D__AVX512F__)
compile_set portable avx512 "${portable[@]}" &
compile_set portable vnni "${portable[@]}" -D__AVX512VNNI__ &
wait -n && wait -n
link_test portable '-DEACH_TESTED_SET(of)=of(avx512) of(vnni)'
"$out/portable/kernels_test" "$calls" 1

# As they are shipped, the sets whose instructions this CPU has: there the pages around the buffers watch.
tested=
# compile_if FLAG SET OPTIONS...: a set, where the CPU has the flag
compile_if() {
    if grep -qw "$1" /proc/cpuinfo; then
        compile_set native "${@:2}"
        tested+=" of($2)"
    fi
}
avx2=(-O3 -mavx2 -mfma)
avx512=(-O3 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl)
compile_if avx2 avx2 "${avx2[@]}"
compile_if avx_vnni avxvnni "${avx2[@]}" -mavxvnni
compile_if avx512vl avx512 "${avx512[@]}"
compile_if avx512_vnni vnni "${avx512[@]}" -mavx512vnni
if [[ -n $tested ]]; then
    link_test native "-DEACH_TESTED_SET(of)=$tested"
    "$out/native/kernels_test" "$native_calls" 1
fi

"$compiler" -std=gnu11 -O1 -g -fPIC -shared guarded_library.c -o "$out/guarded_library.so"
"$compiler" "${common[@]}" guard_test.c guarded.c "$native"/guard/*.c -ldl -lpthread -lm -o "$out/guard_test"
# The handler of SIGBUS is the guard's own.
ASAN_OPTIONS=handle_sigbus=0:detect_leaks=1 "$out/guard_test" "$out/guarded_library.so" 300
