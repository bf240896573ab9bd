// The interpreter as passes of lamina-opt.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_OPT_INTERPRETPASSES_H
#define COMPILER_TOOLS_LAMINA_OPT_INTERPRETPASSES_H

namespace lamina {

/// Registers `lamina-run-tests` (runs every test of the module, an assert that fails is an error)
/// and `lamina-evaluate` (prints the outputs of every model for inputs drawn from a seed).
void registerInterpretPasses();

} // namespace lamina

#endif // COMPILER_TOOLS_LAMINA_OPT_INTERPRETPASSES_H
