// Any text through all checks: models, tests, train blocks. Small limits keep what explodes small.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Sema.h"
#include "compiler/Sema/Training.h"

using namespace lamina;

namespace {

/// Without the library: parsing it would take longer than all the rest.
void check(const std::string &text) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  sema::Options options;
  options.limits.depth = 40;
  options.limits.nodes = 20'000;
  sema::Program program(sources, diagnostics, options);
  if (program.load(sources.add("fuzz.lam", text), "fuzz.lam")) {
    program.checkAll();
    for (const std::string &name : program.trainNames())
      (void)program.training(name, {});
  }
  diagnostics.render(true);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check(std::string(reinterpret_cast<const char *>(data), size));
  return 0;
}
