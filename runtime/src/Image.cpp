// A picture of either format.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Image.h"

namespace lamina::runtime {

Result<Array> readImage(const std::string &path) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  return input->startsWith("\x89PNG") ? readPng(*input) : readJpeg(*input);
}

} // namespace lamina::runtime
