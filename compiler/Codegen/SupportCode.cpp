// Links embedded bitcode into a module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/SupportCode.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace lamina::codegen {

extern const unsigned char abiSupportBitcode[];
extern const size_t abiSupportBitcodeSize;
extern const unsigned char threadSupportBitcode[];
extern const size_t threadSupportBitcodeSize;
extern const unsigned char programBitcode[];
extern const size_t programBitcodeSize;
extern const unsigned char cpuChoiceBitcode[];
extern const size_t cpuChoiceBitcodeSize;

static StringRef bitcodeOf(SupportCode code) {
  auto text = [](const unsigned char *bytes, size_t size) {
    return StringRef(reinterpret_cast<const char *>(bytes), size);
  };
  switch (code) {
  case SupportCode::Abi:
    return text(abiSupportBitcode, abiSupportBitcodeSize);
  case SupportCode::Threads:
    return text(threadSupportBitcode, threadSupportBitcodeSize);
  case SupportCode::Program:
    return text(programBitcode, programBitcodeSize);
  case SupportCode::CpuChoice:
    return text(cpuChoiceBitcode, cpuChoiceBitcodeSize);
  }
  return "";
}

bool linkSupport(Module &module, SupportCode code, std::string &error) {
  Expected<std::unique_ptr<Module>> support =
      parseBitcodeFile(MemoryBufferRef(bitcodeOf(code), "lamina support"), module.getContext());
  if (!support) {
    error = toString(support.takeError());
    return false;
  }
  // Plain C for any 64-bit little-endian machine: it takes on the target of the model.
  (*support)->setTargetTriple(module.getTargetTriple());
  (*support)->setDataLayout(module.getDataLayout());
  for (Function &function : **support)
    for (StringRef attribute : {"target-cpu", "target-features", "tune-cpu", "frame-pointer"})
      function.removeFnAttr(attribute);
  if (Linker::linkModules(module, std::move(*support), Linker::LinkOnlyNeeded)) {
    error = "the support code does not link";
    return false;
  }
  return true;
}

} // namespace lamina::codegen
