// Reads and writes .npy files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Npy.h"

#include "NpyHeader.h"
#include "lamina/Output.h"

#include <cstring>

namespace lamina::runtime {
namespace {

/// NumPy itself refuses longer ones; a header of numbers needs a few hundred bytes.
constexpr int64_t kMaxHeader = 1 << 16;
constexpr std::string_view kMagic = "\x93NUMPY";

Failure noNpy(const Input &input) {
  if (input.startsWith("PK\x03\x04"))
    return input.fail("is a zip archive, not a .npy file; name it FILE.npz:MEMBER");
  if (input.startsWith("\x80"))
    return input.fail("is no .npy file but perhaps a Python pickle, which could run code; save it "
                      "with numpy.save");
  if (input.size() == 0)
    return input.fail("is empty");
  return input.fail("is no .npy file: it does not begin with '\\x93NUMPY'");
}

/// Finds the header's text; `data` becomes the offset of the array.
Result<std::string> readHeader(const Input &input, int64_t &data) {
  unsigned char prefix[12] = {};
  if (!input.startsWith(kMagic))
    return noNpy(input);
  if (input.size() < 10)
    return input.fail("ends within its header at byte " + std::to_string(input.size()));
  if (Status status = input.read(0, prefix, std::min<int64_t>(input.size(), 12)); !status)
    return status.failure();
  const int major = prefix[6], minor = prefix[7];
  if (major < 1 || major > 3 || minor != 0)
    return input.fail("has version " + std::to_string(major) + "." + std::to_string(minor) +
                      " of the .npy format; 1.0, 2.0 and 3.0 are known");
  const int64_t start = major == 1 ? 10 : 12;
  int64_t length = prefix[8] | prefix[9] << 8;
  if (major > 1)
    length |= int64_t(prefix[10]) << 16 | int64_t(prefix[11]) << 24;
  if (length > kMaxHeader || start + length > input.size())
    return input.fail("has a header of " + std::to_string(length) + " bytes, but the file has " +
                      std::to_string(input.size()) + " and a header at most " +
                      std::to_string(kMaxHeader));
  std::string text(size_t(length), '\0');
  if (Status status = input.read(start, text.data(), length); !status)
    return status.failure();
  if (text.empty() || text.back() != '\n')
    return input.fail("has a header that does not end in a newline");
  data = start + length;
  return text;
}

const char *codeOf(ElementType type) {
  static constexpr const char *kCodes[] = {"<f4", "<f8", "<f4", "<f2", "|i1",
                                           "|u1", "<i4", "<i8", "|b1"};
  return kCodes[int32_t(type)];
}

/// Where the elements begin and how they lie.
Result<Layout> readLayout(const Input &input, int64_t &data) {
  Result<std::string> header = readHeader(input, data);
  if (!header)
    return header.failure();
  Result<Layout> layout = parseNpyHeader(*header);
  if (!layout)
    return input.fail(layout.error());
  std::optional<int64_t> bytes = countBytes(layout->shape, storedSize(layout->type));
  if (!bytes)
    return input.fail("its shape " + printShape(layout->shape) + " is too large");
  if (*bytes != input.size() - data)
    return input.fail("holds " + std::to_string(input.size() - data) +
                      " bytes of data, but its shape " + printShape(layout->shape) + " needs " +
                      std::to_string(*bytes));
  return layout;
}

} // namespace

Result<Array> readNpy(const Input &input) {
  int64_t data = 0;
  Result<Layout> layout = readLayout(input, data);
  return layout ? decode(input, data, *layout) : layout.failure();
}

Result<StoredArray> openNpy(Input input) {
  int64_t data = 0;
  Result<Layout> layout = readLayout(input, data);
  if (!layout)
    return layout.failure();
  return StoredArray{std::move(input), data, std::move(*layout)};
}

Status writeNpy(Output &output, const Array &array) {
  if (array.type() == ElementType::BF16) {
    Result<Array> wide = cast(array, ElementType::F32);
    return wide ? writeNpy(output, *wide) : wide.failure();
  }
  const std::string header = npyHeader(array);
  if (Status status = output.write(header); !status)
    return status;
  return output.write(std::span(array.data(), array.sizeInBytes()));
}

std::string npyHeader(const Array &array) {
  std::string header =
      std::string("{'descr': '") + codeOf(array.type()) + "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < array.rank(); ++i)
    header += std::to_string(array.shape()[i]) + (i + 1 < array.rank() ? ", "
                                                  : array.rank() == 1  ? ","
                                                                       : "");
  header += "), }";
  // The data begin at a multiple of 64, as in NumPy's own files.
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  const std::string prefix = {
      '\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0, char(header.size() & 255), char(header.size() >> 8)};
  return prefix + header;
}

} // namespace lamina::runtime
