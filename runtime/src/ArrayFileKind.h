// What kind of file a name stands for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_ARRAYFILEKIND_H
#define RUNTIME_SRC_ARRAYFILEKIND_H

#include "lamina/Result.h"

#include <string>

namespace lamina::runtime {

enum class FileKind { Npy, Npz, Csv, Idx, Png, Jpeg, Stream };

struct FileName {
  FileKind kind = FileKind::Npy;
  std::string path;
  std::string member; ///< of a .npz archive
};

/// By the end of the name, letter case aside. `FILE.npz:NAME` names a member; an archive without
/// one is a failure.
Result<FileName> parseFileName(const std::string &name);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_ARRAYFILEKIND_H
