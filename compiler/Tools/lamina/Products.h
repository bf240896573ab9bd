// What `lamina compile` makes: the kinds, their files, and writing all of them or none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_PRODUCTS_H
#define COMPILER_TOOLS_LAMINA_PRODUCTS_H

#include "compiler/Tools/lamina/Invocation.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace lamina::tool {

/// What `--emit` names.
struct Kind {
  const char *name;
  const char *extension;
  bool isText;  ///< goes to standard output where no path is given
  bool isLevel; ///< one of the texts that `--save-ir` writes
};

/// In the order in which the stages make them.
std::span<const Kind> productKinds();

/// One file to write: its bytes, or for what a linker makes the objects that go into it.
struct Product {
  std::string kind;
  std::string path;
  std::string bytes;
  std::vector<std::string> objects; ///< the contents of object files
};

/// Where one of `count` products goes: where `-o` says, each with its own ending if there are
/// several; without `-o` binary files get the model's name and text goes to standard output.
std::string pathOf(const std::string &kind, const std::string &output, const std::string &stem,
                   size_t count);

/// What a linker needs to know.
struct LinkOptions {
  std::string triple;
  bool threads = false;
  bool sanitize = false;
};

/// Writes all of them, or none after an error message. An exit code.
int writeProducts(const Invocation &invocation, const std::vector<Product> &products,
                  const LinkOptions &options);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_PRODUCTS_H
