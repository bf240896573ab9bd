// From the files of a source to its columns.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_SOURCEFILES_H
#define RUNTIME_SRC_SOURCEFILES_H

#include "lamina/Dataset.h"

namespace lamina::runtime {

/// What is known of a data set while its files are opened one after the other.
struct Opening {
  std::string folder;
  int64_t inMemory = 0;
  Shape grid;                       ///< of an image
  std::vector<std::string> classes; ///< of the folders of images
};

/// All columns of one source, the pieces of each in the order of the files; `parts` gets the rows
/// of each file that has a role.
Result<std::vector<std::vector<ColumnPiece>>> openSource(const SourceSpec &source,
                                                         std::span<const ColumnSpec> specs,
                                                         Opening &opening,
                                                         std::vector<RowRange> &parts);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_SOURCEFILES_H
