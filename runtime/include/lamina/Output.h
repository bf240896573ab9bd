// Files that appear whole or not at all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_OUTPUT_H
#define LAMINA_OUTPUT_H

#include "lamina/Result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lamina::runtime {

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

private:
  Output() = default;
  Failure fail() const;
  std::string path;
  std::string temporary; ///< empty where the target is written in place
  int descriptor = -1;
};

/// All of a file at once.
Status writeFile(const std::string &path, std::span<const std::byte> bytes);
Status writeFile(const std::string &path, std::string_view text);

} // namespace lamina::runtime

#endif // LAMINA_OUTPUT_H
