// Decodes PNG with libpng, strictly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Image.h"

#include <csetjmp>
#include <cstring>
#include <png.h>

namespace lamina::runtime {
namespace {

/// libpng reports by longjmp: the functions that it may leave so own nothing with a destructor.
struct Decoder {
  const Input *input = nullptr;
  int64_t position = 0;
  png_structp png = nullptr;
  png_infop info = nullptr;
  char message[160] = {};

  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

void onError(png_structp png, png_const_charp message) {
  auto *decoder = static_cast<Decoder *>(png_get_error_ptr(png));
  std::strncpy(decoder->message, message, sizeof decoder->message - 1);
  png_longjmp(png, 1);
}

void onWarning(png_structp, png_const_charp) {}

void onRead(png_structp png, png_bytep to, size_t count) {
  auto *decoder = static_cast<Decoder *>(png_get_io_ptr(png));
  if (int64_t(count) > decoder->input->size() - decoder->position)
    png_error(png, "it ends within its data");
  if (!decoder->input->read(decoder->position, to, int64_t(count)))
    png_error(png, "it cannot be read");
  decoder->position += int64_t(count);
}

/// Reads up to the pixels and asks for grey, RGB or RGBA.
bool readInfo(Decoder &decoder) {
  if (setjmp(png_jmpbuf(decoder.png)))
    return false;
  png_set_read_fn(decoder.png, &decoder, onRead);
  png_set_crc_action(decoder.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(decoder.png, decoder.info);
  png_set_expand(decoder.png);
  if (png_get_bit_depth(decoder.png, decoder.info) == 16)
    png_set_swap(decoder.png);
  png_set_interlace_handling(decoder.png);
  png_read_update_info(decoder.png, decoder.info);
  return true;
}

bool readRows(Decoder &decoder, png_byte *pixels, size_t rowBytes, png_uint_32 rows, int passes) {
  if (setjmp(png_jmpbuf(decoder.png)))
    return false;
  for (int pass = 0; pass < passes; ++pass)
    for (png_uint_32 row = 0; row < rows; ++row)
      png_read_row(decoder.png, pixels + row * rowBytes, nullptr);
  png_read_end(decoder.png, nullptr);
  return true;
}

Result<Array> scaleToUnit(const Array &wide) {
  Result<Array> unit = Array::create(ElementType::F32, wide.shape());
  for (int64_t i = 0; unit && i < unit->size(); ++i)
    unit->as<float>()[i] = float(wide.as<uint16_t>()[i]) / 65535.0f;
  return unit;
}

} // namespace

Result<Array> readPng(const Input &input) {
  if (!input.startsWith("\x89PNG\r\n\x1a\n"))
    return input.fail("is no PNG image");
  Decoder decoder;
  decoder.input = &input;
  decoder.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, onError, onWarning);
  decoder.info = decoder.png ? png_create_info_struct(decoder.png) : nullptr;
  if (!decoder.info)
    return input.fail("not enough memory");
  if (!readInfo(decoder))
    return input.fail(std::string("is a damaged PNG image: ") + decoder.message);
  const int64_t rows = png_get_image_height(decoder.png, decoder.info);
  const int64_t columns = png_get_image_width(decoder.png, decoder.info);
  const int64_t channels = png_get_channels(decoder.png, decoder.info);
  const bool isWide = png_get_bit_depth(decoder.png, decoder.info) == 16;
  if (channels == 2)
    return input.fail("has 2 channels, grey and alpha; 1, 3 or 4 are possible");
  if (!isPlausibleExpansion(input.size(), rows * columns * channels * (isWide ? 2 : 1)))
    return input.fail(
        "unpacks to " + std::to_string(rows) + " x " + std::to_string(columns) +
        " pixels, more than 200 times its size, and is taken for a decompression bomb");
  // f16 stands for any 16 bits here.
  Result<Array> pixels =
      Array::create(isWide ? ElementType::F16 : ElementType::U8, {rows, columns, channels});
  if (!pixels)
    return input.fail(pixels.error());
  const bool isInterlaced = png_get_interlace_type(decoder.png, decoder.info) != PNG_INTERLACE_NONE;
  if (!readRows(decoder, pixels->as<png_byte>(), png_get_rowbytes(decoder.png, decoder.info),
                png_uint_32(rows), isInterlaced ? 7 : 1))
    return input.fail(std::string("is a damaged PNG image: ") + decoder.message);
  return isWide ? scaleToUnit(*pixels) : std::move(pixels);
}

} // namespace lamina::runtime
