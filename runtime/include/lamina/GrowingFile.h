// A file of records that a run appends to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_GROWINGFILE_H
#define LAMINA_GROWINGFILE_H

#include "lamina/Result.h"

#include <string>
#include <string_view>

namespace lamina::runtime {

/// What is appended is written in large pieces, the rest by `flush` and the destructor. What is
/// appended before `open` is lost.
class GrowingFile {
public:
  GrowingFile() = default;
  GrowingFile(const GrowingFile &) = delete;
  GrowingFile &operator=(const GrowingFile &) = delete;
  ~GrowingFile();

  /// The text of a file; empty where it cannot be read.
  static std::string textOf(const std::string &path);

  /// Puts `text` in the place of the file at `path`, or makes it; what is appended comes behind.
  Status open(const std::string &path, std::string_view text);
  Status append(std::string_view text);
  Status flush();

private:
  int descriptor = -1;
  std::string path, buffer;
};

} // namespace lamina::runtime

#endif // LAMINA_GROWINGFILE_H
