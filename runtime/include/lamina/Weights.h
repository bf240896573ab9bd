// Weight files against a model's parameters, through a map where there is one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_WEIGHTS_H
#define LAMINA_WEIGHTS_H

#include "lamina/Safetensors.h"
#include "lamina/WeightMap.h"

namespace lamina::runtime {

/// A parameter as weight files know it: one path for each position of a `repeat`.
struct ParameterSpec {
  std::string path;
  ElementType type = ElementType::F32;
  Shape shape;             ///< in declaration order
  bool isOptional = false; ///< may be missing: a frozen parameter or state that can be computed
};

struct WeightOptions {
  const WeightMap *map = nullptr; ///< null: names are as they are
  bool allowMissing = false;      ///< take what is there
};

/// Reads the tensor of each parameter, in the order of `parameters`; nothing for an optional one
/// that is missing. A shape may differ by extents of 1. One failure names all missing, extra and
/// mis-shaped tensors, ten of each kind, as notes.
Result<std::vector<std::optional<Array>>> loadWeights(const Safetensors &file,
                                                      std::span<const ParameterSpec> parameters,
                                                      const WeightOptions &options = {});

/// What `arrays`, named by parameter path, are called and look like on the other side of `map`.
/// `reference` is a file in their layout, which undoes `reshape`; it may be null. Names that are
/// not unique and steps that cannot be undone are failures.
struct OwnedArray {
  std::string name;
  Array array;
};
Result<std::vector<OwnedArray>> mapBack(std::span<const NamedArray> arrays, const WeightMap &map,
                                        const Safetensors *reference);

/// One rule's steps on the arrays that it joins (one without `stack`). `piece` chooses the result
/// of `split`.
Result<Array> transform(const Rule &rule, std::vector<Array> sources, int64_t piece);

} // namespace lamina::runtime

#endif // LAMINA_WEIGHTS_H
