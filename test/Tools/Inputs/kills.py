"""Kills `lamina train` with SIGKILL at random moments and resumes it each time; the bits at the end must be those of a run that
nothing disturbed.

    kills.py COUNT OUT LAMINA ARGUMENTS...
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import random
import shutil
import subprocess
import sys
import time


def main():
    count, out, command = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    shutil.rmtree(out, ignore_errors=True)
    whole, parts = out / "whole", out / "parts"
    start = time.monotonic()
    subprocess.run([*command, f"--out={whole}"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    length = time.monotonic() - start
    random.seed(1)
    for kill in range(count):
        resume = ["--resume"] if (parts / "last.safetensors").exists() else []
        run = subprocess.Popen([*command, f"--out={parts}", *resume], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, errors = run.communicate(timeout=random.uniform(0, 1.2 * length))
            if run.returncode != 0:
                sys.exit(f"after kill {kill} the run failed: {errors.decode()}")
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
    resume = ["--resume"] if (parts / "last.safetensors").exists() else []
    subprocess.run([*command, f"--out={parts}", *resume], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in ["last.safetensors", "metrics.jsonl"]:
        if (whole / name).read_bytes() != (parts / name).read_bytes():
            sys.exit(f"{name} of the killed run differs from that of the whole one")
    print(f"{count} kills, the same bits")


main()
