# The GoogleTest executables, seen by lit as one suite beside the text tests.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import lit.formats

config.name = "Lamina-Unit"
config.suffixes = []
config.test_exec_root = config.lamina_build + "/test/unit"
config.test_source_root = config.test_exec_root
config.test_format = lit.formats.GoogleTest("", "Tests")
