// The machine that code is made for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_TARGET_H
#define COMPILER_CODEGEN_TARGET_H

#include <memory>
#include <string>

namespace llvm {
class TargetMachine;
}

namespace lamina::codegen {

/// A resolved target. Sizes are in bytes; caches are those of the named CPU's core, from a table,
/// so that the same command line makes the same object on every machine.
struct Target {
  std::string triple;
  std::string cpu;
  std::string features;
  int64_t vectorBytes = 0;
  int64_t vectorRegisters = 0;
  int64_t l1 = 32 << 10;
  int64_t l2 = 512 << 10;

  /// `x86_64-unknown-linux-gnu znver4`
  std::string description() const { return triple + " " + cpu; }
};

/// Resolves `--target` and `--mcpu`; empty strings mean the host. On failure returns nothing and
/// says in `error` what is unknown or missing (a target without fused multiply-add is refused).
std::unique_ptr<Target> resolveTarget(const std::string &triple, const std::string &cpu,
                                      std::string &error);

/// LLVM's machine for a resolved target: position-independent, full optimisation.
std::unique_ptr<llvm::TargetMachine> createMachine(const Target &target);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_TARGET_H
