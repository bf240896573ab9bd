# arrays.py: runs `lamina run` on arrays of every kind, in the current folder, and holds values and refusals to the tool's contract.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import gzip
import json
import os
import pathlib
import pty
import struct
import subprocess
import zipfile
import zlib

pathlib.Path("m.lam").write_text("""
model Grey(image: f32[h: 2, w: 3, c: 1]) -> f32[h, w, c] { return image * 1.0 }
model Color(image: u8[h: 2, w: 3, c: 3]) -> u8[h, w, c] { return image }
model Floats(x: f32[n: 3]) -> f32[n] { return x * 1.0 }
model Ints(x: i64[n: 3]) -> i64[n] { return x + 0 }
model Pair(x: f32[n: 3], shared y: f32[n: 3]) -> f32[n] { return x + y }
""")


def png(name, width, height, depth, color, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    data = b"".join(b"\0" + row for row in rows)
    pathlib.Path(name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def npy(code, shape, values):
    header = "{'descr': '<%s', 'fortran_order': False, 'shape': %r, }\n" % (code, shape)
    kind = {"f4": "f", "f8": "d", "i8": "q"}[code]
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack("<%d%s" % (len(values), kind), *values)


def run(model, *words, data=None):
    return subprocess.run(["lamina", "run", "m.lam", f"--model={model}", *words], input=data, capture_output=True)


def values(model, path, data=None):
    result = run(model, "--json", "--input", path, data=data)
    assert result.returncode == 0, (path, result.stderr)
    (output,) = json.loads(result.stdout).values()
    return output["values"], output["shape"]


def same(got, wanted, shape=None):
    numbers, extents = got
    assert len(numbers) == len(wanted) and all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(numbers, wanted)), (numbers, wanted)
    assert shape is None or extents == shape, extents


def refused(model, path, *parts, words=()):
    result = run(model, "--input", path, *words)
    text = result.stderr.decode()
    assert result.returncode == 1 and text.startswith("lamina: error: ") and all(part in text for part in parts), (path, result.returncode, text)


# Images: rows, columns, channels; 0 to 1 in a float input, as they are in u8; another size is an error.
png("grey.png", 3, 2, 8, 0, [bytes([0, 51, 255]), bytes([102, 1, 2])])
png("grey16.png", 3, 2, 16, 0, [struct.pack(">3H", 0, 65535, 257), struct.pack(">3H", 1, 2, 3)])
png("color.png", 3, 2, 8, 2, [bytes(range(9)), bytes(range(9, 18))])
png("small.png", 2, 2, 8, 0, [b"\0\1", b"\2\3"])
same(values("Grey", "grey.png"), [0, 0.2, 1, 0.4, 1 / 255, 2 / 255], [1, 2, 3, 1])
same(values("Grey", "grey16.png"), [0, 1, 257 / 65535, 1 / 65535, 2 / 65535, 3 / 65535])
same(values("Color", "color.png"), list(range(18)), [1, 2, 3, 3])
refused("Grey", "small.png", "2", "3")
refused("Grey", "color.png", "color.png")

# CSV, packed or not: a header, blanks and a plus are fine, an empty cell is not; rows are a batch.
pathlib.Path("a.csv").write_text("a,b , c\r\n 1, +2.5 ,-3e1\r\n4,nan,6\r\n")
numbers, shape = values("Floats", "a.csv")
assert numbers[:4] == [1, 2.5, -30, 4] and numbers[5] == 6 and shape == [2, 3], (numbers, shape)
pathlib.Path("a.csv.gz").write_bytes(gzip.compress(b"1,2,3\n"))
same(values("Floats", "a.csv.gz"), [1, 2, 3], [1, 3])
pathlib.Path("empty.csv").write_text("a,b,c\n1,,3\n")
refused("Floats", "empty.csv", "row 2, column 2", "empty")

# IDX and npy go in unscaled, by value; a cast that loses is an error.
pathlib.Path("b.idx.gz").write_bytes(gzip.compress(bytes([0, 0, 8, 2]) + struct.pack(">2I", 1, 3) + bytes([0, 128, 255])))
same(values("Floats", "b.idx.gz"), [0, 128, 255])
pathlib.Path("i.npy").write_bytes(npy("i8", (3,), [1, 2, 1 << 24]))
same(values("Floats", "i.npy"), [1, 2, 1 << 24], [1, 3])
pathlib.Path("wide.npy").write_bytes(npy("i8", (3,), [1, 2, (1 << 24) + 1]))
refused("Floats", "wide.npy", "16777217")
pathlib.Path("f.npy").write_bytes(npy("f4", (3,), [1, 2, 3]))
refused("Ints", "f.npy", "f32", "i64")
pathlib.Path("d.npy").write_bytes(npy("f8", (2, 3), [0.1, 1, 2, 3, 4, 1e300]))
refused("Floats", "d.npy", "the value 1e+300 at (1, 2)")
with zipfile.ZipFile("z.npz", "w") as archive:
    archive.writestr("x.npy", npy("f4", (2, 3), range(6)))
same(values("Floats", "z.npz:x"), range(6), [2, 3])
refused("Floats", "z.npz:y", "no member 'y'", "'x'")
same(values("Floats", "-", data=npy("f4", (3,), [7, 8, 9])), [7, 8, 9])

# A shared input has no batch; the others follow the signature.
pathlib.Path("two.npy").write_bytes(npy("f4", (2, 3), range(6)))
result = json.loads(run("Pair", "--json", "--input", "x=two.npy", "--input", "y=f.npy").stdout)["output"]
same((result["values"], result["shape"]), [1, 3, 5, 4, 6, 8], [2, 3])

# A NaN is equal to a NaN, and to nothing else.
pathlib.Path("nan.npy").write_bytes(npy("f4", (3,), [1, float("nan"), 3]))
assert run("Floats", "--input", "nan.npy", "--expect", "nan.npy").returncode == 0
refused("Floats", "nan.npy", "1 of 3 elements", words=("--expect", "f.npy"))
refused("Floats", "f.npy", "1 of 3 elements", words=("--expect", "nan.npy"))


# Colour: on a terminal that has it, unless NO_COLOR or the command line says otherwise.
def on_terminal(*words, **environment):
    parent, child = pty.openpty()
    settings = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    subprocess.run(["lamina", "check", "none.lam", *words], stderr=child, env={**settings, "TERM": "xterm", **environment})
    os.close(child)
    return os.read(parent, 4096)


assert b"\x1b[" in on_terminal()
assert b"\x1b[" not in on_terminal(NO_COLOR="1")
assert b"\x1b[" not in on_terminal(TERM="dumb")
assert b"\x1b[" not in on_terminal("--color=never")
assert b"\x1b[" in on_terminal("--color=always", NO_COLOR="1")
print("done")
