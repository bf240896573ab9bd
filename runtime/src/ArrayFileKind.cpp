// From a file's name to its kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ArrayFileKind.h"

#include "lamina/Input.h"

#include <algorithm>

namespace lamina::runtime {

Result<FileName> parseFileName(const std::string &name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  const size_t archive = lower.rfind(".npz:");
  if (archive != std::string::npos && archive + 5 < name.size())
    return FileName{FileKind::Npz, name.substr(0, archive + 4), name.substr(archive + 5)};
  if (name == "-")
    return FileName{FileKind::Stream, name, ""};
  auto ends = [&](std::string_view end) { return lower.ends_with(end); };
  if (ends(".npz") || ends(".npz:"))
    return Failure{printable(name) + ": an archive holds several arrays; name one as " +
                   printable(name) + (ends(":") ? "NAME" : ":NAME")};
  if (ends(".npy"))
    return FileName{FileKind::Npy, name, ""};
  if (ends(".csv") || ends(".csv.gz"))
    return FileName{FileKind::Csv, name, ""};
  if (ends(".png"))
    return FileName{FileKind::Png, name, ""};
  if (ends(".jpg") || ends(".jpeg"))
    return FileName{FileKind::Jpeg, name, ""};
  // MNIST's own files are called train-images-idx3-ubyte.gz.
  if (ends(".idx") || ends(".idx.gz") || lower.find("-idx") != std::string::npos || ends("-ubyte"))
    return FileName{FileKind::Idx, name, ""};
  return Failure{printable(name) + ": its name does not tell its kind; .npy, .npz:NAME, .csv, "
                                   ".csv.gz, .png, .jpg, .idx and .idx.gz are known"};
}

} // namespace lamina::runtime
