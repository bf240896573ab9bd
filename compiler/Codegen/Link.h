// Objects to static libraries, shared libraries and programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_LINK_H
#define COMPILER_CODEGEN_LINK_H

#include <string>
#include <vector>

namespace lamina::codegen {

/// Writes a static library that holds the one object. False, with `error`, on failure; then no file is left.
bool writeArchive(const std::string &object, const std::string &memberName, const std::string &path,
                  std::string &error);

/// Links `inputs` (objects, archives, `-l…`) into a shared library or a program with the C compiler driver for `triple`: for this
/// machine's own triple `cc` or `clang`, for another `clang --target`. No shell is involved. False, with what the linker
/// said, on failure; then no file is left.
bool link(const std::vector<std::string> &inputs, bool shared, const std::string &triple, const std::string &path,
          std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_LINK_H
