// Makes archives and runs the system's linker.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Link.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace lamina::codegen {

std::string makeArchive(const std::string &object, const std::string &memberName,
                        std::string &error) {
  NewArchiveMember member(MemoryBufferRef(object, memberName));
  Expected<std::unique_ptr<MemoryBuffer>> archive =
      writeArchiveToBuffer(member, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU,
                           /*Deterministic=*/true, /*Thin=*/false);
  if (archive)
    return (*archive)->getBuffer().str();
  error = toString(archive.takeError());
  return "";
}

/// The compiler driver that links for `triple`, with the arguments that choose the target.
static std::vector<std::string> findDriver(const Triple &triple) {
  Triple host(sys::getProcessTriple());
  bool native = triple.getArch() == host.getArch() && triple.getOS() == host.getOS();
  for (StringRef name : {"clang-22", "clang", "cc"}) {
    if (!native && name == "cc")
      break;
    ErrorOr<std::string> found = sys::findProgramByName(name);
    if (!found)
      continue;
    if (native)
      return {*found};
    return {*found, "--target=" + triple.str(), "-fuse-ld=lld"};
  }
  return {};
}

/// Runs a program to its end; what it wrote to stderr is in `output`.
static int execute(ArrayRef<std::string> command, std::string &output) {
  SmallString<128> log;
  if (sys::fs::createTemporaryFile("lamina-link", "log", log))
    return -1;
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log), StringRef(log)};
  int status =
      sys::ExecuteAndWait(arguments[0], arguments, std::nullopt, redirects, /*SecondsToWait=*/300);
  if (auto text = MemoryBuffer::getFile(log))
    output = (*text)->getBuffer().rtrim().str();
  sys::fs::remove(log);
  return status;
}

bool link(const LinkJob &job, std::string &error) {
  std::vector<std::string> command = findDriver(Triple(job.triple));
  if (command.empty()) {
    error = "no C compiler found to link with; install clang or gcc, or use --emit=obj";
    return false;
  }
  if (job.isShared)
    command.push_back("-shared");
  if (job.sanitize)
    command.push_back("-fsanitize=address");
  command.insert(command.end(), {"-o", job.output, "-Wl,-z,noexecstack"});
  command.insert(command.end(), job.objects.begin(), job.objects.end());
  if (job.threads)
    command.push_back("-lomp");
  std::string output;
  if (execute(command, output) == 0)
    return true;
  error = "linking failed: " + (output.empty() ? std::string("the linker gave no reason") : output);
  return false;
}

} // namespace lamina::codegen
