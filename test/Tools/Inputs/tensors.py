# tensors.py FILE [NAME…]: the tensors of a safetensors file with their numbers, one a line.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import struct
import sys

data = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", data[:8])[0]
for name, entry in sorted(json.loads(data[8 : 8 + size]).items()):
    if name == "__metadata__" or (sys.argv[2:] and name not in sys.argv[2:]):
        continue
    begin, end = (8 + size + offset for offset in entry["data_offsets"])
    print(name, *("%.6g" % value for value in struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])))
