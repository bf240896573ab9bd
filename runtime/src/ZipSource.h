// An Input as libzip wants it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_ZIPSOURCE_H
#define RUNTIME_SRC_ZIPSOURCE_H

#include "lamina/Input.h"

#include <memory>
#include <zip.h>

namespace lamina::runtime {

struct DiscardZip {
  void operator()(zip_t *archive) const { zip_discard(archive); }
};
using ZipArchive = std::unique_ptr<zip_t, DiscardZip>;

/// Opens `input` as an archive for reading, checking that its directory is consistent. `input` must
/// outlive it.
Result<ZipArchive> openZip(const Input &input);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_ZIPSOURCE_H
