# full_disk.py OUT LAMINA ARGUMENTS…: trains with ever larger limits on the size of a file, as a disk that is full sets them; each run must end
# well or with exit code 1 and one error line, and what it leaves must be resumable to the bits of a run that nothing disturbed.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import re
import resource
import shutil
import subprocess
import sys

out, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
shutil.rmtree(out, ignore_errors=True)
whole, parts = out / "whole", out / "parts"
subprocess.run([*command, f"--out={whole}"], check=True, capture_output=True)
largest = max(path.stat().st_size for path in whole.iterdir())
limits, failures = [*range(0, largest, max(largest // 12, 1))], 0
for limit in limits:
    resume = ["--resume"] if (parts / "last.safetensors").exists() else []
    run = subprocess.run([*command, f"--out={parts}", *resume], capture_output=True, text=True,
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    errors = [line for line in run.stderr.splitlines() if "error:" in line]
    if run.returncode == 0:
        continue
    failures += 1
    assert run.returncode == 1, (limit, run.returncode, run.stderr)
    assert len(errors) == 1 and re.search("cannot be (written|made)|too large", errors[0], re.I), (limit, run.stderr)
    assert not [path.name for path in parts.iterdir() if "tmp" in path.name or path.name.endswith("~")], list(parts.iterdir())
resume = ["--resume"] if (parts / "last.safetensors").exists() else []
subprocess.run([*command, f"--out={parts}", *resume], check=True, capture_output=True)
for name in ["last.safetensors", "metrics.jsonl"]:
    assert (whole / name).read_bytes() == (parts / name).read_bytes(), name
print(f"{len(limits)} limits, {failures} failed writes, the same bits")
