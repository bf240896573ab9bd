# run-time-extents.py LAMINA SOURCE FOLDER: the compiled model gives what the interpreter gives, for every extent and several
# batches. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import random
import struct
import subprocess
import sys

lamina, source, folder = sys.argv[1:4]
random.seed(1)


def write(path, code, shape, values):
    header = "{'descr': '<%s', 'fortran_order': False, 'shape': %r, }" % (code, tuple(shape))
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack("<%d%s" % (len(values), {"f4": "f", "i8": "q"}[code]), *values))


def floats(count):
    return [random.uniform(-2, 2) for _ in range(count)]


for batch, extent in [(1, n) for n in range(14)] + [(3, n) for n in (0, 1, 6, 13)] + [(60, 5)]:
    write(folder + "/x.npy", "f4", (batch, extent, 4), floats(batch * extent * 4))
    write(folder + "/table.npy", "f4", (batch, extent, 4), floats(batch * extent * 4))
    write(folder + "/id.npy", "i8", (batch, extent), [random.randrange(extent) for _ in range(batch * extent)])
    write(folder + "/bias.npy", "f4", (extent,), floats(extent))
    command = [lamina, "run", source, "--random-weights"]
    for name in ("x", "table", "id", "bias"):
        command += ["--input", f"{name}={folder}/{name}.npy"]
    outputs = ("rows mixed pooled spread most least product length log deviation where_most any_large all_small count running "
               "sorted later sooner kept looked_up scattered hot whole depth tail windows merged "
               "ratio first firsts middle all_but positions position_sum spans some").split()
    wanted = [word for name in outputs for word in ("--output", f"{name}={folder}/{name}.npy")]
    checked = [word for name in outputs for word in ("--expect", f"{name}={folder}/{name}.npy")]
    subprocess.run(command + ["--interpret"] + wanted, check=True)
    result = subprocess.run(command + checked + ["--tolerance=2e-5"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"batch {batch}, extent {extent}:\n{result.stdout}{result.stderr}")
