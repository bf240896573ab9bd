# How the lit suite runs: which files are tests, what stands on PATH, what %{names} mean.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import platform
import shutil

import lit.formats

config.name = "Lamina"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".lam", ".mlir", ".test"]
config.excludes = ["Inputs", "bench", "fuzz", "oracle", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.lamina_build, "test")

# The tools under test first, then LLVM's own (FileCheck, not, split-file, llvm-nm, …).
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.lamina_build, "bin"), config.llvm_tools, config.environment["PATH"]]
)
config.environment["NO_COLOR"] = "1"

config.substitutions += [
    ("%{src}", config.lamina_source),
    ("%{build}", config.lamina_build),
    ("%{stdlib}", os.path.join(config.lamina_source, "stdlib")),
    ("%{examples}", os.path.join(config.lamina_source, "examples")),
    ("%{include}", os.path.join(config.lamina_source, "runtime", "include")),
    ("%{cc}", config.c_compiler),
    ("%{cxx}", config.cxx_compiler),
    ("%{cmake}", config.cmake),
    ("%{python}", config.python),
]

# REQUIRES: x86_64, avx2, avx512f, qemu-aarch64, openmp, clang-format, fashion-mnist, fuzzers.
config.available_features.add(platform.machine())
if os.path.exists("/proc/cpuinfo"):
    with open("/proc/cpuinfo") as cpuinfo:
        flags = next((line for line in cpuinfo if line.startswith("flags")), "").split()
    config.available_features.update({"avx2", "avx512f"} & set(flags))
if shutil.which("qemu-aarch64") and os.path.exists("/usr/aarch64-linux-gnu/include/stdio.h"):
    config.available_features.add("qemu-aarch64")

# LLVM's OpenMP runtime and the tool that tells ThreadSanitizer about it.
llvm_lib = os.path.join(os.path.dirname(config.llvm_tools), "lib")
archer = os.path.join(llvm_lib, "libarcher.so")
if os.path.exists(os.path.join(llvm_lib, "libomp.so")) and os.path.exists(archer):
    config.available_features.add("openmp")
config.substitutions += [("%{openmp}", f"-L{llvm_lib} -Wl,-rpath,{llvm_lib} -lomp -lm"), ("%{archer}", archer)]

if shutil.which("clang-format-22"):
    config.available_features.add("clang-format")

if os.path.isdir("/usr/share/datasets/fashion-mnist"):
    config.available_features.add("fashion-mnist")

# `--param fuzzers=FOLDER` names a build with LAMINA_FUZZ whose fuzzers the tests of Fuzz/ run.
fuzzers = lit_config.params.get("fuzzers")
if fuzzers:
    config.available_features.add("fuzzers")
    config.substitutions.append(("%{fuzzers}", os.path.abspath(fuzzers)))

# A test that hangs is a failure, not a wait; lit can watch the clock only where psutil is installed.
try:
    import psutil  # noqa: F401

    lit_config.maxIndividualTestTime = 300
except ImportError:
    pass
