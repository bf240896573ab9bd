// lamina: checks, summarises, compiles and runs networks written in Lamina.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/CommandLine.h"
#include "compiler/Tools/lamina/CrashHandler.h"

int main(int argc, char **argv) {
  lamina::tool::installCrashHandler();
  return lamina::tool::runTool(argc, argv);
}
