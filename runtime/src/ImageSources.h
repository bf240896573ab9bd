// Sources of a training that are images.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_IMAGESOURCES_H
#define RUNTIME_SRC_IMAGESOURCES_H

#include "lamina/Dataset.h"
#include "lamina/Input.h"

namespace lamina::runtime {

/// `image` (u8, in the layout of the column's shape) and `label` (i64) of the PNG and JPEG files of
/// a folder, each brought to a square of `size`. Its folders are the classes, numbered by their
/// names; `classes` are those of the first folder that was read, or empty before it. Images that
/// take more than `inMemory` bytes together are read where they are needed.
Result<std::vector<ColumnPiece>> openImageFolder(const std::string &folder, int64_t size,
                                                 std::span<const ColumnSpec> specs,
                                                 std::vector<std::string> &classes,
                                                 int64_t inMemory);

/// `image` (u8 [3, 32, 32]) and `label` (i64) of CIFAR-10's binary format: a file of records, or a
/// folder with data_batch_1.bin to data_batch_5.bin (Krizhevsky 2009).
Result<std::vector<Array>> readCifar10(const std::string &path, std::span<const ColumnSpec> specs);

/// `color` or `at` of an image: one row a pixel. Places are those of the pixels' centres, (row,
/// column) from -1 to 1. `grid` becomes the rows and columns of the image.
Result<Array> readPixels(const std::string &path, const ColumnSpec &column, Shape &grid);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_IMAGESOURCES_H
