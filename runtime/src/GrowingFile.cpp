// Appending through a buffer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/GrowingFile.h"

#include "lamina/Input.h"
#include "lamina/Output.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace lamina::runtime {

GrowingFile::~GrowingFile() {
  (void)flush();
  if (descriptor >= 0)
    ::close(descriptor);
}

std::string GrowingFile::textOf(const std::string &path) {
  if (Result<Input> file = Input::open(path))
    if (Result<std::vector<std::byte>> bytes = file->readAll())
      return {reinterpret_cast<const char *>(bytes->data()), bytes->size()};
  return {};
}

Status GrowingFile::open(const std::string &given, std::string_view text) {
  path = given;
  if (Status status = writeFile(path, text); !status)
    return status;
  descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  return descriptor < 0
             ? Status(Failure{printable(path) + ": cannot be opened: " + std::strerror(errno)})
             : Status();
}

Status GrowingFile::append(std::string_view text) {
  constexpr size_t kBuffered = 1 << 14;
  buffer += text;
  return buffer.size() < kBuffered ? Status() : flush();
}

Status GrowingFile::flush() {
  size_t done = 0;
  while (descriptor >= 0 && done < buffer.size()) {
    const ssize_t put = ::write(descriptor, buffer.data() + done, buffer.size() - done);
    if (put < 0 && errno != EINTR)
      return Failure{printable(path) + ": cannot be written: " + std::strerror(errno)};
    done += size_t(put > 0 ? put : 0);
  }
  buffer.clear();
  return {};
}

} // namespace lamina::runtime
