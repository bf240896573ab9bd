# interrupt.py SIGNAL CODE FOLDER: compiles FOLDER/imports.lam to two files, of which the second is a pipe that nobody reads, sends
# SIGNAL while the tool waits for a reader, and checks the exit code and what is left. Prints the tool's stderr and the
# reproducer, and compiles that again.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

name, code, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
work = folder / name
shutil.rmtree(work, ignore_errors=True)
work.mkdir()
for source in ("imports.lam", "part.lam"):
    shutil.copy(folder / source, work)
os.mkfifo(work / "pipe.o")
before = sorted(path.name for path in work.iterdir())
(folder / "tmp").mkdir(exist_ok=True)
signal.signal(signal.SIGINT, signal.SIG_DFL)  # lit has its children ignore it
tool = subprocess.Popen(["lamina", "compile", "imports.lam", "--emit=asm,obj", "-o", "pipe.o"], cwd=work,
                        stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(folder / "tmp")})
# It sleeps in open() once all is compiled.
asleep, deadline = 0, time.monotonic() + 120
while asleep < 5 and time.monotonic() < deadline:
    time.sleep(0.05)
    state = pathlib.Path(f"/proc/{tool.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    asleep = asleep + 1 if state == "S" else 0
if len(list(work.iterdir())) == len(before):
    sys.exit("no file is under way: the test shows nothing")
tool.send_signal(getattr(signal, "SIG" + name))
try:
    said = tool.communicate(timeout=60)[1]
finally:
    tool.kill()
print(said, end="")
if tool.returncode != code:
    sys.exit(f"exit code {tool.returncode} instead of {code}")
after = sorted(path.name for path in work.iterdir())
if after != before:
    sys.exit(f"left: {after}")
if code != 70:
    sys.exit(0)
reproducer = pathlib.Path(said.split("please report it with ")[1].split(", which")[0])
print(reproducer.read_text())
again = folder / (name + ".again")
shutil.rmtree(again, ignore_errors=True)
subprocess.run(["split-file", "--leading-lines", reproducer, again], check=True)
print("again:", subprocess.run(["lamina", "compile", "imports.lam", "-o", "again.o"], cwd=again).returncode)
