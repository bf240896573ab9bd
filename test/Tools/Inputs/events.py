# events.py FOLDER: reads a run's TensorBoard events with nothing but the format's definition, and holds them to its metrics.jsonl.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import pathlib
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    """TFRecord: length, its checksum, data, their checksum."""
    at = 0
    while at < len(data):
        length, length_crc = struct.unpack_from("<QI", data, at)
        assert masked(data[at : at + 8]) == length_crc, at
        record = data[at + 12 : at + 12 + length]
        assert masked(record) == struct.unpack_from("<I", data, at + 12 + length)[0], at
        at += length + 16
        yield record


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def fields(message):
    """Protocol buffers' wire format: numbers and values."""
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        if key & 7 == 0:
            value, at = varint(message, at)
        elif key & 7 == 1:
            value, at = message[at : at + 8], at + 8
        elif key & 7 == 2:
            size, at = varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            assert key & 7 == 5, key
            value, at = message[at : at + 4], at + 4
        yield key >> 3, value


folder = pathlib.Path(sys.argv[1])
scalars, version = [], None
for record in records((folder / "events.out.tfevents.lamina").read_bytes()):
    event = dict(fields(record))
    assert 1.5e9 < struct.unpack("<d", event[1])[0] < 1e10, "no time of today"
    version = event.get(3, version)
    for number, summary in fields(event.get(5, b"")):
        value = dict(fields(summary))
        scalars.append((event[2], value[1].decode(), struct.unpack("<f", value[2])[0]))
assert version == b"brain.Event:2", version
expected = []
for line in (folder / "metrics.jsonl").read_text().splitlines():
    metrics = json.loads(line)
    step = metrics.pop("step")
    metrics.pop("epoch")
    expected += [(step, name, struct.unpack("<f", struct.pack("<f", value))[0]) for name, value in metrics.items()]
assert len(scalars) == len(expected), (len(scalars), len(expected))
for got, wanted in zip(scalars, expected):
    assert got[:2] == wanted[:2] and abs(got[2] - wanted[2]) <= 1e-6 * abs(wanted[2]), (got, wanted)
print(len(scalars), "scalars of", ", ".join(sorted({name for _, name, _ in scalars})))
