#!/usr/bin/env bash
# Trains digits.lam with the compiler of a build tree, compiles it, links it into main.c and runs that.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
build=${1:?usage: demo.sh BUILD_FOLDER}
out=$build/examples/digits
mkdir -p "$out"
rm -rf "$out/run"
"$build/bin/lamina" train "$here/digits.lam" --out="$out/run" --set check="20 epochs"
"$build/bin/lamina" compile "$here/digits.lam" --weights="$out/run/last.safetensors" --embed-weights -o "$out/digits.o"
clang-22 -O2 -std=c11 -I"$out" "$here/main.c" "$out/digits.o" -lm -o "$out/digits"
printf 'compiled: digits.lam -> digits.o (%d bytes) and digits.h, linked into %s\n\n' "$(stat -c %s "$out/digits.o")" "$out/digits"
"$out/digits" "$here/digits.csv"
