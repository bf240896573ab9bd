#!/usr/bin/env bash
# Runs clang-tidy (configured by .clang-tidy) over the sources of a build, the cheap folders first.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: test/tidy.sh [FILE|FOLDER…]

Without arguments: all of the runtime and the compiler, which takes a core for about an hour. The build in build/ must be
complete, for its generated headers. Exits 1 where there are findings.
TEXT
}

case "${1:-}" in -h | --help) usage; exit 0 ;; esac
command -v clang-tidy-22 >/dev/null || { echo "tidy.sh: error: needs clang-tidy-22 (package clang-tidy-22)" >&2; exit 2; }
[ -f build/compile_commands.json ] || { echo "tidy.sh: error: build first: ./build.sh" >&2; exit 2; }

places=("$@")
[ $# -gt 0 ] || places=(runtime/src compiler/Syntax compiler/Sema compiler/IRGen compiler/Interpreter dialect compiler/Passes
  compiler/Kernels compiler/Codegen compiler/Pipelines compiler/Tools)
# Precompiled headers are another compiler's; without them clang-tidy reads the headers themselves.
database=$(mktemp -d)
trap 'rm -rf "$database"' EXIT
python3 - "$database" <<'PY'
import json, re, sys
commands = json.load(open("build/compile_commands.json"))
for entry in commands:
    entry["command"] = re.sub(r" -include-pch \S+", "", entry["command"])
json.dump(commands, open(sys.argv[1] + "/compile_commands.json", "w"))
PY
status=0
while read -r file; do
  nice -n 19 clang-tidy-22 -p "$database" --quiet "$file" 2>/dev/null || status=1
done < <(for place in "${places[@]}"; do find "$place" -name '*.cpp' | sort; done)
exit "$status"
