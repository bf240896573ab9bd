# stack.py SOURCE FOLDER: compiles with ever less stack until the compiler crashes, and prints the exit code, what was said, the
# reproducer and which outputs were left.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import resource
import subprocess
import sys

source, folder = sys.argv[1], pathlib.Path(sys.argv[2])
environment = {**os.environ, "TMPDIR": str(folder / "tmp")}


def limit(bytes_):
    return lambda: resource.setrlimit(resource.RLIMIT_STACK, (bytes_, bytes_))


for kib in (256, 192, 160, 128, 96, 80, 64, 48):
    tool = subprocess.run(["lamina", "compile", source, "-o", folder / "tiny.o"], env=environment, preexec_fn=limit(kib << 10),
                          stderr=subprocess.PIPE, text=True)
    if tool.returncode != 0:
        break
print(tool.returncode)
print(tool.stderr)
for reproducer in (folder / "tmp").glob("*.reproducer"):
    print(reproducer.read_text())
print("left:", [path.name for path in folder.iterdir() if path.name.startswith(".")])
