# help_examples.py VERB…: runs the examples of each verb's help in the current folder.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import re
import struct
import subprocess
import sys


def lamina(arguments, **options):
    return subprocess.run("lamina " + arguments, shell=True, check=True, text=True, capture_output=True, **options).stdout


def model_of(name):
    """The one model of a file, where an example takes it for granted that there is one."""
    return re.findall(r"^model (\w+)", pathlib.Path(name).read_text(), re.M)


header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 64), }\n".encode()
pathlib.Path("x.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(2 * 64 * 4))
pathlib.Path("x.csv").write_text("1,2,3\n")
count = 0
for verb in sys.argv[1:]:
    for example in re.findall(r"^  lamina (.*?)(?:  #.*)?$", lamina(verb + " --help").split("examples:")[1], re.M):
        # A library file has several models; the example's file has one.
        if "mixer.lam" in example and verb in ("compile", "summary") and len(model_of("mixer.lam")) > 1:
            example += " --model=Mixer_S16"
        if "--expect y.npy" in example:
            lamina(example.replace("--expect", "--output"))
        lamina(example)
        count += 1
print(count, "examples")
