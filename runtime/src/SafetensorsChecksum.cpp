// CRC-32 over files: finds every flipped bit and every burst of up to 32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SafetensorsChecksum.h"

#include "lamina/Input.h"

#include <algorithm>
#include <cstdio>
#include <zlib.h>

namespace lamina::runtime {
namespace {

uLong extend(uLong crc, const void *bytes, size_t count) {
  return ::crc32_z(crc, static_cast<const Bytef *>(bytes), count);
}

std::string digits(uLong crc) {
  char text[9];
  std::snprintf(text, sizeof text, "%08lx", crc);
  return text;
}

} // namespace

void writeChecksum(std::string_view length, std::string &header,
                   std::span<const NamedArray> arrays) {
  uLong crc = extend(extend(0, length.data(), length.size()), header.data(), header.size());
  for (const NamedArray &named : arrays)
    crc = extend(crc, named.array->data(), named.array->sizeInBytes());
  header.replace(kChecksumHead.size(), kNoChecksum.size(), digits(crc));
}

Result<bool> verifyChecksum(const Input &input, std::string_view header) {
  const size_t end = kChecksumHead.size() + kNoChecksum.size();
  if (!header.starts_with(kChecksumHead) || header.size() <= end || header[end] != '"')
    return false;
  constexpr int64_t kChunk = 1 << 20;
  constexpr size_t kLengthBytes = 8;
  std::string chunk;
  uLong crc = 0;
  for (int64_t at = 0; at < input.size(); at += kChunk) {
    chunk.resize(size_t(std::min(kChunk, input.size() - at)));
    if (Status status = input.read(at, chunk.data(), int64_t(chunk.size())); !status)
      return status.failure();
    if (at == 0)
      chunk.replace(kLengthBytes + kChecksumHead.size(), kNoChecksum.size(), kNoChecksum);
    crc = extend(crc, chunk.data(), chunk.size());
  }
  const std::string stored(header.substr(kChecksumHead.size(), kNoChecksum.size()));
  if (stored == digits(crc))
    return true;
  return input.fail("is damaged: its checksum is " + printable(stored) + ", but its bytes have " +
                    digits(crc));
}

} // namespace lamina::runtime
