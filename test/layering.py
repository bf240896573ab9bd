# Checks that every #include goes down the layers of the architecture and never up.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
UPSTREAM = {"mlir", "llvm"}
DIALECT = {"dialect"} | UPSTREAM

# folder -> the first components that its includes may have, besides its own and system headers.
ALLOWED = {
    "dialect": UPSTREAM,
    "compiler/Syntax": set(),
    "compiler/Sema": {"compiler/Syntax"},
    "compiler/IRGen": {"compiler/Syntax", "compiler/Sema"} | DIALECT,
    "compiler/Interpreter": DIALECT,
    "compiler/Passes": {"compiler/Interpreter"} | DIALECT,
    "compiler/Kernels": DIALECT,
    "compiler/Codegen": UPSTREAM | {"lamina"},
    "compiler/Pipelines": {"compiler/Passes", "compiler/Kernels", "compiler/Codegen", "lamina"} | DIALECT,
    "runtime": {"lamina"},
}
# Tools join everything; the headers that only some files of a stage may see are checked apart.
WATCHED = re.compile(r"^(compiler/[A-Za-z]+|dialect|runtime|mlir|mlir-c|llvm|llvm-c|lamina|clang)/")
ANTLR_FILES = re.compile(r"^compiler/Syntax/Pars[A-Za-z]*\.(cpp|h)$")


def includes(path):
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^">]+)[">]', line)
        if match:
            yield number, match.group(1)


def violation(folder, name, header):
    if "antlr4" in header or header.startswith("Lamina") and header.endswith(("Parser.h", "Lexer.h")):
        return None if ANTLR_FILES.match(name) else "ANTLR is for the parser's file only"
    match = WATCHED.match(header)
    if not match or header.startswith(folder + "/"):
        return None
    if match.group(1) in ALLOWED[folder]:
        return None
    return f"'{folder}' may not include '{match.group(1)}'"


def main():
    bad, seen = 0, 0
    for folder in ALLOWED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in {".h", ".cpp", ".c", ".inc"}:
                continue
            name = path.relative_to(ROOT).as_posix()
            for number, header in includes(path):
                seen += 1
                why = violation(folder, name, header)
                if why:
                    bad += 1
                    print(f"{name}:{number}: {why} ({header})")
    print(f"{seen} includes, {bad} violations")
    return 1 if bad or seen == 0 else 0


sys.exit(main())
