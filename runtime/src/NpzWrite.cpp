// Writes .npz archives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ZipSource.h"
#include "lamina/Npy.h"
#include "lamina/Npz.h"
#include "lamina/Output.h"

#include <cstring>
#include <new>

namespace lamina::runtime {
namespace {

/// Adds one member; the bytes stay in `kept` until the archive is written.
bool add(zip_t *archive, const NamedArray &named, std::vector<std::vector<std::byte>> &kept) {
  Result<Array> wide = named.array->type() == ElementType::BF16
                           ? cast(*named.array, ElementType::F32)
                           : named.array->copy();
  if (!wide)
    throw std::bad_alloc();
  const std::string header = npyHeader(*wide);
  std::vector<std::byte> &bytes = kept.emplace_back(header.size() + wide->sizeInBytes());
  std::memcpy(bytes.data(), header.data(), header.size());
  std::memcpy(bytes.data() + header.size(), wide->data(), wide->sizeInBytes());
  zip_source_t *source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
  const zip_int64_t index =
      source ? zip_file_add(archive, (named.name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  // Zip's first day, so that equal arrays give equal files.
  static constexpr zip_uint16_t kFirstDay = (1 << 5) | 1;
  return zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_STORE, 0) == 0 &&
         zip_file_set_dostime(archive, zip_uint64_t(index), 0, kFirstDay, 0) == 0;
}

/// The archive's bytes, from the source that libzip wrote it to.
std::vector<std::byte> contents(zip_source_t *source) {
  std::vector<std::byte> bytes;
  zip_stat_t stat;
  if (zip_source_stat(source, &stat) == 0 && zip_source_open(source) == 0) {
    bytes.resize(stat.size);
    if (zip_source_read(source, bytes.data(), bytes.size()) != zip_int64_t(bytes.size()))
      bytes.clear();
    zip_source_close(source);
  }
  return bytes;
}

} // namespace

Status writeNpz(Output &output, std::span<const NamedArray> arrays) try {
  const std::string &path = output.name();
  std::vector<std::vector<std::byte>> kept;
  zip_source_t *source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  std::unique_ptr<zip_source_t, decltype(&zip_source_free)> held(source, zip_source_free);
  ZipArchive archive(source ? zip_open_from_source(source, ZIP_TRUNCATE, nullptr) : nullptr);
  if (!archive)
    return Failure{printable(path) + ": not enough memory"};
  zip_source_keep(source);
  for (const NamedArray &named : arrays)
    if (!add(archive.get(), named, kept))
      return Failure{printable(path) + ": member '" + printable(named.name) +
                     "' cannot be written: " + zip_strerror(archive.get())};
  zip_t *closing = archive.release(); // goes with zip_close, unless that fails
  if (zip_close(closing) != 0) {
    archive.reset(closing);
    return Failure{printable(path) + ": cannot be written: " + zip_strerror(closing)};
  }
  const std::vector<std::byte> bytes = contents(source);
  if (bytes.empty())
    return Failure{printable(path) + ": cannot be written: libzip gave no bytes"};
  return output.write(bytes);
} catch (const std::bad_alloc &) {
  return Failure{printable(output.name()) + ": not enough memory"};
}

} // namespace lamina::runtime
