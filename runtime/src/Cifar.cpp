// The binary format of CIFAR-10.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ImageSources.h"

#include <cstring>
#include <filesystem>

namespace lamina::runtime {
namespace {

constexpr int64_t kImageBytes = 3 * 32 * 32, kRecordBytes = 1 + kImageBytes;
constexpr int64_t kClasses = 10;

/// The records of the files, one after the other.
Result<std::vector<std::byte>> readRecords(const std::string &path) {
  std::vector<std::string> paths = {path};
  std::error_code ignored; // what cannot be looked at is reported where it is opened
  if (std::filesystem::is_directory(path, ignored)) {
    paths.clear();
    for (int number = 1; number <= 5; ++number)
      paths.push_back(path + "/data_batch_" + std::to_string(number) + ".bin");
  }
  std::vector<std::byte> all;
  for (const std::string &one : paths) {
    Result<Input> input = Input::open(one);
    if (!input)
      return input.failure();
    if (input->size() == 0 || input->size() % kRecordBytes != 0)
      return input->fail("has " + std::to_string(input->size()) +
                         " bytes; records of CIFAR-10 have " + std::to_string(kRecordBytes));
    Result<std::vector<std::byte>> bytes = input->readAll();
    if (!bytes)
      return bytes;
    for (int64_t at = 0; at < input->size(); at += kRecordBytes)
      if (const int label = int((*bytes)[size_t(at)]); label >= kClasses)
        return input->fail("record " + std::to_string(at / kRecordBytes + 1) + " has the label " +
                           std::to_string(label) + ", but there are " + std::to_string(kClasses) +
                           " classes");
    all.insert(all.end(), bytes->begin(), bytes->end());
  }
  return all;
}

} // namespace

Result<std::vector<Array>> readCifar10(const std::string &path, std::span<const ColumnSpec> specs) {
  Result<std::vector<std::byte>> records = readRecords(path);
  if (!records)
    return records.failure();
  const auto rows = int64_t(records->size()) / kRecordBytes;
  std::vector<Array> arrays;
  for (const ColumnSpec &spec : specs) {
    const bool isImage = spec.member == "image";
    const int64_t wanted = countElements(spec.shape).value_or(-1);
    if ((isImage && wanted != kImageBytes) || (!isImage && (spec.member != "label" || wanted != 1)))
      return Failure{printable(path) + ": has 'image', [3, 32, 32], and 'label', a number, not '" +
                     printable(spec.member) + "' of " + printShape(spec.shape)};
    Shape shape = spec.shape;
    shape.insert(shape.begin(), rows);
    Result<Array> array = Array::create(isImage ? ElementType::U8 : ElementType::I64, shape);
    if (!array)
      return Failure{printable(path) + ": " + array.error()};
    for (int64_t row = 0; row < rows; ++row) {
      const std::byte *record = records->data() + row * kRecordBytes;
      if (isImage)
        std::memcpy(array->data() + row * kImageBytes, record + 1, kImageBytes);
      else
        array->as<int64_t>()[row] = int64_t(record[0]);
    }
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

} // namespace lamina::runtime
