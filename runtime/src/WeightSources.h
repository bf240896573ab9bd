// Which tensors of a file make which parameter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_WEIGHTSOURCES_H
#define RUNTIME_SRC_WEIGHTSOURCES_H

#include "lamina/Weights.h"

namespace lamina::runtime {

/// How one parameter is made.
struct Source {
  const Rule *rule = nullptr;               ///< null: the tensor of the same name, as it is
  std::vector<const TensorEntry *> tensors; ///< empty: missing, unless the rule is a constant
  int64_t piece = 0;
  std::string wanted; ///< the name that was looked for, for messages
};

/// Finds the tensors of a parameter by the first rule that makes it. A name that stands for several
/// tensors without `stack` is a failure.
Result<Source> findSource(const Safetensors &file, const std::string &path, const WeightMap *map);

/// The piece of a `split` that the bindings of our name choose.
int64_t pieceOf(const Rule &rule, const Bindings &bindings);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_WEIGHTSOURCES_H
