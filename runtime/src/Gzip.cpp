// Inflates gzip streams with a bound.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Gzip.h"

#include "ScratchFile.h"

#include <algorithm>
#include <new>
#include <optional>
#include <zlib.h>

namespace lamina::runtime {
namespace {

/// Bytes that lie in memory until they are too many.
class Unpacked {
public:
  Unpacked(std::string name, int64_t inMemory) : name(std::move(name)), inMemory(inMemory) {}

  int64_t size() const { return file ? file->size() : int64_t(bytes.size()); }

  Status put(std::span<const std::byte> more) {
    if (file)
      return file->write(more);
    bytes.insert(bytes.end(), more.begin(), more.end());
    if (size() <= inMemory)
      return {};
    Result<ScratchFile> made = ScratchFile::create(name);
    if (!made)
      return made.failure();
    file.emplace(std::move(*made));
    const std::vector<std::byte> all = std::exchange(bytes, {});
    return file->write(all);
  }

  Result<Input> finish() {
    return file ? file->finish() : Result(Input::fromMemory(name, std::move(bytes)));
  }

private:
  std::string name;
  int64_t inMemory;
  std::vector<std::byte> bytes;
  std::optional<ScratchFile> file;
};

/// One inflation; zlib's state ends with it.
class Inflater {
public:
  Inflater(const Input &input, int64_t inMemory) : input(input), unpacked(input.name(), inMemory) {
    stream.next_out = target;
    stream.avail_out = sizeof target;
  }
  ~Inflater() { inflateEnd(&stream); }

  Result<Input> run() {
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
    return unpacked.finish();
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
    if (Status status = unpacked.put(std::as_bytes(std::span(target, stream.next_out))); !status)
      return status;
    stream.next_out = target;
    stream.avail_out = sizeof target;
    if (!isPlausibleExpansion(input.size(), unpacked.size()))
      return input.fail("unpacks to more than 200 times its size and is taken for a decompression "
                        "bomb; unpack it yourself");
    return {};
  }

  const Input &input;
  int64_t consumed = 0;
  Bytef source[1 << 15];
  Bytef target[1 << 16];
  z_stream stream = {};
  Unpacked unpacked;
};

bool endsWith(const std::string &name, std::string_view end) {
  return name.size() >= end.size() &&
         std::string_view(name).substr(name.size() - end.size()) == end;
}

} // namespace

Result<Input> unpackGzip(Input input, int64_t inMemory) {
  const bool isNamed = endsWith(input.name(), ".gz"), isPacked = input.startsWith("\x1f\x8b");
  if (!isNamed && !isPacked)
    return input;
  if (!isNamed)
    return input.fail("is compressed with gzip; give it a name that ends in '.gz'");
  if (!isPacked)
    return input.fail("is named '.gz' but is not compressed with gzip");
  try {
    return Inflater(input, inMemory).run();
  } catch (const std::bad_alloc &) {
    return input.fail("not enough memory to unpack it");
  }
}

} // namespace lamina::runtime
