// Objects to static libraries, shared libraries and programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_LINK_H
#define COMPILER_CODEGEN_LINK_H

#include <string>
#include <vector>

namespace lamina::codegen {

/// The bytes of a static library that holds the one object. Empty, with `error`, on failure.
std::string makeArchive(const std::string &object, const std::string &memberName,
                        std::string &error);

/// What to link and how.
struct LinkJob {
  std::vector<std::string> objects; ///< paths
  std::string triple;
  std::string output;    ///< a path, of a file that may exist
  bool isShared = false; ///< a shared library, not a program
  bool threads = false;  ///< with the OpenMP runtime
  bool sanitize = false; ///< with AddressSanitizer's runtime
};

/// Runs the C compiler driver for the triple: for this machine's own `clang` or `cc`, for another
/// `clang --target`. No shell is involved. False, with what the linker said, on failure.
bool link(const LinkJob &job, std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_LINK_H
