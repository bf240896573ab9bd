// Decodes JPEG with libjpeg-turbo, strictly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Image.h"

#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>

namespace lamina::runtime {
namespace {

/// libjpeg reports by longjmp: the functions that it may leave so own nothing with a destructor.
struct Decoder {
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  std::jmp_buf back;
  char message[JMSG_LENGTH_MAX] = {};

  ~Decoder() { jpeg_destroy_decompress(&info); }
};

Decoder *decoderOf(j_common_ptr info) { return static_cast<Decoder *>(info->client_data); }

void onError(j_common_ptr info) {
  Decoder *decoder = decoderOf(info);
  info->err->format_message(info, decoder->message);
  std::longjmp(decoder->back, 1);
}

/// A warning (level -1) means damaged data: the image would be made up.
void onMessage(j_common_ptr info, int level) {
  if (level < 0)
    onError(info);
}

/// Each scan of a progressive image costs a pass over it: some bytes a scan could keep the decoder
/// busy for hours.
void onProgress(j_common_ptr info) {
  static constexpr int kMaxScans = 200;
  Decoder *decoder = decoderOf(info);
  if (decoder->info.input_scan_number <= kMaxScans)
    return;
  std::snprintf(decoder->message, sizeof decoder->message, "it has more than %d scans", kMaxScans);
  std::longjmp(decoder->back, 1);
}

bool readHeader(Decoder &decoder, const unsigned char *bytes, unsigned long size) {
  decoder.info.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = onError;
  decoder.errors.emit_message = onMessage;
  decoder.info.client_data = &decoder;
  if (setjmp(decoder.back))
    return false;
  jpeg_create_decompress(&decoder.info);
  decoder.progress.progress_monitor = onProgress;
  decoder.info.progress = &decoder.progress;
  jpeg_mem_src(&decoder.info, bytes, size);
  jpeg_read_header(&decoder.info, TRUE);
  return true;
}

bool readRows(Decoder &decoder, unsigned char *pixels) {
  if (setjmp(decoder.back))
    return false;
  // The exact decoder, not the fast one: the same pixels on every machine.
  decoder.info.dct_method = JDCT_ISLOW;
  decoder.info.out_color_space = decoder.info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&decoder.info);
  const size_t rowBytes =
      size_t(decoder.info.output_width) * size_t(decoder.info.output_components);
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW row = pixels + decoder.info.output_scanline * rowBytes;
    jpeg_read_scanlines(&decoder.info, &row, 1);
  }
  jpeg_finish_decompress(&decoder.info);
  return true;
}

} // namespace

Result<Array> readJpeg(const Input &input) {
  if (!input.startsWith("\xff\xd8\xff"))
    return input.fail("is no JPEG image");
  Result<std::vector<std::byte>> bytes = input.readAll();
  if (!bytes)
    return bytes.failure();
  Decoder decoder = {};
  if (!readHeader(decoder, reinterpret_cast<const unsigned char *>(bytes->data()), bytes->size()))
    return input.fail(std::string("is a damaged JPEG image: ") + decoder.message);
  const int64_t rows = decoder.info.image_height, columns = decoder.info.image_width;
  const int64_t channels = decoder.info.num_components;
  if (channels != 1 && channels != 3)
    return input.fail("has " + std::to_string(channels) + " channels; grey and RGB are possible");
  if (!isPlausibleExpansion(input.size(), rows * columns * channels))
    return input.fail(
        "unpacks to " + std::to_string(rows) + " x " + std::to_string(columns) +
        " pixels, more than 200 times its size, and is taken for a decompression bomb");
  Result<Array> pixels = Array::create(ElementType::U8, {rows, columns, channels});
  if (!pixels)
    return input.fail(pixels.error());
  if (!readRows(decoder, pixels->as<unsigned char>()))
    return input.fail(std::string("is a damaged JPEG image: ") + decoder.message);
  return pixels;
}

} // namespace lamina::runtime
