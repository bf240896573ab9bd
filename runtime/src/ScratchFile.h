// What is too large for memory and nobody else's business: a file without a name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_SCRATCHFILE_H
#define RUNTIME_SRC_SCRATCHFILE_H

#include "lamina/Input.h"

#include <span>

namespace lamina::runtime {

/// A file in TMPDIR, or else in /var/tmp, which lies on a disk where /tmp may lie in memory. Its
/// name is gone before the first byte is written, so that nothing is left however the process ends.
class ScratchFile {
public:
  /// `label` stands in messages: whose data it holds.
  static Result<ScratchFile> create(std::string label);
  ScratchFile(ScratchFile &&other) noexcept;
  ScratchFile &operator=(ScratchFile &&) = delete;
  ~ScratchFile();

  /// Appends, through a buffer.
  Status write(std::span<const std::byte> bytes);
  int64_t size() const { return written + int64_t(buffer.size()); }
  /// All that was written, to read; the file is the reader's from now on.
  Result<Input> finish();

private:
  ScratchFile() = default;
  Status flush();
  Failure fail(const char *what) const;

  std::string label, folder;
  int descriptor = -1;
  int64_t written = 0;
  std::vector<std::byte> buffer;
};

} // namespace lamina::runtime

#endif // RUNTIME_SRC_SCRATCHFILE_H
