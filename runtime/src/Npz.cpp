// Reads members of .npz archives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Npz.h"

#include "ZipSource.h"
#include "lamina/Npy.h"

#include <new>

namespace lamina::runtime {
namespace {

constexpr zip_int64_t kMaxMembers = 100'000;

std::string stem(std::string_view member) {
  return std::string(member.ends_with(".npy") ? member.substr(0, member.size() - 4) : member);
}

/// The index of the member `name`.
Result<zip_uint64_t> find(const Input &input, zip_t *archive, const std::string &name) {
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  if (count > kMaxMembers)
    return input.fail("has more than " + std::to_string(kMaxMembers) + " members");
  zip_int64_t found = -1;
  std::string others;
  for (zip_int64_t i = 0; i < count; ++i) {
    const char *member = zip_get_name(archive, zip_uint64_t(i), ZIP_FL_ENC_GUESS);
    if (member && i < 10)
      others += (i ? ", '" : "'") + printable(stem(member)) + "'";
    if (!member || stem(member) != name)
      continue;
    if (found >= 0)
      return input.fail("has two members '" + printable(name) + "'");
    found = i;
  }
  if (found >= 0)
    return zip_uint64_t(found);
  if (count > 10)
    others += ", ...";
  return input.fail("has no member '" + printable(name) + "'" +
                    (count ? "; it has " + others : std::string("; it is empty")));
}

Status checkMember(const Input &input, const std::string &name, const zip_stat_t &stat) {
  const std::string member = "member '" + printable(name) + "' ";
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((stat.valid & kNeeded) != kNeeded)
    return input.fail(member + "has an incomplete entry");
  if (stat.encryption_method != ZIP_EM_NONE)
    return input.fail(member + "is encrypted");
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    return input.fail(member + "is compressed by method " + std::to_string(stat.comp_method) +
                      "; stored and deflated ones can be read");
  if (stat.size > INT64_MAX || !isPlausibleExpansion(input.size(), int64_t(stat.size)))
    return input.fail(
        member + "unpacks to " + std::to_string(stat.size) +
        " bytes, more than 200 times the archive, and is taken for a decompression bomb");
  return {};
}

/// The member's bytes; libzip checks their CRC.
Result<std::vector<std::byte>> unpack(const Input &input, zip_t *archive, zip_uint64_t index,
                                      const zip_stat_t &stat) {
  std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(archive, index, 0),
                                                          zip_fclose);
  if (!file)
    return input.fail(std::string("a member cannot be opened: ") + zip_strerror(archive));
  try {
    std::vector<std::byte> bytes(stat.size);
    const zip_int64_t got = zip_fread(file.get(), bytes.data(), stat.size);
    char more = 0;
    if (got != zip_int64_t(stat.size) || zip_fread(file.get(), &more, 1) != 0)
      return input.fail(std::string("a member is damaged: ") +
                        zip_error_strerror(zip_file_get_error(file.get())));
    return bytes;
  } catch (const std::bad_alloc &) {
    return input.fail("not enough memory to unpack " + std::to_string(stat.size) + " bytes");
  }
}

} // namespace

Result<Array> readNpz(const Input &input, const std::string &name) {
  if (!input.startsWith("PK"))
    return input.fail("is no .npz file: it is no zip archive");
  Result<ZipArchive> archive = openZip(input);
  if (!archive)
    return archive.failure();
  Result<zip_uint64_t> index = find(input, archive->get(), name);
  if (!index)
    return index.failure();
  zip_stat_t stat;
  if (zip_stat_index(archive->get(), *index, 0, &stat) != 0)
    return input.fail("a member has no entry");
  if (Status status = checkMember(input, name, stat); !status)
    return status.failure();
  Result<std::vector<std::byte>> bytes = unpack(input, archive->get(), *index, stat);
  if (!bytes)
    return bytes.failure();
  return readNpy(Input::fromMemory(input.name() + ":" + name, std::move(*bytes)));
}

} // namespace lamina::runtime
