"""Writes files that are no Lamina, or too much of it, into the current folder."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib

FILES = {
    "empty": b"",
    "comment": b"# nothing else",
    "bom": b"\xef\xbb\xbflet a = 1\n",
    "crlf": b"let a = 1\r\nlet b = 2\r\n",
    "large": b"#" * (5 << 20),
    "nul": b"let a = 1\nlet \0b = 2\n",
    "latin1": b"let a = 1\n# \xe4\n",
    "binary": bytes(range(1, 256)) * 8,
    "parens": b"let a = " + b"(" * 100_000,
    "bodies": b"block B(x: [c]) -> [c] {" + b"if a {" * 1000,
    "chain": b"let a = 1" + b" + 1" * 5000,
    "tokens": b"let a = [" + b"1," * 400_000 + b"]",
    "string": b'let a = "abc\n',
    "name": b"let abc " + b"a" * 1_000_000,
    "many": b"let a = )\n" * 150,
}
for name, data in FILES.items():
    pathlib.Path(name + ".lam").write_bytes(data)
