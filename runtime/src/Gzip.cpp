// Inflates gzip streams with a bound.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Gzip.h"

#include <algorithm>
#include <new>
#include <zlib.h>

namespace lamina::runtime {
namespace {

/// One inflation; zlib's state ends with it.
class Inflater {
public:
  explicit Inflater(const Input &input) : input(input) {
    stream.next_out = target;
    stream.avail_out = sizeof target;
  }
  ~Inflater() { inflateEnd(&stream); }

  Result<std::vector<std::byte>> run() {
    static constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK)
      return input.fail("not enough memory to unpack it");
    for (int state = Z_OK; state != Z_STREAM_END;) {
      if (Status status = feed(); !status)
        return status.failure();
      state = inflate(&stream, Z_NO_FLUSH);
      if (Status status = drain(state); !status)
        return status.failure();
      // A file may hold several streams, one after another.
      if (state == Z_STREAM_END && (stream.avail_in || consumed < input.size())) {
        inflateReset(&stream);
        state = Z_OK;
      }
    }
    return std::move(unpacked);
  }

private:
  Status feed() {
    if (stream.avail_in)
      return {};
    const int64_t count = std::min<int64_t>(int64_t(sizeof source), input.size() - consumed);
    if (count == 0)
      return input.fail("ends within its compressed data");
    stream.next_in = source;
    stream.avail_in = uInt(count);
    consumed += count;
    return input.read(consumed - count, source, count);
  }

  Status drain(int state) {
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
      return input.fail(std::string("has damaged gzip data: ") +
                        (stream.msg ? stream.msg : "inflate failed"));
    const auto *from = reinterpret_cast<const std::byte *>(target);
    unpacked.insert(unpacked.end(), from, from + (stream.next_out - target));
    stream.next_out = target;
    stream.avail_out = sizeof target;
    if (!isPlausibleExpansion(input.size(), int64_t(unpacked.size())))
      return input.fail("unpacks to more than 200 times its size and is taken for a decompression "
                        "bomb; unpack it yourself");
    return {};
  }

  const Input &input;
  int64_t consumed = 0;
  Bytef source[1 << 15];
  Bytef target[1 << 16];
  z_stream stream = {};
  std::vector<std::byte> unpacked;
};

bool endsWith(const std::string &name, std::string_view end) {
  return name.size() >= end.size() &&
         std::string_view(name).substr(name.size() - end.size()) == end;
}

} // namespace

Result<Input> unpackGzip(Input input) {
  const bool isNamed = endsWith(input.name(), ".gz"), isPacked = input.startsWith("\x1f\x8b");
  if (!isNamed && !isPacked)
    return input;
  if (!isNamed)
    return input.fail("is compressed with gzip; give it a name that ends in '.gz'");
  if (!isPacked)
    return input.fail("is named '.gz' but is not compressed with gzip");
  try {
    Result<std::vector<std::byte>> bytes = Inflater(input).run();
    if (!bytes)
      return bytes.failure();
    return Input::fromMemory(input.name(), std::move(*bytes));
  } catch (const std::bad_alloc &) {
    return input.fail("not enough memory to unpack it");
  }
}

} // namespace lamina::runtime
