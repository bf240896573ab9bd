# Prints what failed in a lit result file, then the line 'N passed, N failed' that scripts read.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import collections
import json
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
FAILED = {"FAIL", "XPASS", "UNRESOLVED", "TIMEOUT"}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        tests = json.load(file)["tests"]
    codes = collections.Counter(test["code"] for test in tests)
    failures = [test for test in tests if test["code"] in FAILED]
    for test in failures:
        print(f"{test['code']}: {test['name']}")
    # The whole output of the first few, so that a log alone is enough to see why.
    for test in failures[:5]:
        print(f"\n--- {test['name']}\n{test['output'][-4000:]}")
    skipped = len(tests) - sum(codes[code] for code in PASSED | FAILED)
    if skipped:
        print(f"{skipped} not run here (a feature that they need is absent)")
    print(f"{sum(codes[code] for code in PASSED)} passed, {len(failures)} failed")
    return 1 if failures or not tests else 0


sys.exit(main())
