# malformed.py weights|arrays|special|sources: runs the tool on every malformed file of its kind, in the current folder. Each must end
# within 5 s of processor time and 1 GB with exit code 1, say what is wrong in one line (and notes), and leave no output.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import gzip
import json
import os
import pathlib
import re
import resource
import signal
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
SECONDS, BYTES = 5, 1 << 30
failures = []


def run(name, command, sources=False):
    before = set(os.listdir())
    with open("said.txt", "w+b") as said:
        tool = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                preexec_fn=lambda: (signal.alarm(10 * SECONDS), resource.setrlimit(resource.RLIMIT_AS, (8 * BYTES, 8 * BYTES))))
        _, status, usage = os.wait4(tool.pid, 0)
        tool.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "backslashreplace")
    os.remove("said.txt")
    errors = [line for line in text.splitlines() if re.search(r"(^|: )error: ", line)]
    others = [line for line in text.splitlines() if not re.search(r"(^|: )(error|note): ", line)]
    seconds = usage.ru_utime + usage.ru_stime  # a busy machine stretches the time on the wall
    wrong = []
    if tool.returncode != 1:
        wrong.append(f"exit code {tool.returncode}")
    if not errors or (not sources and len(errors) != 1) or (not sources and others):
        wrong.append(f"{len(errors)} errors and {len(others)} other lines")
    if any(len(line) > 1000 for line in errors):
        wrong.append("a line of more than 1000 characters")
    if re.search(r"[^\t\n -~\u00a0-\uffff]", text):
        wrong.append("control characters in the message")
    if seconds > SECONDS:
        wrong.append(f"{seconds:.1f} s")
    if usage.ru_maxrss << 10 > BYTES:
        wrong.append(f"{usage.ru_maxrss >> 10} MiB")
    if left := sorted(set(os.listdir()) - before - {"said.txt"}):
        wrong.append(f"left {left}")
    if wrong:
        failures.append(name)
        print(f"{name}: {'; '.join(wrong)}\n{text[:2000]}")
    elif "-v" in sys.argv:
        print(f"{name} ({seconds:.2f} s, {usage.ru_maxrss >> 10} MiB): {errors[0][:200]}")


# --- safetensors ---------------------------------------------------------------------------------

GOOD = {"fc1.weight": [8, 4], "fc1.bias": [8], "fc2.weight": [3, 8], "fc2.bias": [3]}


def header(text, data=b"", length=None):
    body = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(body) if length is None else length) + body + data


def entry(dtype="F32", shape="[2]", offsets="[0, 8]", more=""):
    return f'{{"dtype": "{dtype}", "shape": {shape}, "data_offsets": {offsets}{more}}}'


def one(text, data=bytes(8)):
    return header('{"a": ' + text + "}", data)


def two(a, b, size):
    return header('{"a": {"dtype": "U8", ' + a + '}, "b": {"dtype": "U8", ' + b + "}}", bytes(size))


def model(change):
    """The weights that the model takes, but for what `change` does to their shapes."""
    shapes, entries, end = change(dict(GOOD)), {}, 0
    for name, shape in shapes.items():
        size = 4
        for extent in shape:
            size *= extent
        entries[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    return header(json.dumps(entries), bytes(end))


WEIGHTS = {
    "1-empty": b"",
    "2-short": b"abc",
    "3-length-0": header("{}", length=0),
    "4-length-1": header("{}", length=1),
    "5-length-beyond-file": header("{}", length=100),
    "6-length-2-63": header("{}", length=1 << 63),
    "7-length-max": header("{}", length=(1 << 64) - 1),
    "8-length-wraps": header("{}", length=(1 << 64) - 8),
    "9-length-beyond-cap": header(b" " * ((16 << 20) + 1)),
    "10-not-utf8": header(b'{"\xff": 1}'),
    "11-no-brace": header("[]"),
    "12-mark": header(b"\xef\xbb\xbf{}"),
    "13-truncated": header('{"a": {"dtype": "F32}'),
    "14-trailing": header("{}\n"),
    "15-nul": header("{\0}"),
    "16-deep": header('{"a": ' + "[" * 100_000 + "}"),
    "17-name-twice": header('{"a": ' + entry() + ', "a": ' + entry() + "}", bytes(8)),
    "18-key-twice": one(entry(more=', "shape": [2]')),
    "19-name-twice-escaped": header('{"a": ' + entry() + ', "\\u0061": ' + entry() + "}", bytes(8)),
    "20-unknown-key": one(entry(more=', "x": 1')),
    "21-no-dtype": one('{"shape": [2], "data_offsets": [0, 8]}'),
    "21-no-shape": one('{"dtype": "F32", "data_offsets": [0, 8]}'),
    "21-no-offsets": one('{"dtype": "F32", "shape": [2]}'),
    "22-unknown-type": one(entry("F33")),
    "23-unsupported-type": one(entry("F8_E4M3", "[8]")),
    "24-lower-case": one(entry("f32")),
    "25-shape-no-array": one(entry(shape="2")),
    "26-negative": one(entry(shape="[-2]")),
    "27-fraction": one(entry(shape="[2.0]")),
    "27-exponent": one(entry(shape="[1e3]")),
    "28-huge": one(entry(shape="[9007199254740993]")),
    "29-product-wraps": one(entry("U8", "[4194305, 4194305, 211106198978564]")),
    "30-bytes-wrap": one(entry("F64", "[4294967296, 1073741824]")),
    "31-rank-1000": one(entry("U8", json.dumps([1] * 1000), "[0, 1]")),
    "32-one-offset": one(entry(offsets="[0]")),
    "32-three-offsets": one(entry(offsets="[0, 8, 8]")),
    "33-backward": one(entry(offsets="[8, 0]")),
    "34-beyond-end": one(entry(shape="[3]", offsets="[0, 12]")),
    "35-negative-offset": one(entry(offsets="[-8, 0]")),
    "36-overlap": two('"shape": [4], "data_offsets": [0, 4]', '"shape": [4], "data_offsets": [2, 6]', 6),
    "37-empty-within": two('"shape": [4], "data_offsets": [0, 4]', '"shape": [0], "data_offsets": [2, 2]', 4),
    "38-hole": two('"shape": [4], "data_offsets": [0, 4]', '"shape": [4], "data_offsets": [6, 10]', 10),
    "39-hole-at-start": two('"shape": [4], "data_offsets": [2, 6]', '"shape": [4], "data_offsets": [6, 10]', 10),
    "40-polyglot": two('"shape": [4], "data_offsets": [0, 4]', '"shape": [4], "data_offsets": [4, 8]', 9),
    "41-size": one(entry(shape="[3]")),
    "42-many": header("{" + ",".join(f'"t{i}":{{"dtype":"U8","shape":[1],"data_offsets":[{i},{i + 1}]}}' for i in range(100_000)) + "}", bytes(100_000)),
    "43-empty-name": header('{"": {}}'),
    "43-long-name": header('{"' + "x" * (1 << 20) + '": {}}'),
    "43-control-name": header('{"a\\n": {}}'),
    "43-path-name": header('{"../a": {}}'),
    "44-metadata": header('{"__metadata__": {"a": 1}}'),
    "45-surrogate": header('{"\\ud800": {}}'),
    "46-missing": model(lambda shapes: {name: shape for name, shape in shapes.items() if name != "fc2.bias"}),
    "47-extra": model(lambda shapes: {**shapes, "fc3.bias": [3]}),
    "48-transposed": model(lambda shapes: {**shapes, "fc1.weight": [4, 8]}),
}

# --- npy, IDX, CSV -------------------------------------------------------------------------------


def npy(text, data=b"", version=1):
    body = text.encode("latin1")
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(body)) + body + data


def described(descr="'<f4'", shape="(3,)", size=12, order="False"):
    return npy(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n", bytes(size))


def idx(kind, extents, size, order=">"):
    return bytes([0, 0, kind, len(extents)]) + b"".join(struct.pack(order + "I", extent) for extent in extents) + bytes(size)


ARRAYS = {
    "50-magic.npy": b"hello world",
    "51-version.npy": b"\x93NUMPY\x04\0\0\0\0\0",
    "52-header-beyond-end.npy": b"\x93NUMPY\x01\0\xff\x7f{}",
    "53-header-huge.npy": b"\x93NUMPY\x02\0\xf0\xff\xff\xff",
    "54-no-newline.npy": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", bytes(12)),
    "55-no-dict.npy": npy("[]\n"),
    "56-missing-key.npy": npy("{'descr': '<f4', 'shape': (3,), }\n", bytes(12)),
    "56-extra-key.npy": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}\n", bytes(12)),
    "56-key-twice.npy": npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}\n", bytes(12)),
    "57-width.npy": described("'<ixy'"),
    "58-empty-descr.npy": described("''"),
    "59-objects.npy": described("'|O'"),
    "60-records.npy": described("[('a', '<f4')]"),
    "61-text.npy": described("'<U5'"),
    "63-negative.npy": described(shape="(-1,)"),
    "64-wraps.npy": described("'<f8'", "(4294967296, 4294967296)"),
    "64-bytes-wrap.npy": described("'<f8'", "(2305843009213693952,)"),
    "66-garbage.npy": described(shape="(3 3,)"),
    "66-no-comma.npy": described(shape="(3)"),
    "67-nested.npy": described(shape="(" * 10_000),
    "68-short.npy": described(size=11),
    "69-long.npy": described(size=13),
    "70-order.npy": described(order="1"),
    "71-zip.npy": b"PK\x03\x04" + bytes(30),
    "72-pickle.npy": b"\x80\x04\x95" + bytes(30),
    "73-magic.idx": b"\1\0\x08\1\0\0\0\1x",
    "74-type.idx": idx(7, [3], 3),
    "75-rank-0.idx": idx(8, [], 0),
    "76-rank-255.idx": b"\0\0\x08\xff" + bytes(2000),
    "77-wraps.idx": idx(8, [1 << 31] * 4, 0),
    "78-truncated.idx": b"\0\0\x08\3\0\0\0",
    "79-short.idx": idx(8, [3], 2),
    "80-long.idx": idx(8, [3], 4),
    "83-raw-gzip.idx": gzip.compress(idx(8, [3], 3)),
    "83-bomb.idx.gz": gzip.compress(idx(8, [1 << 28], 1 << 28)),
    "84-little-endian.idx": idx(8, [3], 3, "<"),
    "85-empty.csv": b"",
    "86-header.csv": b"a,b,c\n",
    "87-ragged.csv": b"1,2,3\n3,4\n",
    "88-text.csv": b"1,2,3\n3,4,x\n",
    "90-overflow.csv": b"1,2,1e400\n",
    "91-quote.csv": b'1,2,3\n"' + b"4" * (100 << 20),
    "92-nul.csv": b"1,2,\0003\n",
    "94-utf16.csv": "1,2,3\n".encode("utf-16"),
    "95-long-line.csv": b"1" * (100 << 20),
    "97-comma.csv": b"a\n1;5\n",
}

# --- sources -------------------------------------------------------------------------------------


def lam(body, before=""):
    return (before + "\nmodel M(x: f32[n: 3]) -> f32[n] {\n" + body + "\n}\n").encode()


SOURCES = {
    "empty": b"",
    "blanks": b" \n" * 1000,
    "binary": bytes(range(256)) * 100,
    "elf": pathlib.Path("/proc/self/exe").read_bytes()[:100_000],
    "latin1": lam("return x").replace(b"M", b"\xe4"),
    "nul": lam("return x\0"),
    "huge": b"let a = 1\n" * 1_000_000,
    "long-line": b"let a = " + b"1 + " * 250_000 + b"1\n",
    "long-name": b"let " + b"a" * (1 << 20) + b" = b\n",
    "long-number": lam("return x * " + "1" * (1 << 20)),
    "long-string": b'test "' + b"a" * (1 << 20) + b'" {\n',
    "parens": lam("return " + "(" * 100_000 + "x" + ")" * 100_000),
    "minus": lam("return " + "-" * 100_000 + "x"),
    "ifs": lam("if true {\n" * 100_000 + "}\n" * 100_000 + "return x"),
    "else-ifs": lam("if false { y = x } " + "else if false { y = x } " * 50_000 + "\nreturn x"),
    "conditions": lam("return " + "if true then x else " * 100_000 + "x"),
    "lists": b"let a = " + b"[" * 100_000,
    "pipes": lam("return x" + " |> y" * 100_000),
    "types": b"block B(x: [c: " + b"(" * 100_000,
    "recursive": lam("return B(x)", "block B(x: [n]) -> [n] { return B(x) }"),
    "mutual": lam("return A(x)", "block A(x: [n]) -> [n] { return B(x) }\nblock B(x: [n]) -> [n] { return A(x) }"),
    "growing": lam("return B<1>(x)", "block B<k: int>(x: [n]) -> [n] { return B<k + 1>(x) }"),
    "fn": lam("return f(x)", "fn f(x) = f(x) + 1"),
    "doubling": lam("return B40(x)", "block B0(x: [n]) -> [n] { return x + 1 }\n" +
                    "\n".join(f"block B{i}(x: [n]) -> [n] {{ return B{i - 1}(B{i - 1}(x)) }}" for i in range(1, 41))),
    "doubling-fn": lam("return g60(x)", "fn g0(x) = x + 1\n" + "\n".join(f"fn g{i}(x) = g{i - 1}(g{i - 1}(x))" for i in range(1, 61))),
    "list": lam("return x * len([i for i in 0..10000000000])"),
    "for": lam("for i in 0..10000000000 { x = x + 1 }\nreturn x"),
    "for-for": lam("for i in 0..100000 { for j in 0..100000 { x = x + 1 } }\nreturn x"),
    "list-doubling": lam("return x * len(a60)", "let a0 = [1]\n" + "\n".join(f"let a{i} = a{i - 1} + a{i - 1}" for i in range(1, 61))),
    "each": lam("layer l = B each e: 1000000000000\nreturn sum<e>(l(x))", "block B(x: [n]) -> [n] { param w: [n] = 0\nreturn x * w }"),
    "wide": lam("return sum<a, b>(expand<a: 1000000000, b: 1000000000000>(x))"),
    "parameter": lam("param w: [a: 1000000000, b: 1000000000, n] = 0\nreturn sum<a, b>(w) * x"),
    "product": lam("return x * (" + " * ".join(["9223372036854775807"] * 3) + ")"),
    "window": lam("return sum<o, k>(window<n -> (o, k: 9223372036854775807)>(x)) * x"),
    "pad": lam("return sum<n>(pad<n: (9223372036854775807, 9223372036854775807)>(x)) * x"),
    "range": lam("return x * len([i for i in -9223372036854775807..9223372036854775807])"),
    "import-self": b"import sources.import_self\n",
    "missing-import": b"import nothing.at.all\n",
    "escapes": b"let \x1b[31mred = 1\n",
}


def weights():
    for name, data in WEIGHTS.items():
        pathlib.Path("w.safetensors").write_bytes(data)
        run(name, ["lamina", "check", HERE / "tiny.lam", "--weights=w.safetensors"])
    pathlib.Path("w.safetensors").write_bytes(WEIGHTS["46-missing"])
    run("compile", ["lamina", "compile", HERE / "tiny.lam", "--weights=w.safetensors", "--embed-weights", "--emit=obj,header,exe", "-o", "out"])


def array(name, path):
    run(name, ["lamina", "run", HERE / "sum.lam", "--input", "a=good.npy", "--input", f"b={path}", "--output", "total=total.npy", "--output", "diff=diff.npy"])


def arrays():
    for name, data in ARRAYS.items():
        path = "f." + name.split(".", 1)[1]
        pathlib.Path(path).write_bytes(data)
        array(name, path)
        os.remove(path)


def special():
    os.mkdir("folder.npy")
    os.mkfifo("pipe.npy")
    os.symlink("nowhere", "link.npy")
    os.symlink("loop.npy", "loop.npy")
    pathlib.Path("zero.npy").symlink_to("/dev/zero")
    pathlib.Path("dir").mkdir()
    for path in ["folder.npy", "pipe.npy", "link.npy", "loop.npy", "zero.npy", "none.npy", "dir/../none/x.npy", "good.npy/x.npy", "x" * 300 + ".npy", "bad.npz:x", "a\nb.npy", "\x1b[31m.npy"]:
        array("98-" + repr(path)[:40], path)
    for path in ["folder.npy", "pipe.npy", "none.safetensors", "zero.npy"]:
        run("98-weights-" + path, ["lamina", "check", HERE / "tiny.lam", "--weights", path])
    if os.geteuid() != 0:
        pathlib.Path("secret.npy").write_bytes(b"")
        os.chmod("secret.npy", 0)
        array("98-permission", "secret.npy")


def sources():
    for name, data in SOURCES.items():
        pathlib.Path("source.lam").write_bytes(data)
        run(name, ["lamina", "compile", "source.lam", "--emit=obj,header", "-o", "out"], sources=True)


pathlib.Path("good.npy").write_bytes(described())
if only := [word for word in sys.argv[2:] if word != "-v"]:
    for table in (WEIGHTS, ARRAYS, SOURCES):
        for name in [name for name in table if name not in only]:
            del table[name]
{"weights": weights, "arrays": arrays, "special": special, "sources": sources}[sys.argv[1]]()
sys.exit(f"{len(failures)} failed: {', '.join(failures)}" if failures else 0)
