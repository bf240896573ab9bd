// Reads a source file from disk or standard input.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Parser.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lamina {

namespace {

/// Closes what it opened.
class Descriptor {
public:
  explicit Descriptor(const std::string &path)
      // Without O_NONBLOCK, opening a named pipe would wait for a writer.
      : fd(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)),
        isOwned(path != "-") {}
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  ~Descriptor() {
    if (isOwned && fd >= 0)
      close(fd);
  }
  const int fd;

private:
  const bool isOwned;
};

std::string tooLarge(const SourceLimits &limits) {
  return "is larger than " + std::to_string(limits.bytes) + " bytes, the limit for a source file";
}

/// Why a descriptor cannot be a source file; empty if it can.
std::string unfit(int fd, bool isStdin, const SourceLimits &limits) {
  struct stat status;
  if (fstat(fd, &status) != 0)
    return std::string("cannot be read: ") + strerror(errno);
  if (S_ISDIR(status.st_mode))
    return "is a directory";
  if (!S_ISREG(status.st_mode) && !isStdin)
    return "is not a regular file";
  if (S_ISREG(status.st_mode) && size_t(status.st_size) > limits.bytes)
    return tooLarge(limits);
  return {};
}

} // namespace

std::optional<std::string> readSource(const std::string &path, const SourceLimits &limits,
                                      std::string &error) {
  if (path.find('\0') != std::string::npos) {
    error = "has a NUL byte in its name";
    return std::nullopt;
  }
  Descriptor file(path);
  if (file.fd < 0) {
    error = errno == ENOENT ? "no such file" : std::string("cannot be opened: ") + strerror(errno);
    return std::nullopt;
  }
  error = unfit(file.fd, path == "-", limits);
  if (!error.empty())
    return std::nullopt;
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    ssize_t count = read(file.fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0) {
      error = std::string("cannot be read: ") + strerror(errno);
      return std::nullopt;
    }
    if (count == 0)
      return text;
    text.append(buffer, size_t(count));
    if (text.size() > limits.bytes) {
      error = tooLarge(limits);
      return std::nullopt;
    }
  }
}

} // namespace lamina
