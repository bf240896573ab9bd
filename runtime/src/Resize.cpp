// Brings images to a size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Image.h"

#include <algorithm>
#include <cmath>

namespace lamina::runtime {
namespace {

/// Which pixels a place of a scaled line is made of, with their weights.
struct Taps {
  int64_t first = 0;
  std::vector<double> weights;
};

/// Linear interpolation between pixels' centres; where the line shrinks, over as many pixels as
/// fall on one.
std::vector<Taps> tapsOf(int64_t from, double begin, double length, int64_t to) {
  const double scale = length / double(to), reach = std::max(scale, 1.0);
  std::vector<Taps> all;
  for (int64_t i = 0; i < to; ++i) {
    const double centre = begin + (double(i) + 0.5) * scale;
    Taps taps;
    taps.first = std::clamp<int64_t>(int64_t(std::floor(centre - reach + 0.5)), 0, from - 1);
    const int64_t last = std::clamp<int64_t>(int64_t(std::ceil(centre + reach - 0.5)), 1, from);
    double sum = 0;
    for (int64_t k = taps.first; k < std::max(last, taps.first + 1); ++k) {
      taps.weights.push_back(std::max(0.0, 1 - std::abs(double(k) + 0.5 - centre) / reach));
      sum += taps.weights.back();
    }
    if (sum <= 0) // a place beyond the border
      taps.weights.assign(taps.weights.size(), sum = 1);
    for (double &weight : taps.weights)
      weight /= sum;
    all.push_back(std::move(taps));
  }
  return all;
}

} // namespace

Result<Array> squareImage(const Array &image, int64_t size) {
  const int64_t rows = image.shape()[0], columns = image.shape()[1], channels = image.shape()[2];
  const int64_t side = std::min(rows, columns);
  const std::vector<Taps> down = tapsOf(rows, double(rows - side) / 2, double(side), size);
  const std::vector<Taps> along = tapsOf(columns, double(columns - side) / 2, double(side), size);
  Result<Array> square = Array::create(ElementType::U8, {size, size, channels});
  if (!square)
    return square;
  const double white = isFloat(image.type()) ? UINT8_MAX : 1;
  std::vector<double> line(size_t(columns * channels));
  for (int64_t y = 0; y < size; ++y) {
    std::fill(line.begin(), line.end(), 0.0);
    const Taps &vertical = down[size_t(y)];
    for (size_t k = 0; k < vertical.weights.size(); ++k)
      for (int64_t i = 0; i < columns * channels; ++i)
        line[size_t(i)] += vertical.weights[k] *
                           image.valueAt((vertical.first + int64_t(k)) * columns * channels + i);
    for (int64_t x = 0; x < size; ++x)
      for (int64_t c = 0; c < channels; ++c) {
        const Taps &horizontal = along[size_t(x)];
        double value = 0;
        for (size_t k = 0; k < horizontal.weights.size(); ++k)
          value +=
              horizontal.weights[k] * line[size_t((horizontal.first + int64_t(k)) * channels + c)];
        square->as<uint8_t>()[(y * size + x) * channels + c] =
            uint8_t(std::lround(std::clamp(value * white, 0.0, double(UINT8_MAX))));
      }
  }
  return square;
}

} // namespace lamina::runtime
