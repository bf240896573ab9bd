// An image as samples: one a pixel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ImageSources.h"

#include "lamina/Image.h"

namespace lamina::runtime {

Result<Array> readPixels(const std::string &path, const ColumnSpec &column, Shape &grid) {
  Result<Array> image = readImage(path);
  if (!image)
    return image;
  const int64_t height = image->shape()[0], width = image->shape()[1];
  const int64_t channels = image->shape()[2], pixels = height * width;
  grid = {height, width};
  if (column.member != "at" && column.member != "color")
    return Failure{printable(path) + ": an image has 'at' and 'color', not '" +
                   printable(column.member) + "'"};
  const int64_t wanted = countElements(column.shape).value_or(-1);
  const int64_t found = column.member == "at" ? 2 : channels;
  if (wanted != found)
    return Failure{printable(path) + ": '" + column.member + "' of a pixel has " +
                   std::to_string(found) + " elements, but " + printShape(column.shape) +
                   " is read"};
  Result<Array> array = Array::create(ElementType::F32, {pixels, found});
  if (!array)
    return array;
  constexpr float kWhite = 255;
  const float scale = isFloat(image->type()) ? 1 : kWhite;
  auto middle = [](int64_t place, int64_t extent) {
    return (2 * float(place) + 1) / float(extent) - 1;
  };
  for (int64_t i = 0; i < pixels * found; ++i) {
    const int64_t pixel = i / found, row = pixel / width, place = pixel % width;
    if (column.member == "color")
      array->as<float>()[i] = float(image->valueAt(i)) / scale;
    else
      array->as<float>()[i] = i % 2 ? middle(place, width) : middle(row, height);
  }
  return array;
}

} // namespace lamina::runtime
