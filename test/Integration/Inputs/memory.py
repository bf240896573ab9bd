# memory.py SUMMARY.json MEASURED.txt: fails unless the two agree.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import sys

summary = json.load(open(sys.argv[1]))
weights, workspace, io, grown = map(int, open(sys.argv[2]).read().split())
said = [summary[key] for key in ("weightsBytes", "workspaceBytes", "ioBytes")]
print("summary:", said, "asked for:", [weights, workspace, io], "grown:", grown)
if said != [weights, workspace, io]:
    sys.exit("summary says another size than the object")
if abs(grown - sum(said)) > 1 << 20:
    sys.exit(f"the process grew by {grown} bytes, summary says {sum(said)}")
