# exits.py CODE COMMAND…: runs the command and succeeds if it exits with CODE; its output passes through.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import subprocess
import sys

code = subprocess.run(sys.argv[2:]).returncode
if code != int(sys.argv[1]):
    sys.exit(f"exit code {code} instead of {sys.argv[1]}")
