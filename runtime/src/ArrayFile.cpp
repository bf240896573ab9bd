// Reads arrays for a model's inputs and writes those of its outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayFile.h"

#include "ArrayFileKind.h"
#include "lamina/ArrayOps.h"
#include "lamina/Csv.h"
#include "lamina/Idx.h"
#include "lamina/Image.h"
#include "lamina/Npy.h"
#include "lamina/Output.h"

#include <map>

namespace lamina::runtime {
namespace {

bool isImage(FileKind kind) { return kind == FileKind::Png || kind == FileKind::Jpeg; }

Result<Array> readFile(FileName &file, ElementType type) {
  Result<Input> input = Input::open(file.path);
  if (!input)
    return input.failure();
  if (file.kind == FileKind::Stream)
    file.kind = input->startsWith("\x93NUMPY") ? FileKind::Npy : FileKind::Csv;
  switch (file.kind) {
  case FileKind::Npz:
    return readNpz(*input, file.member);
  case FileKind::Csv:
    return readCsv(std::move(*input), type);
  case FileKind::Idx:
    return readIdx(std::move(*input));
  case FileKind::Png:
    return readPng(*input);
  case FileKind::Jpeg:
    return readJpeg(*input);
  case FileKind::Npy:
  case FileKind::Stream:
    break;
  }
  return readNpy(*input);
}

/// Whether an extent of the file fits one of the model.
bool fits(int64_t found, int64_t wanted, bool isBounded) {
  return isBounded ? found <= wanted : found == wanted;
}

bool fitsAll(const Shape &found, size_t first, const InputSpec &input) {
  if (found.size() - first != input.shape.size())
    return false;
  for (size_t i = 0; i < input.shape.size(); ++i)
    if (!fits(found[first + i], input.shape[i], !input.isBounded.empty() && input.isBounded[i]))
      return false;
  return true;
}

std::string printSpec(const InputSpec &input) {
  std::string shape = printShape(input.shape);
  return "'" + input.name + "', which takes " + elementName(input.type) + shape +
         (input.isShared ? "" : ", with or without a batch before it");
}

/// Rows, columns and channels in the order of the input: its axis of extent 1, 3 or 4 is that of
/// the channels.
Result<Array> turnImage(const Array &image, const InputSpec &input) {
  const int64_t channels = image.shape()[2];
  for (int64_t axis : {2, 0, 1}) {
    if (input.shape.size() != 3 || input.shape[size_t(axis)] != channels)
      continue;
    Shape order = {0, 1};
    order.insert(order.begin() + axis, 2);
    Result<Array> turned = permute(image, order);
    if (!turned || turned->shape() == input.shape)
      return turned;
  }
  if (input.shape.size() == 2 && channels == 1 && image.shape()[0] == input.shape[0] &&
      image.shape()[1] == input.shape[1]) {
    Result<Array> grey = image.copy();
    if (grey)
      grey->reshape(input.shape);
    return grey;
  }
  return Failure{"the image has " + std::to_string(image.shape()[0]) + " rows, " +
                 std::to_string(image.shape()[1]) + " columns and " + std::to_string(channels) +
                 " channels and does not fit " + printSpec(input) + "; only data loaders resize"};
}

/// u8 pixels become 0 to 1 in a float input.
Result<Array> scaleImage(Array image, ElementType type) {
  if (!isFloat(type) || image.type() != ElementType::U8)
    return image;
  Result<Array> unit = Array::create(ElementType::F32, image.shape());
  for (int64_t i = 0; unit && i < unit->size(); ++i)
    unit->as<float>()[i] = float(image.as<uint8_t>()[i]) / 255.0f;
  return unit;
}

/// A row of a table is a sample, whatever its axes.
void foldRows(Array &table, const InputSpec &input) {
  if (fitsAll(table.shape(), 0, input) || countElements(input.shape) != table.shape()[1])
    return;
  Shape shape = input.shape;
  shape.insert(shape.begin(), table.shape()[0]);
  if (!input.isShared || shape[0] == 1)
    table.reshape(input.isShared ? input.shape : shape);
}

Result<Array> conform(Array array, FileKind kind, const InputSpec &input) {
  if (isImage(kind)) {
    Result<Array> turned = turnImage(array, input);
    if (!turned)
      return turned;
    turned = scaleImage(std::move(*turned), input.type);
    if (!turned)
      return turned;
    array = std::move(*turned);
  } else if (kind == FileKind::Csv) {
    foldRows(array, input);
  }
  const bool isSample = fitsAll(array.shape(), 0, input);
  if (!isSample && (input.isShared || array.rank() == 0 || !fitsAll(array.shape(), 1, input)))
    return Failure{"the shape " + printShape(array.shape()) + " does not fit " + printSpec(input)};
  if (isSample && !input.isShared) {
    Shape shape = array.shape();
    shape.insert(shape.begin(), 1);
    array.reshape(shape);
  }
  if (array.type() == input.type)
    return array;
  return cast(array, input.type);
}

} // namespace

Result<Array> readInput(const std::string &source, const InputSpec &input) {
  Result<FileName> file = parseFileName(source);
  if (!file)
    return file.failure();
  Result<Array> array = readFile(*file, input.type);
  if (!array)
    return array;
  Result<Array> fitting = conform(std::move(*array), file->kind, input);
  if (!fitting)
    return Failure{printable(source) + ": " + fitting.error()};
  return fitting;
}

Result<Array> readAny(const std::string &source, ElementType type) {
  Result<FileName> file = parseFileName(source);
  return file ? readFile(*file, type) : file.failure();
}

Status checkTarget(const std::string &target) {
  Result<FileName> file = parseFileName(target);
  if (!file)
    return file.failure();
  if (file->kind == FileKind::Idx || file->kind == FileKind::Jpeg || target.ends_with(".gz"))
    return Failure{printable(target) +
                   ": outputs are written as .npy, .csv, .png or members of .npz"};
  return {};
}

Result<std::vector<Output>> prepareOutputs(std::span<const OutputTarget> targets) {
  std::map<std::string, std::vector<NamedArray>> archives;
  std::vector<Output> outputs;
  // Makes the file and has `fill` write it.
  auto prepare = [&](const std::string &path, auto fill) -> Status {
    Result<Output> output = Output::create(path);
    if (!output)
      return output.failure();
    Status status = fill(*output);
    outputs.push_back(std::move(*output));
    return status;
  };
  Status status;
  for (const OutputTarget &target : targets) {
    if (status = checkTarget(target.target); !status)
      return status.failure();
    Result<FileName> file = parseFileName(target.target);
    if (file->kind == FileKind::Npz)
      archives[file->path].push_back({file->member, target.array});
    else
      status = prepare(file->path, [&](Output &output) {
        return file->kind == FileKind::Csv   ? writeCsv(output, *target.array)
               : file->kind == FileKind::Png ? writePng(output, *target.array)
                                             : writeNpy(output, *target.array);
      });
    if (!status)
      return status.failure();
  }
  for (const auto &[path, members] : archives)
    if (status = prepare(path, [&](Output &output) { return writeNpz(output, members); }); !status)
      return status.failure();
  return outputs;
}

Status commitAll(std::span<Output> outputs) {
  for (Output &output : outputs)
    if (Status status = output.commit(); !status)
      return status;
  return {};
}

Status writeOutputs(std::span<const OutputTarget> targets) {
  Result<std::vector<Output>> outputs = prepareOutputs(targets);
  return outputs ? commitAll(*outputs) : outputs.failure();
}

} // namespace lamina::runtime
