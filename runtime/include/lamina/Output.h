// Files that appear whole or not at all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_OUTPUT_H
#define LAMINA_OUTPUT_H

#include "lamina/Result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace lamina::runtime {

/// A file that goes with this object, or when a signal handler calls `removeTemporaries`.
class Temporary {
public:
  Temporary() = default;
  /// Answers for the file from now on; it need not exist yet.
  explicit Temporary(std::string path);
  Temporary(Temporary &&other) noexcept { std::swap(entry, other.entry); }
  Temporary &operator=(Temporary &&other) noexcept {
    std::swap(entry, other.entry);
    return *this;
  }
  ~Temporary();

  /// Empty where there is no file.
  const std::string &path() const;
  /// The file has another name by now, or never came to be.
  void release();

  struct Entry;

private:
  Entry *entry = nullptr;
};

/// Removes every file that a Temporary answers for. Safe within a signal handler.
void removeTemporaries() noexcept;

/// A file under construction: a temporary beside its target that `commit` makes durable and
/// renames. Without `commit` nothing is left and an older file stays. `-` is standard output;
/// devices and pipes are written in place.
class Output {
public:
  static Result<Output> create(const std::string &path);
  Output(Output &&other) noexcept;
  Output &operator=(Output &&other) noexcept;
  Output(const Output &) = delete;
  Output &operator=(const Output &) = delete;
  ~Output();

  Status write(std::span<const std::byte> bytes);
  Status write(std::string_view text);
  Status commit();
  /// Where the bytes lie until `commit`, for another program to write; empty where the target is
  /// written in place.
  const std::string &temporaryPath() const { return temporary.path(); }
  /// For messages.
  const std::string &name() const { return path; }

private:
  Output() = default;
  Failure fail() const;
  std::string path;
  Temporary temporary; ///< without a path where the target is written in place
  int descriptor = -1;
};

/// All of a file at once.
Status writeFile(const std::string &path, std::span<const std::byte> bytes);
Status writeFile(const std::string &path, std::string_view text);

} // namespace lamina::runtime

#endif // LAMINA_OUTPUT_H
