#!/usr/bin/env bash
# Installs the peers of the benchmark into FOLDER, outside the tree: PyTorch, ONNX Runtime and JAX from PyPI, oneDNN from Debian.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mkdir -p "${1:?usage: setup.sh FOLDER}" && cd "$1" && pwd)

[ -x "$folder/venv/bin/python" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 onnxruntime==1.31.1 onnx jax==0.10.2 numpy safetensors

if [ ! -e "$folder/onednn" ]; then
  (cd "$folder" && apt-get download libdnnl2 libdnnl-dev ocl-icd-libopencl1 >/dev/null)
  for package in "$folder"/*.deb; do
    dpkg -x "$package" "$folder/onednn"
  done
fi
lib=$(dirname "$(find "$folder/onednn" -name libdnnl.so)")
clang++-22 -O3 -march=native -std=c++20 -I"$folder/onednn/usr/include" "$here/onednn_worker.cpp" \
  -L"$lib" -Wl,--disable-new-dtags,-rpath,"$lib" -Wl,-rpath-link,"$lib" -ldnnl -o "$folder/onednn_worker"
clang-22 -O3 -march=native -std=c11 -D_GNU_SOURCE "$here/lamina_worker.c" -ldl -lm -o "$folder/lamina_worker"
clang-22 -O3 -march=native -std=c11 -D_GNU_SOURCE "$here/peak_worker.c" -o "$folder/peak_worker"
clang-22 -O2 -std=c11 -D_GNU_SOURCE -I"$here/../../runtime/include" "$here/train_worker.c" -ldl -o "$folder/train_worker"
echo "ready: $folder/venv/bin/python $here/bench.py --peers=$folder --build=BUILD"
