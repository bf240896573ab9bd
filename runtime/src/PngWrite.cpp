// Encodes PNG with libpng.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayOps.h"
#include "lamina/Image.h"

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <png.h>

namespace lamina::runtime {
namespace {

/// libpng reports by longjmp: the functions that it may leave so own nothing with a destructor.
struct Encoder {
  Output *output = nullptr;
  Status status;
  png_structp png = nullptr;
  png_infop info = nullptr;

  ~Encoder() { png_destroy_write_struct(&png, &info); }
};

void onError(png_structp png, png_const_charp) { png_longjmp(png, 1); }

void onWarning(png_structp, png_const_charp) {}

void onWrite(png_structp png, png_bytep bytes, size_t count) {
  auto *encoder = static_cast<Encoder *>(png_get_io_ptr(png));
  encoder->status = encoder->output->write(std::span(reinterpret_cast<std::byte *>(bytes), count));
  if (!encoder->status)
    png_error(png, "");
}

void onFlush(png_structp) {}

bool encode(Encoder &encoder, const png_byte *pixels, png_uint_32 rows, png_uint_32 columns,
            int64_t channels) {
  if (setjmp(png_jmpbuf(encoder.png)))
    return false;
  png_set_write_fn(encoder.png, &encoder, onWrite, onFlush);
  const int color = channels == 1   ? PNG_COLOR_TYPE_GRAY
                    : channels == 3 ? PNG_COLOR_TYPE_RGB
                                    : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_IHDR(encoder.png, encoder.info, columns, rows, 8, color, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(encoder.png, encoder.info);
  for (png_uint_32 row = 0; row < rows; ++row)
    png_write_row(encoder.png, pixels + size_t(row) * columns * size_t(channels));
  png_write_end(encoder.png, nullptr);
  return true;
}

bool isChannels(int64_t extent) { return extent == 1 || extent == 3 || extent == 4; }

/// `[rows, columns, channels]`, whatever order the channels stand in; a batch of 1 is left out.
Result<Array> asPicture(const Array &array) {
  Result<Array> picture = array.copy();
  if (!picture)
    return picture;
  Shape shape = array.shape();
  if (shape.size() > 2 && shape[0] == 1 && !(shape.size() == 3 && isChannels(shape[2])))
    shape.erase(shape.begin());
  if (shape.size() == 2)
    shape.push_back(1);
  picture->reshape(shape);
  constexpr int64_t kLast[] = {1, 2, 0};
  if (shape.size() == 3 && !isChannels(shape[2]) && isChannels(shape[0]))
    picture = permute(*picture, kLast);
  if (picture && (picture->rank() != 3 || !isChannels(picture->shape()[2]) || picture->size() == 0))
    return Failure{"an image has rows, columns and 1, 3 or 4 channels, but the shape is " +
                   printShape(array.shape())};
  return picture;
}

Result<Array> asBytes(const Array &picture) {
  Result<Array> bytes = Array::create(ElementType::U8, picture.shape());
  constexpr double kWhite = 255;
  for (int64_t i = 0; bytes && i < bytes->size(); ++i) {
    const double value = picture.valueAt(i) * (isFloat(picture.type()) ? kWhite : 1);
    bytes->as<uint8_t>()[i] =
        uint8_t(std::isnan(value) ? 0 : std::lround(std::clamp(value, 0.0, kWhite)));
  }
  return bytes;
}

} // namespace

Status writePng(Output &output, const Array &array) {
  Result<Array> picture = asPicture(array);
  Result<Array> bytes = picture ? asBytes(*picture) : std::move(picture);
  if (!bytes)
    return Failure{printable(output.name()) + ": " + bytes.error()};
  const Shape &shape = bytes->shape();
  if (shape[0] > PNG_USER_HEIGHT_MAX || shape[1] > PNG_USER_WIDTH_MAX)
    return Failure{printable(output.name()) + ": a PNG image has at most " +
                   std::to_string(PNG_USER_HEIGHT_MAX) + " rows and columns, not " +
                   printShape(shape)};
  Encoder encoder;
  encoder.output = &output;
  encoder.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoder, onError, onWarning);
  encoder.info = encoder.png ? png_create_info_struct(encoder.png) : nullptr;
  if (!encoder.info)
    return Failure{printable(output.name()) + ": not enough memory"};
  const bool isWritten = encode(encoder, bytes->as<png_byte>(), png_uint_32(shape[0]),
                                png_uint_32(shape[1]), shape[2]);
  if (!isWritten && encoder.status)
    return Failure{printable(output.name()) + ": cannot be encoded as PNG"};
  return encoder.status;
}

} // namespace lamina::runtime
