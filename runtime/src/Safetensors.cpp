// Opens, reads and writes safetensors files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Safetensors.h"

#include "SafetensorsChecksum.h"
#include "lamina/Output.h"

#include <new>
#include <nlohmann/json.hpp>

namespace lamina::runtime {

Safetensors::Safetensors(Input input, SafetensorsHeader contents, int64_t data)
    : input(std::move(input)), contents(std::move(contents)), data(data) {
  for (size_t i = 0; i < this->contents.tensors.size(); ++i)
    byName.emplace(this->contents.tensors[i].name, i);
}

Result<Safetensors> Safetensors::open(Input input, const SafetensorsLimits &limits) {
  unsigned char prefix[8];
  if (input.size() < 8)
    return input.fail(input.size() ? "is too short for a safetensors file: " +
                                         std::to_string(input.size()) + " bytes"
                                   : "is empty");
  if (Status status = input.read(0, prefix, 8); !status)
    return status.failure();
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | prefix[i];
  if (length > uint64_t(input.size() - 8))
    return input.fail("is no safetensors file: its header would have " + std::to_string(length) +
                      " bytes, but the file has " + std::to_string(input.size()));
  if (length < 2 || length > uint64_t(limits.headerBytes))
    return input.fail("has a header of " + std::to_string(length) + " bytes; 2 to " +
                      std::to_string(limits.headerBytes) + " are possible");
  std::string json(size_t(length), '\0');
  if (Status status = input.read(8, json.data(), int64_t(length)); !status)
    return status.failure();
  const int64_t data = 8 + int64_t(length);
  Result<SafetensorsHeader> header = parseSafetensorsHeader(json, input.size() - data, limits);
  if (!header)
    return input.fail(header.error());
  Result<bool> verified = verifyChecksum(input, json);
  if (!verified)
    return verified.failure();
  Safetensors file(std::move(input), std::move(*header), data);
  file.hasChecksum = *verified;
  return file;
}

const TensorEntry *Safetensors::find(const std::string &name) const {
  auto found = byName.find(name);
  return found == byName.end() ? nullptr : &contents.tensors[found->second];
}

Result<Array> Safetensors::read(const TensorEntry &entry) const {
  return decode(input, data + entry.begin, {entry.type, entry.shape});
}

namespace {

const char *codeOf(ElementType type) {
  static constexpr const char *kCodes[] = {"F32", "F64", "BF16", "F16", "I8",
                                           "U8",  "I32", "I64",  "BOOL"};
  return kCodes[int32_t(type)];
}

std::string headerText(std::span<const NamedArray> arrays,
                       const std::map<std::string, std::string> &metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  nlohmann::ordered_json &notes = header["__metadata__"];
  notes["checksum"] = kNoChecksum;
  for (const auto &[key, value] : metadata)
    notes[key] = value;
  int64_t offset = 0;
  for (const NamedArray &named : arrays) {
    const int64_t end = offset + int64_t(named.array->sizeInBytes());
    header[named.name] = {{"dtype", codeOf(named.array->type())},
                          {"shape", named.array->shape()},
                          {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  // The data begin at a multiple of 8, so that a mapping of the file is aligned.
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

} // namespace

Status writeSafetensors(const std::string &path, std::span<const NamedArray> arrays,
                        const std::map<std::string, std::string> &metadata) try {
  std::string text = headerText(arrays, metadata);
  std::string prefix(8, '\0');
  for (int i = 0; i < 8; ++i)
    prefix[size_t(i)] = char(text.size() >> (8 * i));
  writeChecksum(prefix, text, arrays);
  Result<Output> output = Output::create(path);
  if (!output)
    return output.failure();
  if (Status status = output->write(prefix + text); !status)
    return status;
  for (const NamedArray &named : arrays)
    if (Status status = output->write(std::span(named.array->data(), named.array->sizeInBytes()));
        !status)
      return status;
  return output->commit();
} catch (const nlohmann::json::exception &) {
  return Failure{printable(path) + ": a tensor's name is no UTF-8"};
} catch (const std::bad_alloc &) {
  return Failure{printable(path) + ": not enough memory"};
}

} // namespace lamina::runtime
