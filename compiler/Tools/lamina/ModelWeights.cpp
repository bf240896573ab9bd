// Reads, makes and writes the weights of a model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/ModelWeights.h"

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Tools/lamina/Tensors.h"
#include "lamina/TrainingState.h"

namespace lamina::tool {
namespace {

using runtime::Failure;

std::nullopt_t fail(const Invocation &invocation, const Failure &failure) {
  invocation.console.error(failure);
  return std::nullopt;
}

/// `--map`: an empty optional inside is no map, the outer one an error.
std::optional<std::optional<runtime::WeightMap>> readMap(const Invocation &invocation,
                                                         const std::string &path) {
  if (path.empty())
    return std::optional<runtime::WeightMap>();
  runtime::Result<runtime::WeightMap> map = runtime::WeightMap::open(path);
  if (!map)
    return fail(invocation, map.failure());
  return std::optional<runtime::WeightMap>(std::move(*map));
}

} // namespace

std::optional<runtime::Safetensors> openWeights(const Invocation &invocation,
                                                const std::string &path) {
  runtime::Result<runtime::Input> input = runtime::Input::open(path);
  if (!input)
    return fail(invocation, input.failure());
  runtime::Result<runtime::Safetensors> file = runtime::Safetensors::open(std::move(*input));
  if (!file)
    return fail(invocation, file.failure());
  return std::move(*file);
}

std::vector<lamina_tensor> ModelWeights::tensors() const {
  std::vector<lamina_tensor> list;
  for (size_t i = 0; i < arrays.size(); ++i)
    list.push_back({names[i].c_str(), arrays[i].data(), arrays[i].shape().data(),
                    int32_t(arrays[i].rank()), int32_t(arrays[i].type())});
  return list;
}

std::vector<runtime::NamedArray> ModelWeights::named() const {
  std::vector<runtime::NamedArray> list;
  for (size_t i = 0; i < arrays.size(); ++i)
    list.push_back({names[i], &arrays[i]});
  return list;
}

/// A checkpoint of the same model with other static arguments may fit by its shapes and be another
/// function. Who writes a map has looked.
static bool isOfInstance(const Invocation &invocation, const WeightSource &source,
                         const runtime::Safetensors &file, const std::string &instantiation) {
  const auto &metadata = file.header().metadata;
  const auto found = metadata.find(runtime::kInstantiation);
  auto base = [](const std::string &text) { return text.substr(0, text.find('<')); };
  if (!source.map.empty() || found == metadata.end() || found->second == instantiation ||
      base(found->second) != base(instantiation))
    return true;
  invocation.console.error(source.file + ": holds weights of '" +
                           runtime::printable(found->second) + "', but this is '" + instantiation +
                           "'");
  return false;
}

/// `instantiation` is empty where any will do.
static std::optional<ModelWeights> readFor(const Invocation &invocation, const WeightSource &source,
                                           const std::vector<runtime::ParameterSpec> &specs,
                                           const std::string &instantiation) {
  auto map = readMap(invocation, source.map);
  if (!map)
    return std::nullopt;
  std::optional<runtime::Safetensors> file = openWeights(invocation, source.file);
  if (!file || !isOfInstance(invocation, source, *file, instantiation))
    return std::nullopt;
  auto loaded = runtime::loadWeights(*file, specs, {*map ? &**map : nullptr});
  if (!loaded)
    return fail(invocation, loaded.failure());
  ModelWeights weights;
  for (size_t i = 0; i < specs.size(); ++i)
    if ((*loaded)[i]) {
      weights.names.push_back(specs[i].path);
      weights.arrays.push_back(std::move(*(*loaded)[i]));
    }
  return weights;
}

std::optional<ModelWeights> readWeights(const Invocation &invocation, const WeightSource &source,
                                        const sema::Model &model) {
  return readFor(invocation, source, expand(parametersOf(model)), model.instantiation);
}

std::optional<ModelWeights> readWeights(const Invocation &invocation, const WeightSource &source,
                                        const std::vector<runtime::ParameterSpec> &specs) {
  return readFor(invocation, source, specs, "");
}

std::optional<ModelWeights> initialWeights(const Invocation &invocation, Compilation &compilation,
                                           const sema::Model &model, uint64_t seed) {
  for (const Parameter &parameter : parametersOf(model))
    if (!parameter.hasInit) {
      invocation.console.error("parameter '" + parameter.path +
                               "' has no initial value: it must come from --weights");
      return std::nullopt;
    }
  auto values = interpreter::initialParameters(compilation.model(), seed);
  if (!values)
    return fail(invocation, {llvm::toString(values.takeError())});
  ModelWeights weights;
  for (const auto &[path, tensor] : *values) {
    runtime::Result<runtime::Array> array = toArray(tensor);
    if (!array)
      return fail(invocation, array.failure());
    weights.names.push_back(path);
    weights.arrays.push_back(std::move(*array));
  }
  return weights;
}

bool saveWeights(const Invocation &invocation, const ModelWeights &weights,
                 const WeightSource &source, const std::string &path) {
  std::vector<runtime::NamedArray> named = weights.named();
  std::vector<runtime::OwnedArray> theirs;
  auto map = readMap(invocation, source.map);
  if (!map)
    return false;
  if (*map) {
    std::optional<runtime::Safetensors> reference;
    if (!source.file.empty() && !(reference = openWeights(invocation, source.file)))
      return false;
    auto mapped = runtime::mapBack(named, **map, reference ? &*reference : nullptr);
    if (!mapped)
      return fail(invocation, {source.map + ": " + mapped.error()}), false;
    theirs = std::move(*mapped);
    named.clear();
    for (const runtime::OwnedArray &array : theirs)
      named.push_back({array.name, &array.array});
  }
  runtime::Status status = runtime::writeSafetensors(path, named);
  if (!status)
    invocation.console.error(status.failure());
  return bool(status);
}

} // namespace lamina::tool
