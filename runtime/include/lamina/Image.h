// PNG and JPEG as arrays of rows, columns and channels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_IMAGE_H
#define LAMINA_IMAGE_H

#include "lamina/Array.h"
#include "lamina/Input.h"
#include "lamina/Output.h"

namespace lamina::runtime {

/// u8 `[rows, columns, channels]` with 1 (grey), 3 (RGB) or 4 (RGBA) channels; a palette is
/// resolved, gamma is left alone. 16 bits a channel give f32 from 0 to 1. Grey with alpha is
/// refused, as is any damage.
Result<Array> readPng(const Input &input);

/// u8 `[rows, columns, channels]` with 1 (grey) or 3 (RGB) channels. CMYK is refused, as is any
/// damage.
Result<Array> readJpeg(const Input &input);

/// The picture in the file at `path`: a PNG by its first bytes, else a JPEG.
Result<Array> readImage(const std::string &path);

/// The middle square of an image as u8 `[size, size, channels]`: interpolated linearly between the
/// centres of pixels, over as many as fall on one where it shrinks.
Result<Array> squareImage(const Array &image, int64_t size);

/// Writes `[rows, columns, channels]` with 1, 3 or 4 channels, which may stand first; without them
/// it is grey; a batch of 1 in front is left out. Floats go from 0 to 1 (beyond, they are cut),
/// integers from 0 to 255.
Status writePng(Output &output, const Array &array);

} // namespace lamina::runtime

#endif // LAMINA_IMAGE_H
