// Atomic files: temporary, fsync, rename, fsync of the folder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Output.h"

#include "lamina/Input.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lamina::runtime {
namespace {

std::string folderOf(const std::string &path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// The file that a symbolic link leads to: renaming would replace the link itself.
std::string resolveLinks(const std::string &path) {
  char *real = ::realpath(path.c_str(), nullptr);
  std::string result = real ? real : path;
  std::free(real);
  return result;
}

int openTemporary(const std::string &target, mode_t mode, Temporary &temporary) {
  const size_t slash = target.rfind('/');
  const std::string base = slash == std::string::npos ? target : target.substr(slash + 1);
  for (int attempt = 0; attempt < 100; ++attempt) {
    temporary = Temporary(folderOf(target) + "/." + base.substr(0, 200) + "." +
                          std::to_string(::getpid()) + "." + std::to_string(attempt) + ".tmp");
    const int descriptor =
        ::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor >= 0)
      return descriptor;
    const int reason = errno;
    temporary.release();
    errno = reason;
    if (reason != EEXIST)
      break;
  }
  return -1;
}

} // namespace

Failure Output::fail() const {
  return {printable(path) + ": cannot be written: " + std::strerror(errno)};
}

Result<Output> Output::create(const std::string &path) {
  Output output;
  output.path = path;
  struct stat status;
  const bool exists = path != "-" && ::stat(path.c_str(), &status) == 0;
  if (path == "-") {
    output.path = "standard output";
    output.descriptor = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  } else if (exists && S_ISDIR(status.st_mode)) {
    return Failure{printable(path) + ": is a folder"};
  } else if (exists && !S_ISREG(status.st_mode)) {
    output.descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  } else {
    output.path = exists ? resolveLinks(path) : path;
    output.descriptor =
        openTemporary(output.path, exists ? status.st_mode & 0777 : 0666, output.temporary);
  }
  if (output.descriptor < 0)
    return output.fail();
  return output;
}

Output::Output(Output &&other) noexcept { *this = std::move(other); }

Output &Output::operator=(Output &&other) noexcept {
  std::swap(path, other.path);
  std::swap(temporary, other.temporary);
  std::swap(descriptor, other.descriptor);
  return *this;
}

Output::~Output() {
  if (descriptor >= 0)
    ::close(descriptor);
}

Status Output::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR)
      return fail();
    bytes = bytes.subspan(size_t(put > 0 ? put : 0));
  }
  return {};
}

Status Output::write(std::string_view text) {
  return write(std::as_bytes(std::span(text.data(), text.size())));
}

Status Output::commit() {
  if (temporaryPath().empty())
    return {};
  if (::fsync(descriptor) != 0 || ::rename(temporaryPath().c_str(), path.c_str()) != 0)
    return fail();
  temporary.release();
  // Some file systems cannot sync a folder; the file itself is safe by now.
  const int folder = ::open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    (void)::fsync(folder);
    ::close(folder);
  }
  return {};
}

Status writeFile(const std::string &path, std::span<const std::byte> bytes) {
  Result<Output> output = Output::create(path);
  if (!output)
    return output.failure();
  if (Status status = output->write(bytes); !status)
    return status;
  return output->commit();
}

Status writeFile(const std::string &path, std::string_view text) {
  return writeFile(path, std::as_bytes(std::span(text.data(), text.size())));
}

} // namespace lamina::runtime
