// Where bytes are read from: a regular file, standard input, or memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_INPUT_H
#define LAMINA_INPUT_H

#include "lamina/Result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lamina::runtime {

/// Standard input is read to its end and may not be larger than this.
inline constexpr int64_t kMaxStreamBytes = int64_t(1) << 30;

/// Data up to this size lie in memory unless a caller says otherwise; what is larger is read where
/// it is needed.
inline constexpr int64_t kInMemoryBytes = int64_t(256) << 20;

/// `text` for a message: one line, control characters as `\x0a`, long ones cut in the middle.
std::string printable(std::string_view text);

/// Bytes with random access. A file is read by pread, so that one that shrinks is an error and not
/// a signal.
class Input {
public:
  /// `-` is standard input. Refuses what is no regular file, without waiting for a FIFO's writer.
  static Result<Input> open(const std::string &path);
  /// `name` stands in messages.
  static Input fromMemory(std::string name, std::vector<std::byte> bytes);
  /// A regular file of `size` bytes that is open for reading; closes it.
  static Input ofDescriptor(std::string name, int descriptor, int64_t size);

  Input(Input &&other) noexcept;
  Input &operator=(Input &&other) noexcept;
  Input(const Input &) = delete;
  Input &operator=(const Input &) = delete;
  ~Input();

  const std::string &name() const { return label; }
  int64_t size() const { return length; }
  /// Reads exactly `count` bytes at `offset`; less is a failure.
  Status read(int64_t offset, void *to, int64_t count) const;
  /// All bytes.
  Result<std::vector<std::byte>> readAll() const;
  /// True if the bytes at the start are `magic`.
  bool startsWith(std::string_view magic) const;
  /// `name: message`
  Failure fail(const std::string &message) const { return {printable(label) + ": " + message}; }

private:
  Input() = default;
  std::string label;
  int64_t length = 0;
  int descriptor = -1;
  std::vector<std::byte> memory;
};

/// The whole of standard input.
Result<std::vector<std::byte>> readStandardInput();

/// False where `expanded` bytes out of `packed` ones are too many to be data: a decompression bomb.
/// Small files are free.
bool isPlausibleExpansion(int64_t packed, int64_t expanded);

} // namespace lamina::runtime

#endif // LAMINA_INPUT_H
