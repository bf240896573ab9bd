"""Runs the code blocks of a README, in order, in a scratch copy of its folder's files; folders in it are links.

    readme.py README.md SCRATCH CC

```lamina            a whole file: `lamina check` must accept it
```lamina NAME       the same, kept as NAME for the blocks that follow (so with c, csv, python, text, …)
```sh                runs, with `lamina` and `cc` on PATH; must exit with 0
```output            what the block before must have printed, line by line, `...` standing for anything
Blocks in other languages without a name are for reading.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import re
import shutil
import subprocess
import sys

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.S | re.M)


def blocks(text):
    for match in FENCE.finditer(text):
        language, _, name = match.group(1).strip().partition(" ")
        yield text.count("\n", 0, match.start()) + 1, language, name.strip(), match.group(2)


def matches(expected, printed):
    pattern = r"[^\n]*".join(re.escape(part) for part in expected.strip().split("..."))
    return re.search(pattern, printed) is not None


def fail(readme, line, why, text=""):
    print(f"{readme}:{line}: {why}\n{text}")
    sys.exit(1)


def main():
    readme, scratch, compiler = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    shutil.rmtree(scratch, ignore_errors=True)
    work, tools = scratch / "work", scratch / "bin"
    work.mkdir(parents=True)
    tools.mkdir()
    for path in readme.parent.iterdir():
        if path.is_file():
            shutil.copy(path, work)
        else:
            (work / path.name).symlink_to(path.resolve())
    for path in readme.parent.parent.iterdir():  # an example may use the files of another: ../digits
        if readme.parent.parent.name == "examples" and path.is_dir():
            (scratch / path.name).symlink_to(path.resolve())
    (tools / "cc").symlink_to(shutil.which(compiler))
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "CC": compiler}
    printed, count = "", 0
    for line, language, name, text in blocks(readme.read_text(encoding="utf-8")):
        if language == "output":
            if not matches(text, printed):
                fail(readme, line, "the block before printed something else:", printed)
            continue
        if name or language == "lamina":
            path = work / (name or f"block-{line}.lam")
            path.write_text(text, encoding="utf-8")
        commands = f"lamina check {path.name}" if language == "lamina" else text if language == "sh" else None
        if commands:
            count += 1
            run = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=work, env=environment, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=280, check=False)
            printed = run.stdout
            if run.returncode != 0:
                fail(readme, line, f"the block ends with {run.returncode}:", text + "\n" + printed)
    print(f"{readme}: {count} blocks run")
    sys.exit(0 if count else 1)


main()
