"""Writes FOLDER/cifar.bin, records in CIFAR-10's binary format: a class is a brightness, with noise. pictures.py FOLDER"""
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
records = b""
for i in range(60):
    label = i % 3
    records += bytes([label]) + bytes(100 * label + (i * 7 + j * 13) % 50 for j in range(3072))
(folder / "cifar.bin").write_bytes(records)
