"""Writes pictures whose class is their brightness, with noise: FOLDER/cifar.bin, records in CIFAR-10's binary format, and
FOLDER/folder/CLASS/N.png of several sizes. pictures.py FOLDER"""
import pathlib
import struct
import sys
import zlib

folder = pathlib.Path(sys.argv[1])
records = b""
for i in range(60):
    label = i % 3
    records += bytes([label]) + bytes(100 * label + (i * 7 + j * 13) % 50 for j in range(3072))
(folder / "cifar.bin").write_bytes(records)


def png(rows, columns, channels, pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + pixels[i * columns * channels : (i + 1) * columns * channels] for i in range(rows))
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0 if channels == 1 else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


for i in range(60):
    label, channels = i % 3, 1 if i % 4 == 0 else 3
    place = folder / "folder" / "abc"[label]
    place.mkdir(parents=True, exist_ok=True)
    rows, columns = 20 + i % 5, 40 - i % 7
    pixels = bytes(100 * label + (i * 7 + j * 13) % 50 for j in range(rows * columns * channels))
    (place / f"{i}.png").write_bytes(png(rows, columns, channels, pixels))
