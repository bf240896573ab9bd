"""Lists the diagnostics of Sema and Syntax that no test expects: diagnostics.py SOURCE_FOLDER.

A diagnostic is a call of error(), warning() or fail() with text in it. Its longest piece of literal text must stand in a test
of the language: test/unit/Sema*, test/unit/Syntax*, test/Sema, test/Syntax, test/Language or test/Tools.
"""
import pathlib
import re
import sys

CALLS = re.compile(r"\b(?:error|warning|fail|keep_error|refuse)\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# No input is known that makes ANTLR throw; the parser is fuzzed.
UNREACHED = {"the parser failed on this file: "}
SHORTEST = 6  # shorter pieces are separators: "' and '"


def call_text(source, start):
    """The text of a call's arguments: up to the parenthesis that closes them."""
    depth, i = 1, start
    while i < len(source) and depth:
        literal = LITERAL.match(source, i)
        if literal:
            i = literal.end()
            continue
        if source[i : i + 2] == "//":
            i = source.find("\n", i)
            continue
        if source[i] == "'":  # a character
            i += 4 if source[i + 1] == "\\" else 3
            continue
        depth += {"(": 1, ")": -1}.get(source[i], 0)
        i += 1
    return source[start:i]


def joined(text):
    """Adjacent literals are one."""
    return re.sub(r'"\s*\n\s*(?:R)?"', "", text)


def unescaped(text):
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def diagnostics(path):
    source = path.read_text()
    for call in CALLS.finditer(source):
        pieces = [unescaped(p) for p in LITERAL.findall(joined(call_text(source, call.end())))]
        pieces = [piece for piece in pieces if len(piece) >= SHORTEST]
        if pieces:
            yield source.count("\n", 0, call.start()) + 1, max(pieces, key=len)


def main(root):
    tests = ""
    for pattern in ("unit/S*.cpp", "Sema/**/*", "Syntax/**/*", "Language/*", "Tools/*", "Tools/Inputs/*"):
        for path in sorted((root / "test").glob(pattern)):
            if path.is_file():
                tests += unescaped(joined(path.read_text(errors="replace")))
    missing = 0
    for folder in ("Sema", "Syntax"):
        for path in sorted((root / "compiler" / folder).glob("*.cpp")):
            for line, text in diagnostics(path):
                if text not in tests and text not in UNREACHED:
                    missing += 1
                    print(f"{path.relative_to(root)}:{line}: no test expects: {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
