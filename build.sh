#!/usr/bin/env bash
# Builds Lamina on Debian 12 and runs it: the one script a user needs.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
usage: ./build.sh [command]

  (none)            install what is missing, build
  demo              build, then classify handwritten digits with a compiled network
  test              build, then run all tests; the last line is 'N passed, N failed'
  install [PREFIX]  build, then install a relocatable tree (default: /usr/local)
  help              this text

Everything is built in build/; its logs are build/*.log.
TEXT
}

# What a bare Debian 12 needs. LLVM 22 comes from Debian's own security suite.
PACKAGES=(
  cmake ninja-build ccache python3
  clang-22 lld-22 llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools
  libclang-rt-22-dev libomp-22-dev
  antlr4 libantlr4-runtime-dev libcli11-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev
  libzip-dev nlohmann-json3-dev pkg-config
  libgtest-dev
)
# What some tests need besides: without one of these, its tests are skipped and counted as such.
TEST_PACKAGES=(
  dataset-fashion-mnist make qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross python3-psutil
  clang-format-22
)

BUILD=build
COMPILERS=(
  -DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22
  -DMLIR_DIR=/usr/lib/llvm-22/lib/cmake/mlir -DLLVM_DIR=/usr/lib/llvm-22/lib/cmake/llvm
)
JOBS=$(nproc)

say() { printf '%s\n' "$*"; }
fail() { printf 'build.sh: error: %s\n' "$*" >&2; exit 1; }

# quietly NAME COMMAND…: runs it with its output in build/NAME.log, and shows the end of that on failure.
quietly() {
  local name=$1 log=$BUILD/$1.log
  shift
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "$name failed; the whole output is in $log"
  fi
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

# install_packages PACKAGE…: installs what is missing; returns 1, having said why, where it cannot.
install_packages() {
  local missing unknown="" package root=()
  command -v dpkg-query >/dev/null ||
    { say "this script installs with apt; elsewhere build with CMake, as README.md says"; return 1; }
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { say "needs root or sudo to install: $missing"; return 1; }
    root=(sudo)
  fi
  say "installing: $missing"
  "${root[@]}" apt-get update >"$BUILD/apt.log" 2>&1 || true
  for package in $missing; do
    apt-cache show "$package" >/dev/null 2>&1 || unknown+=" $package"
  done
  if [ -n "$unknown" ]; then
    say "apt knows no$unknown (LLVM 22 is in 'bookworm-security': is that among apt's sources?)"
    return 1
  fi
  # shellcheck disable=SC2086
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing \
    >>"$BUILD/apt.log" 2>&1 || { tail -n 20 "$BUILD/apt.log"; return 1; }
}

build() {
  mkdir -p "$BUILD"
  install_packages "${PACKAGES[@]}" || fail "the packages that the build needs are not there"
  local start=$SECONDS
  quietly configure cmake -G Ninja -S . -B "$BUILD" "${COMPILERS[@]}"
  quietly build ninja -C "$BUILD" -j "$JOBS" all
  say "built: $BUILD/bin/lamina ($((SECONDS - start)) s)"
}

# The fuzzers need code that is built for them: the front end and the readers, with AddressSanitizer, apart.
build_tests() {
  quietly build-tests ninja -C "$BUILD" -j "$JOBS" lamina-tests
}

build_fuzzers() {
  mkdir -p "$BUILD/fuzz"
  quietly configure-fuzz cmake -G Ninja -S . -B "$BUILD/fuzz" "${COMPILERS[@]}" -DLAMINA_FUZZ=ON -DLAMINA_SANITIZE=ON
  quietly build-fuzz ninja -C "$BUILD/fuzz" -j "$JOBS" fuzzers
}

# Runs lit over everything; prints the failing tests, then the totals on a line of their own.
run_tests() {
  local results=$BUILD/test-results.json status=0
  rm -f "$results"
  say "running: lit over test/ (text tests and GoogleTest units)"
  /usr/lib/llvm-22/bin/lit -v -j "$JOBS" -o "$results" --param "fuzzers=$BUILD/fuzz/bin" "$BUILD/test" >"$BUILD/test.log" 2>&1 || status=$?
  [ -s "$results" ] || { tail -n 40 "$BUILD/test.log" >&2; fail "lit did not finish; see $BUILD/test.log"; }
  python3 test/summary.py "$results" || status=1
  return "$status"
}

case "${1:-build}" in
build) build ;;
demo)
  build
  examples/digits/demo.sh "$BUILD"
  ;;
test)
  build
  for package in "${TEST_PACKAGES[@]}"; do
    install_packages "$package" || say "without $package some tests are skipped"
  done
  build_tests
  build_fuzzers
  run_tests
  ;;
install)
  build
  quietly install cmake --install "$BUILD" --prefix "${2:-/usr/local}"
  say "installed: ${2:-/usr/local}/bin/lamina"
  ;;
help | -h | --help) usage ;;
*)
  usage >&2
  exit 2
  ;;
esac
