// Folders of images, one a class.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ImageSources.h"

#include "lamina/Image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace lamina::runtime {
namespace {

namespace fs = std::filesystem;

struct ImageFile {
  std::string path;
  int64_t label = -1;
};

/// The names in a folder, sorted; those that begin with a dot are left out.
Result<std::vector<fs::directory_entry>> entriesOf(const std::string &folder) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  fs::directory_iterator found(folder, error);
  for (; !error && found != fs::directory_iterator(); found.increment(error))
    if (!found->path().filename().string().starts_with("."))
      entries.push_back(*found);
  if (error)
    return Failure{printable(folder) + ": cannot be read: " + error.message()};
  std::sort(entries.begin(), entries.end());
  return entries;
}

Status listImages(const std::string &folder, int64_t label, std::vector<ImageFile> &files) {
  Result<std::vector<fs::directory_entry>> entries = entriesOf(folder);
  if (!entries)
    return entries.failure();
  for (const fs::directory_entry &entry : *entries) {
    std::string ending = entry.path().extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : char(c); });
    if (ending != ".png" && ending != ".jpg" && ending != ".jpeg")
      return Failure{printable(entry.path().string()) +
                     ": is no .png or .jpg file, and a folder of images holds nothing else"};
    files.push_back({entry.path().string(), label});
  }
  return {};
}

/// The images of a folder: those of each class after the other, or, without classes, its own.
Result<std::vector<ImageFile>> listClasses(const std::string &folder,
                                           std::vector<std::string> &classes) {
  Result<std::vector<fs::directory_entry>> entries = entriesOf(folder);
  if (!entries)
    return entries.failure();
  std::error_code ignored; // what is no folder is taken for an image, and told there
  std::vector<ImageFile> files;
  const bool hasClasses = !entries->empty() && entries->front().is_directory(ignored);
  if (!hasClasses)
    if (Status status = listImages(folder, -1, files); !status)
      return status.failure();
  const bool isFirst = classes.empty();
  for (const fs::directory_entry &entry : *entries) {
    if (!hasClasses)
      break;
    const std::string name = entry.path().filename().string();
    if (isFirst)
      classes.push_back(name);
    const auto known = std::find(classes.begin(), classes.end(), name);
    if (known == classes.end())
      return Failure{printable(entry.path().string()) +
                     ": is a class that the first folder of images does not have"};
    if (Status status = listImages(entry.path().string(), known - classes.begin(), files); !status)
      return status.failure();
  }
  if (files.empty())
    return Failure{printable(folder) + ": holds no images"};
  return files;
}

/// How a column wants its images: where the channels stand and how many there are.
struct Layout {
  int64_t channels = 0;
  bool isFirst = false;
};

std::optional<Layout> layoutOf(const Shape &shape, int64_t size) {
  auto isChannels = [](int64_t extent) { return extent == 1 || extent == 3 || extent == 4; };
  if (shape == Shape{size, size})
    return Layout{1, false};
  if (shape.size() == 3 && isChannels(shape[2]) && shape[0] == size && shape[1] == size)
    return Layout{shape[2], false};
  if (shape.size() == 3 && isChannels(shape[0]) && shape[1] == size && shape[2] == size)
    return Layout{shape[0], true};
  return std::nullopt;
}

/// Channel `channel` of `wanted` at a pixel: grey is the luma of ITU-R BT.601, what lacks alpha is
/// opaque.
uint8_t channelOf(const uint8_t *pixel, int64_t has, int64_t wanted, int64_t channel) {
  constexpr double kRed = 0.299, kGreen = 0.587, kBlue = 0.114;
  if (wanted == 1 && has >= 3)
    return uint8_t(std::lround(kRed * pixel[0] + kGreen * pixel[1] + kBlue * pixel[2]));
  if (channel == 3)
    return has == 4 ? pixel[3] : UINT8_MAX;
  return has == 1 ? pixel[0] : pixel[channel];
}

void putImage(const Array &image, const Layout &layout, uint8_t *to) {
  const int64_t pixels = image.shape()[0] * image.shape()[1], has = image.shape()[2];
  for (int64_t i = 0; i < pixels; ++i)
    for (int64_t c = 0; c < layout.channels; ++c)
      to[layout.isFirst ? c * pixels + i : i * layout.channels + c] =
          channelOf(image.as<uint8_t>() + i * has, has, layout.channels, c);
}

/// One file as bytes, its middle in a square of `size`.
Result<Array> readSquare(const std::string &path, int64_t size) {
  Result<Array> image = readImage(path);
  if (!image)
    return image;
  return squareImage(*image, size);
}

/// Images that are decoded where they are needed.
class FolderImages : public RowSource {
public:
  FolderImages(std::vector<ImageFile> files, int64_t size, Layout layout)
      : files(std::move(files)), size(size), layout(layout) {}

  ElementType type() const override { return ElementType::U8; }
  Status read(int64_t first, int64_t count, std::byte *to) const override {
    const int64_t bytes = size * size * layout.channels;
    for (int64_t i = 0; i < count; ++i) {
      Result<Array> image = readSquare(files[size_t(first + i)].path, size);
      if (!image)
        return image.failure();
      putImage(*image, layout, reinterpret_cast<uint8_t *>(to + i * bytes));
    }
    return {};
  }

private:
  std::vector<ImageFile> files;
  int64_t size;
  Layout layout;
};

/// Whether the folder has what a column reads.
Status checkColumn(const std::string &folder, const ColumnSpec &spec, int64_t size,
                   bool hasLabels) {
  const bool isImage = spec.member == "image";
  if (isImage && !layoutOf(spec.shape, size))
    return Failure{printable(folder) + ": images of size " + std::to_string(size) + " do not fit " +
                   printShape(spec.shape)};
  if (!isImage && (spec.member != "label" || !hasLabels || !spec.shape.empty()))
    return Failure{printable(folder) + ": has " +
                   (hasLabels ? "'image' and 'label', a number"
                              : "'image' alone, since it holds no folders of classes") +
                   ", not '" + printable(spec.member) + "' of " + printShape(spec.shape)};
  return {};
}

Result<ColumnPiece> readLabels(const std::vector<ImageFile> &files) {
  Result<Array> labels = Array::create(ElementType::I64, {int64_t(files.size())});
  if (!labels)
    return labels.failure();
  for (size_t row = 0; row < files.size(); ++row)
    labels->as<int64_t>()[row] = files[row].label;
  return ColumnPiece(std::move(*labels));
}

/// All images of a column, decoded now where they fit.
Result<ColumnPiece> openImages(const std::vector<ImageFile> &files, const ColumnSpec &spec,
                               int64_t size, int64_t inMemory) {
  const auto rows = int64_t(files.size());
  auto source = std::make_unique<FolderImages>(files, size, *layoutOf(spec.shape, size));
  Shape shape = spec.shape;
  shape.insert(shape.begin(), rows);
  if (countBytes(shape, 1).value_or(INT64_MAX) > inMemory)
    return ColumnPiece(rows, std::move(source));
  Result<Array> array = Array::create(ElementType::U8, shape);
  if (!array)
    return array.failure();
  if (Status status = source->read(0, rows, array->data()); !status)
    return status.failure();
  return ColumnPiece(std::move(*array));
}

} // namespace

Result<std::vector<ColumnPiece>> openImageFolder(const std::string &folder, int64_t size,
                                                 std::span<const ColumnSpec> specs,
                                                 std::vector<std::string> &classes,
                                                 int64_t inMemory) {
  Result<std::vector<ImageFile>> files = listClasses(folder, classes);
  if (!files)
    return files.failure();
  const bool hasLabels = files->front().label >= 0;
  for (const ColumnSpec &spec : specs)
    if (Status status = checkColumn(folder, spec, size, hasLabels); !status)
      return status.failure();
  std::vector<ColumnPiece> pieces;
  for (const ColumnSpec &spec : specs) {
    Result<ColumnPiece> piece =
        spec.member == "label" ? readLabels(*files) : openImages(*files, spec, size, inMemory);
    if (!piece)
      return piece.failure();
    pieces.push_back(std::move(*piece));
  }
  return pieces;
}

} // namespace lamina::runtime
