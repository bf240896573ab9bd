// Files, standard input and memory as random-access bytes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Input.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

namespace lamina::runtime {

std::string printable(std::string_view text) {
  static constexpr size_t kLongest = 120;
  std::string line;
  auto append = [&](std::string_view part) {
    for (unsigned char c : part) {
      static constexpr char kHex[] = "0123456789abcdef";
      if (c < 0x20 || c == 0x7f)
        line += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
      else
        line += char(c);
    }
  };
  if (text.size() <= kLongest) {
    append(text);
    return line;
  }
  append(text.substr(0, kLongest / 2));
  line += "...";
  append(text.substr(text.size() - kLongest / 2));
  return line;
}

bool isPlausibleExpansion(int64_t packed, int64_t expanded) {
  static constexpr int64_t kFree = int64_t(64) << 20, kRatio = 200;
  return expanded <= kFree || expanded / kRatio <= packed;
}

namespace {

const char *kindOf(mode_t mode) {
  if (S_ISDIR(mode))
    return "a folder";
  if (S_ISFIFO(mode))
    return "a pipe";
  if (S_ISSOCK(mode))
    return "a socket";
  return "a device";
}

/// Reads `descriptor` to its end, at most `limit` bytes; `grown` says whether there were more.
bool readToEnd(int descriptor, int64_t limit, std::vector<std::byte> &bytes, bool &grown) {
  static constexpr size_t kStep = 1 << 16;
  for (;;) {
    const size_t old = bytes.size();
    bytes.resize(old + kStep);
    const ssize_t got = ::read(descriptor, bytes.data() + old, kStep);
    bytes.resize(old + size_t(got > 0 ? got : 0));
    if (got == 0)
      return true;
    if (got < 0 && errno != EINTR)
      return false;
    grown = int64_t(bytes.size()) > limit;
    if (grown)
      return true;
  }
}

} // namespace

Result<std::vector<std::byte>> readStandardInput() {
  std::vector<std::byte> bytes;
  bool grown = false;
  try {
    if (!readToEnd(STDIN_FILENO, kMaxStreamBytes, bytes, grown))
      return Failure{std::string("standard input: ") + std::strerror(errno)};
  } catch (const std::bad_alloc &) {
    return Failure{"standard input: not enough memory"};
  }
  if (grown)
    return Failure{"standard input: more than " + std::to_string(kMaxStreamBytes) +
                   " bytes; use a file"};
  return bytes;
}

Result<Input> Input::open(const std::string &path) {
  if (path == "-") {
    Result<std::vector<std::byte>> bytes = readStandardInput();
    if (!bytes)
      return bytes.failure();
    return fromMemory("standard input", std::move(*bytes));
  }
  Input input;
  input.label = path;
  if (path.find('\0') != std::string::npos)
    return input.fail("a path holds no NUL");
  input.descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  struct stat status;
  if (input.descriptor < 0 || ::fstat(input.descriptor, &status) != 0)
    return input.fail(errno == ENOENT  ? "no such file"
                      : errno == ENXIO ? "is not a regular file"
                                       : std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    return input.fail(std::string("is ") + kindOf(status.st_mode) +
                      ", not a file; '-' reads standard input");
  input.length = status.st_size;
  return input;
}

Input Input::fromMemory(std::string name, std::vector<std::byte> bytes) {
  Input input;
  input.label = std::move(name);
  input.length = int64_t(bytes.size());
  input.memory = std::move(bytes);
  return input;
}

Input Input::ofDescriptor(std::string name, int descriptor, int64_t size) {
  Input input;
  input.label = std::move(name);
  input.length = size;
  input.descriptor = descriptor;
  return input;
}

Input::Input(Input &&other) noexcept { *this = std::move(other); }

Input &Input::operator=(Input &&other) noexcept {
  std::swap(label, other.label);
  std::swap(length, other.length);
  std::swap(descriptor, other.descriptor);
  std::swap(memory, other.memory);
  return *this;
}

Input::~Input() {
  if (descriptor >= 0)
    ::close(descriptor);
}

Status Input::read(int64_t offset, void *to, int64_t count) const {
  if (offset < 0 || count < 0 || offset > length || count > length - offset)
    return fail("ends at byte " + std::to_string(length) + " where byte " +
                std::to_string(offset + count) + " is wanted");
  if (descriptor < 0) {
    if (count)
      std::memcpy(to, memory.data() + offset, size_t(count));
    return {};
  }
  for (int64_t done = 0; done < count;) {
    const ssize_t got =
        ::pread(descriptor, static_cast<char *>(to) + done, size_t(count - done), offset + done);
    if (got == 0)
      return fail("became shorter while it was read");
    if (got < 0 && errno != EINTR)
      return fail(std::strerror(errno));
    done += got > 0 ? got : 0;
  }
  return {};
}

Result<std::vector<std::byte>> Input::readAll() const {
  std::vector<std::byte> bytes;
  try {
    bytes.resize(size_t(length));
  } catch (const std::exception &) {
    return fail("not enough memory for " + std::to_string(length) + " bytes");
  }
  if (Status status = read(0, bytes.data(), length); !status)
    return status.failure();
  return bytes;
}

bool Input::startsWith(std::string_view magic) const {
  std::string start(magic.size(), '\0');
  return length >= int64_t(magic.size()) && read(0, start.data(), int64_t(start.size())) &&
         start == magic;
}

} // namespace lamina::runtime
