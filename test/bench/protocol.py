"""The other side of bench.py and train.py in Python, as protocol.h is in C."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import sys
import time


def peak():
    """The most memory that this process has held. (getrusage counts what it was forked from, too.)"""
    status = pathlib.Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def serve(call):
    """Serves 'run K' and 'wall K' with `call` until the input ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        clock = time.monotonic_ns if line.startswith("wall") else time.process_time_ns
        calls = int(line.split()[1])
        start = clock()
        for _ in range(calls):
            call()
        print(clock() - start, flush=True)
