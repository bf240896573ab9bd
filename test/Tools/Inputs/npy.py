# npy.py FILE TYPE SHAPE START [STEP [MODULUS]]: a .npy file of START, START + STEP, …, each modulo MODULUS, with nothing but the standard library.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import math
import struct
import sys

path, kind, shape, start = sys.argv[1:5]
step = float(sys.argv[5]) if len(sys.argv) > 5 else 0.0
extents = tuple(int(word) for word in shape.split("x") if word)
code = {"f4": "f", "f8": "d", "i8": "q", "u1": "B"}[kind]
order = "|" if kind == "u1" else "<"
header = "{'descr': '%s%s', 'fortran_order': False, 'shape': %r, }" % (order, kind, extents)
header += " " * (63 - (10 + len(header)) % 64) + "\n"
values = [float(start) + step * i for i in range(math.prod(extents))]
if len(sys.argv) > 6:
    values = [value % float(sys.argv[6]) for value in values]
if code in "qB":
    values = [int(value) for value in values]
with open(path, "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
    file.write(struct.pack("<%d%s" % (len(values), code), *values))
