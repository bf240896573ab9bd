// Files without a name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ScratchFile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace lamina::runtime {

Failure ScratchFile::fail(const char *what) const {
  return {printable(label) + ": is larger than what lies in memory, and its temporary file in " +
          printable(folder) + " cannot be " + what + ": " + std::strerror(errno) +
          "; TMPDIR names another folder"};
}

Result<ScratchFile> ScratchFile::create(std::string label) {
  ScratchFile file;
  file.label = std::move(label);
  const char *wanted = std::getenv("TMPDIR");
  file.folder = wanted && *wanted ? wanted : "/var/tmp";
  std::string path = file.folder + "/lamina-XXXXXX";
  file.descriptor = ::mkstemp(path.data());
  if (file.descriptor < 0)
    return file.fail("made");
  if (::unlink(path.c_str()) != 0)
    return file.fail("unlinked");
  return file;
}

ScratchFile::ScratchFile(ScratchFile &&other) noexcept
    : label(std::move(other.label)), folder(std::move(other.folder)),
      descriptor(std::exchange(other.descriptor, -1)), written(other.written),
      buffer(std::move(other.buffer)) {}

ScratchFile::~ScratchFile() {
  if (descriptor >= 0)
    ::close(descriptor);
}

Status ScratchFile::write(std::span<const std::byte> bytes) {
  constexpr size_t kBuffered = 1 << 20;
  buffer.insert(buffer.end(), bytes.begin(), bytes.end());
  return buffer.size() < kBuffered ? Status() : flush();
}

Status ScratchFile::flush() {
  size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t put = ::write(descriptor, buffer.data() + done, buffer.size() - done);
    if (put < 0 && errno != EINTR)
      return fail("written");
    done += size_t(put > 0 ? put : 0);
  }
  written += int64_t(buffer.size());
  buffer.clear();
  return {};
}

Result<Input> ScratchFile::finish() {
  if (Status status = flush(); !status)
    return status.failure();
  return Input::ofDescriptor(label, std::exchange(descriptor, -1), written);
}

} // namespace lamina::runtime
