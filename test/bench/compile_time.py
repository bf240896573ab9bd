#!/usr/bin/env python3
"""How long Lamina compiles, against the limits of its plan.

compile_time.py [LAMINA]: prints for each model the best of five compilations to object and header, in seconds and in
seconds of the processor (which a busy machine does not change), the peak of the compiler's memory and the object's size. Depth in `repeat` must change none of them.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIXER = "--model=std.vision.mixer.Mixer<dim = 64, depth = %d, size = 64>"
# Name, arguments, the most seconds it may take.
MODELS = [
    ("digits.lam", [str(ROOT / "examples/digits/digits.lam")], 0.5),
    ("Mixer-S/16", ["--model=std.vision.mixer.Mixer_S16"], 5),
    ("Mixer-B/16", ["--model=std.vision.mixer.Mixer_B16"], 5),
    ("Mixer, depth 8", [MIXER % 8], None),
    ("Mixer, depth 800", [MIXER % 800], None),
]


def compile_once(lamina, arguments, folder):
    """Seconds of the processor, seconds, peak bytes and the object's bytes."""
    start = time.perf_counter()
    process = subprocess.Popen([lamina, "compile", *arguments, "-o", f"{folder}/model.o"])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"the compilation of {arguments} failed")
    seconds = time.perf_counter() - start
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024, os.path.getsize(f"{folder}/model.o")


def main():
    lamina = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/lamina")
    print(f"{'model':18} {'seconds':>8} {'busy':>6} {'limit':>6} {'memory':>9} {'object':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments, limit in MODELS:
            runs = [compile_once(lamina, arguments, folder) for _ in range(5)]
            busy, seconds, memory, size = min(runs)
            print(f"{name:18} {seconds:8.2f} {busy:6.2f} {limit or '':>6} {memory / 2**20:6.0f} MB {size / 1024:6.0f} KB")


if __name__ == "__main__":
    main()
