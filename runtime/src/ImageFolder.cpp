// Folders of images, one a class.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ImageSources.h"

#include "lamina/Image.h"

#include <algorithm>
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
    return uint8_t(kRed * pixel[0] + kGreen * pixel[1] + kBlue * pixel[2] + 0.5);
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

} // namespace

Result<std::vector<Array>> readImageFolder(const std::string &folder, int64_t size,
                                           std::span<const ColumnSpec> specs,
                                           std::vector<std::string> &classes) {
  Result<std::vector<ImageFile>> files = listClasses(folder, classes);
  if (!files)
    return files.failure();
  std::vector<Array> arrays;
  const auto rows = int64_t(files->size());
  for (const ColumnSpec &spec : specs) {
    const bool isImage = spec.member == "image";
    if (isImage && !layoutOf(spec.shape, size))
      return Failure{printable(folder) + ": images of size " + std::to_string(size) +
                     " do not fit " + printShape(spec.shape)};
    if (!isImage && (spec.member != "label" || files->front().label < 0 || !spec.shape.empty()))
      return Failure{printable(folder) + ": has " +
                     (files->front().label < 0
                          ? "'image' alone, since it holds no folders of classes"
                          : "'image' and 'label', a number") +
                     ", not '" + printable(spec.member) + "' of " + printShape(spec.shape)};
    Shape shape = spec.shape;
    shape.insert(shape.begin(), rows);
    Result<Array> array = Array::create(isImage ? ElementType::U8 : ElementType::I64, shape);
    if (!array)
      return Failure{printable(folder) + ": " + array.error()};
    arrays.push_back(std::move(*array));
  }
  for (int64_t row = 0; row < rows; ++row) {
    std::optional<Array> image; // decoded once for all columns
    for (size_t i = 0; i < specs.size(); ++i) {
      if (specs[i].member == "label") {
        arrays[i].as<int64_t>()[row] = (*files)[size_t(row)].label;
        continue;
      }
      if (!image) {
        Result<Array> read = readSquare((*files)[size_t(row)].path, size);
        if (!read)
          return read.failure();
        image.emplace(std::move(*read));
      }
      putImage(*image, *layoutOf(specs[i].shape, size),
               arrays[i].as<uint8_t>() + row * (arrays[i].size() / rows));
    }
  }
  return arrays;
}

} // namespace lamina::runtime
