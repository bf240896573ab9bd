// lamina: checks, summarises, compiles and runs networks written in Lamina.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/CommandLine.h"
#include "compiler/Tools/lamina/Reproducer.h"
#include "compiler/Tools/lamina/Signals.h"

int main(int argc, char **argv) {
  lamina::tool::Reproducer reproducer(LAMINA_VERSION, argc, argv);
  lamina::tool::installSignalHandlers(reproducer);
  return lamina::tool::runTool(argc, argv, reproducer);
}
