# losses.py METRICS: how many steps were logged, how many different losses they have, and their mean.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import sys

lines = [json.loads(line) for line in open(sys.argv[1])]
losses = [line["loss"] for line in lines if "loss" in line]
print(f"{len(losses)} steps, {len(set(losses))} different, mean {sum(losses) / len(losses):.3f}")
