// An error that no test expects, for diagnostics.test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

void check(const Name &name) {
  // An error's longest piece of text stands for it, here in two literals.
  error(name.range, "'" + name.text +
                        "': the moon is not "
                        "in range for");
}
