# Writes a few valid files of a kind: a fuzzer that starts from them gets past the first check.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import gzip
import io
import pathlib
import re
import struct
import sys
import zipfile
import zlib

# seeds.py KIND FOLDER [SOURCES]
HEADER = b"{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }\n"
NPY = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(HEADER)) + HEADER + bytes(8)
IDX = bytes([0, 0, 0x0B, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4])
CSV = b'a,"b"\r\n1,+2.5\n nan , -1e-3\n'
COLUMNS = b'"k^l",2016-07-01 13:00\r\n7,\n,"2016-07-01T00:00:05+02:00"\n'
MAP = b"""stem.{p} -> stem.{p} reshape(4, -1) | transpose
blocks.{2*i+1}.qkv.{p..} -> blocks.{i}.{q,k,v}.{p..} split(0, 3)
value(3) -> scale
experts.{e}.w -> w stack(0)
"""


def npz():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", NPY)
    return packed.getvalue()


def png(depth, color, channels):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    row = b"\0" + bytes(2 * channels * depth // 8)
    header = struct.pack(">IIBBBBB", 2, 2, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 2)) + chunk(b"IEND", b"")


def jpeg():
    tables = b"\xff\xdb\x00\x43\x00" + bytes([1] * 64)
    frame = b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"
    codes = bytes([0, 1] + [0] * 14)
    huffman = b"".join(b"\xff\xc4\x00\x14" + bytes([kind]) + codes + b"\0" for kind in (0x00, 0x10))
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    return b"\xff\xd8" + tables + frame + huffman + scan + b"\x3f\xff\xd9"


def safetensors():
    json = b'{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[8],"data_offsets":[8,24]}}'
    return [json, struct.pack("<Q", len(json)) + json + bytes(24)]


def record(data):
    """A record of TFRecord, with the checksums of CRC-32C."""

    def masked(part):
        crc = 0xFFFFFFFF
        for byte in part:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        crc ^= 0xFFFFFFFF
        return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)

    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def run():
    """A checkpoint's header behind the number of its data bytes, lines of a log, events of TensorBoard."""
    names = [prefix + path for prefix in ("", "raw/", "optimizer/m.", "optimizer/ema.") for path in ("blocks.0.w", "blocks.1.w")]
    entries = [f'"{name}":{{"dtype":"F32","shape":[3],"data_offsets":[{12 * i},{12 * i + 12}]}}' for i, name in enumerate(names)]
    header = "{" + ",".join(entries) + "}"
    lines = b'{"step":1,"epoch":0.5,"loss":2,"lr":1}\n{"step":2,"epoch":1,"val.loss":null,"val.x":1e-3}\n'
    event = b"\x09" + bytes(8) + b"\x10\x02" + b"*\x0b\n\t\n\x02ab\x15" + bytes(4)
    return [bytes([12 * len(names)]) + header.encode(), lines, record(event) + record(event)]


def lam():
    """The declarations and lines of the library: short, so that the parser sees many in a second."""
    pieces = set()
    for source in sorted(pathlib.Path(sys.argv[3]).rglob("*.lam")):
        for part in source.read_text().split("\n\n"):
            pieces.update(piece.encode() + b"\n" for piece in [part, *part.split("\n")] if 8 <= len(piece) <= 200)
    return sorted(pieces)


def sema():
    """The tests and models of a folder of tests, each with the constants of its file: small whole programs."""
    programs = set()
    for source in sorted(pathlib.Path(sys.argv[3]).rglob("*.lam")):
        text = "\n".join(line for line in source.read_text().split("\n") if not line.startswith("#"))
        constants = re.findall(r"^(?:let|fn) .*\n", text, re.M)
        for whole in re.findall(r"^(?:test|model|block|train) .*?^}\n", text, re.M | re.S):
            programs.add("".join(constants) + whole)
        programs.add(text)
    return sorted(program.encode() for program in programs if len(program) <= 4000)


SEEDS = {
    "sema": sema,
    "lam": lam,
    "npy": lambda: [NPY],
    "npz": lambda: [npz()],
    "csv": lambda: [CSV, gzip.compress(CSV)],
    "columns": lambda: [COLUMNS, gzip.compress(COLUMNS), CSV],
    "cifar": lambda: [bytes([3]) + bytes(3072), bytes([9]) + bytes(range(256)) * 12 + bytes(3073)],
    "pictures": lambda: [png(8, 2, 3), png(8, 6, 4), jpeg()],
    "run": run,
    "idx": lambda: [IDX, gzip.compress(IDX)],
    "png": lambda: [png(8, 2, 3), png(16, 0, 1), png(8, 6, 4)],
    "jpeg": lambda: [jpeg()],
    "safetensors": safetensors,
    "map": lambda: [MAP],
}

for number, seed in enumerate(SEEDS[sys.argv[1]]()):
    pathlib.Path(sys.argv[2], f"seed{number}").write_bytes(seed)
