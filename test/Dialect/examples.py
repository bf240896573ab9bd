# Runs every ```mlir example of the dialect's TableGen files through lamina-opt: parsed, verified, printed, parsed again to the
# same text; its tests run. An op without an example fails.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import re
import subprocess
import sys

OP = re.compile(r'^def \w+Op : Lamina_\w+<"(\w+)"', re.M)


def optimize(text, *flags):
    command = ["lamina-opt", "--split-input-file", *flags]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)


def wrapped(example):
    """A list of ops stands in a test, so that it needs no signature."""
    if re.search(r"^\s*lamina\.(model|test)\b", example, re.M):
        return example
    return 'lamina.test "example" {\n' + example + "}\n"


def examples(folder):
    """(op, example) of each example, (op, None) for an op that has none."""
    for path in sorted(pathlib.Path(folder).glob("*.td")):
        text = path.read_text(encoding="utf-8")
        starts = [(match.start(), match.group(1)) for match in OP.finditer(text)] + [(len(text), "")]
        for (start, op), (end, _) in zip(starts, starts[1:]):
            yield from ((op, e) for e in re.findall(r"```mlir\n(.*?)```", text[start:end], re.S) or [None])


def main():
    pairs = list(examples(sys.argv[1]))
    problems = [f"lamina.{op} has no example" for op, example in pairs if example is None]
    whole = "// -----\n".join(f"// lamina.{op}\n{wrapped(example)}" for op, example in pairs if example)
    first = optimize(whole)
    again = optimize(first.stdout)
    if first.returncode:
        problems.append(first.stderr)
    elif again.stdout != first.stdout:
        problems.append("what was printed prints in another way after it was parsed")
    problems += filter(None, [optimize(whole, "--lamina-run-tests").stderr])
    print("\n".join([*problems, f"{len(pairs)} examples, {len(problems)} problems"]))
    return 1 if problems or not pairs else 0


sys.exit(main())
