# project.py FOLDER BLOCK METRIC LOW HIGH: runs the commands of the README of a project that `lamina new` made and holds the metric of its
# validation to [LOW, HIGH].
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import pathlib
import subprocess
import sys

folder, block, metric, low, high = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]), float(sys.argv[5])
commands = (folder / "README.md").read_text().split("```sh\n")[1].split("```")[0].splitlines()
for command in commands:
    subprocess.run(command, shell=True, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
measured = subprocess.run(["lamina", "eval", "model.lam", f"--weights=runs/{block}/last.safetensors", "--split=val", "--json"], cwd=folder,
                          check=True, stdout=subprocess.PIPE)
value = json.loads(measured.stdout)[f"val.{metric}"]
print(f"{block}: {metric} {value}")
assert low <= value <= high, value
for name in ["answers.csv", "model.o", "model.h", f"runs/{block}/report.html", f"runs/{block}/metrics.jsonl"]:
    assert (folder / name).stat().st_size > 0, name
