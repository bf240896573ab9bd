# hostile.py: writes what hostile.test reads; hostile.py paths: compiles to paths that a shell would not leave alone, and reads
# weights through links.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
PATHS = ["a b.so", "semi;touch pwned.so", "$(touch pwned).so", "`touch pwned`.so", "new\nline.so", "quote'\".so", "-Wl,dash.so", "@file.so"]


def npy(name, code, shape, *values):
    header = "{'descr': '<%s', 'fortran_order': False, 'shape': %r, }\n" % (code, shape)
    kind = {"f4": "f", "i8": "q"}[code]
    data = struct.pack("<%d%s" % (len(values), kind), *values)
    pathlib.Path(name).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


def write_inputs():
    npy("images.npy", "f4", (2, 3), 1, 2, 3, 4, 5, 6)
    npy("labels.npy", "i8", (2,), 0, 1)
    npy("short.npy", "i8", (1,), 0)
    npy("beyond.npy", "i8", (2,), 0, 3)
    pathlib.Path("pick.lam").write_text("""/// The element of each row that its label names.
model Pick(images: f32[classes: 3], labels: i64[]) -> f32[] {
  return gather<classes>(images, labels)
}
""")


def check_paths():
    for path in PATHS:
        subprocess.run(["lamina", "compile", str(HERE / "sum.lam"), "--emit=shared,obj", "-o", "./" + path], check=True)
        assert os.path.getsize("./" + path) > 1000, path
    assert not os.path.exists("pwned"), "a shell ran"
    left = [name for name in os.listdir() if "tmp" in name or "partial" in name]
    assert not left, left
    # A weight file is what the command line names, through whatever links it leads.
    os.makedirs("elsewhere", exist_ok=True)
    subprocess.run([sys.executable, HERE / "safetensors.py", "elsewhere/w.safetensors", "fc1.weight:8x4", "fc1.bias:8",
                    "fc2.weight:3x8", "fc2.bias:3"], check=True)
    os.symlink("elsewhere/w.safetensors", "link $(x);\n.safetensors")
    for weights in ["link $(x);\n.safetensors", "./elsewhere/../elsewhere/w.safetensors"]:
        subprocess.run(["lamina", "check", str(HERE / "tiny.lam"), "--weights", weights], check=True, stdout=subprocess.DEVNULL)


check_paths() if sys.argv[1:] else write_inputs()
