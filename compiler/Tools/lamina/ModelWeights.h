// Where the weights of a run or an object come from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_MODELWEIGHTS_H
#define COMPILER_TOOLS_LAMINA_MODELWEIGHTS_H

#include "compiler/Tools/lamina/Compilation.h"
#include "compiler/Tools/lamina/Signature.h"

#include <optional>
#include <string>

namespace lamina::tool {

struct WeightSource {
  std::string file; ///< `--weights`
  std::string map;  ///< `--map`
  bool random = false;
  uint64_t seed = 0;
};

/// The tensors of a model by path; what may be missing and is, is absent.
struct ModelWeights {
  std::vector<std::string> names;
  std::vector<runtime::Array> arrays;

  /// As `pack` takes them; they point into this.
  std::vector<lamina_tensor> tensors() const;
  std::vector<runtime::NamedArray> named() const;
};

/// Reads `--weights`, through `--map`. Nothing after an error message.
std::optional<ModelWeights> readWeights(const Invocation &invocation, const WeightSource &source,
                                        const sema::Model &model);

/// The same for parameters that are listed.
std::optional<ModelWeights> readWeights(const Invocation &invocation, const WeightSource &source,
                                        const std::vector<runtime::ParameterSpec> &specs);
std::optional<runtime::Safetensors> openWeights(const Invocation &invocation,
                                                const std::string &path);

/// Every parameter's initial value, which the IR of `compilation` computes.
std::optional<ModelWeights> initialWeights(const Invocation &invocation, Compilation &compilation,
                                           const sema::Model &model, uint64_t seed);

/// `--save-weights`, on the other side of `--map` if there is one.
bool saveWeights(const Invocation &invocation, const ModelWeights &weights,
                 const WeightSource &source, const std::string &path);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_MODELWEIGHTS_H
