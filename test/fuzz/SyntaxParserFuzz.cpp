// Any bytes through the parser; what parses must format to a fixed point.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Parser.h"

#include <cstdio>
#include <cstdlib>

using namespace lamina;

namespace {

[[noreturn]] void fail(const char *why, const std::string &text) {
  fprintf(stderr, "%s:\n%s\n", why, text.c_str());
  abort();
}

std::string formatted(SourceManager &sources, const std::string &text) {
  Diagnostics diagnostics(sources);
  ast::Module module = parse(sources.add("formatted.lam", text), diagnostics);
  if (diagnostics.hasErrors())
    fail("the formatted text does not parse", diagnostics.render(false) + text);
  return format(module, sources);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  SourceLimits limits;
  limits.bytes = 1 << 16;
  std::string text(reinterpret_cast<const char *>(data), size);
  ast::Module module = parse(sources.add("fuzz.lam", text), diagnostics, limits);
  if (diagnostics.hasErrors()) {
    diagnostics.render(true);
    printTree(module, sources);
    return 0;
  }
  std::string once = format(module, sources);
  std::string twice = formatted(sources, once);
  if (once != twice)
    fail("formatting is no fixed point", once + "\n--- then\n" + twice);
  return 0;
}
