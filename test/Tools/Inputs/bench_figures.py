# bench_figures.py BENCH SUMMARY BATCH: holds the figures of `lamina bench --json` to each other and to `lamina summary --json`.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import sys

bench, summary, batch = json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), int(sys.argv[3])
kernels = bench["kernels"]
assert kernels and bench["batch"] == batch and bench["threads"] == 2, bench
assert abs(bench["flops"] / batch - summary["flops"]) <= 0.02 * summary["flops"], (bench["flops"], summary["flops"])
assert all(kernel["seconds"] > 0 and kernel["bytes"] > 0 for kernel in kernels), kernels
assert 0 < bench["shareOfPeak"] < 1.5, bench["shareOfPeak"]
levels = [level["bytesPerSecond"] for level in bench["bandwidth"]]
assert min(levels) > 1e8 and bench["peakFlops"] > 1e9, bench
