// Where the parameters of a run begin: each source over the ones before it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/StartWeights.h"

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Tools/lamina/CarriedWeights.h"
#include "compiler/Tools/lamina/Tensors.h"
#include "lamina/ArrayOps.h"

#include <filesystem>

namespace lamina::tool {
namespace {

class Start {
public:
  Start(const Invocation &invocation, const sema::Training &training, const StartOptions &options)
      : invocation(invocation), training(training), options(options),
        specs(expand(parametersOf(training.loss))) {}

  bool run(Compilation &compilation) {
    if (!takeInitial(compilation))
      return false;
    for (const sema::WeightFile &file : training.weightFiles)
      if (!file.layer.empty() && !takeFile(file))
        return false;
    if (!options.earlier.empty() && !takeEarlier())
      return false;
    if (!options.init.file.empty()) {
      if (!takeFile(
              {"",
               std::filesystem::absolute(options.init.file).string(),
               options.init.map.empty() ? "" : std::filesystem::absolute(options.init.map).string(),
               {},
               {}}))
        return false;
    } else {
      for (const sema::WeightFile &file : training.weightFiles)
        if (file.layer.empty() && !takeFile(file))
          return false;
    }
    return takeFollowed() && isComplete();
  }

  std::map<std::string, runtime::Array> values;

private:
  bool fail(const std::string &message) const {
    invocation.console.error(message);
    return false;
  }

  bool takeInitial(Compilation &compilation) {
    auto initial = interpreter::initialParameters(compilation.model(), training.seed);
    if (!initial)
      return fail(llvm::toString(initial.takeError()));
    for (const auto &[path, tensor] : *initial) {
      runtime::Result<runtime::Array> array = toArray(tensor);
      if (!array)
        return fail(array.error());
      values.insert_or_assign(path, std::move(*array));
    }
    return true;
  }

  /// The parameters of a layer as its own files call them.
  std::vector<runtime::ParameterSpec> specsOf(const sema::WeightFile &file) const {
    if (file.layer.empty())
      return expand(parametersOf(training.network));
    std::vector<runtime::ParameterSpec> own;
    for (const runtime::ParameterSpec &spec : specs)
      if (spec.path.starts_with(file.layer + ".")) {
        own.push_back(spec);
        own.back().path = spec.path.substr(file.layer.size() + 1);
      }
    return own;
  }

  std::string inFolder(const std::string &path) const {
    if (path.empty())
      return path;
    std::filesystem::path beside = std::filesystem::path(options.source) / path;
    std::filesystem::path amongData = std::filesystem::path(options.data) / path;
    std::error_code ignored; // what cannot be looked at is reported where it is opened
    return (std::filesystem::exists(amongData, ignored) && !std::filesystem::exists(beside, ignored)
                ? amongData
                : beside)
        .string();
  }

  bool takeFile(const sema::WeightFile &file) {
    std::vector<runtime::ParameterSpec> own = specsOf(file);
    for (runtime::ParameterSpec &spec : own)
      for (const std::string &pattern : file.missing)
        spec.isOptional |= sema::matchesPattern(pattern, spec.path);
    std::optional<ModelWeights> read =
        readWeights(invocation, {inFolder(file.file), inFolder(file.map)}, own);
    for (size_t i = 0; read && i < read->names.size(); ++i) {
      const std::string path =
          file.layer.empty() ? read->names[i] : file.layer + "." + read->names[i];
      values.insert_or_assign(path, std::move(read->arrays[i]));
      taken.insert(path);
    }
    return read.has_value();
  }

  /// What the stage before has made, as compiled models use it.
  bool takeEarlier() {
    std::optional<runtime::Safetensors> file = openWeights(invocation, options.earlier);
    if (!file)
      return false;
    runtime::Result<std::map<std::string, runtime::Array>> cut = cutWeights(training, *file);
    if (!cut)
      return fail(cut.error());
    for (const runtime::ParameterSpec &spec : specs) {
      if (auto own = cut->find(spec.path); own != cut->end()) {
        values.insert_or_assign(spec.path, std::move(own->second));
        taken.insert(spec.path);
        continue;
      }
      const runtime::TensorEntry *entry = file->find(spec.path);
      if (!entry)
        continue;
      if (entry->shape != spec.shape)
        return fail("'" + spec.path + "' has the shape " + runtime::printShape(spec.shape) +
                    " in the stage '" + training.stage + "', but " +
                    runtime::printShape(entry->shape) + " in the one before");
      runtime::Result<runtime::Array> array = file->read(*entry);
      if (!array)
        return fail(array.error());
      values.insert_or_assign(spec.path, std::move(*array));
      taken.insert(spec.path);
    }
    return true;
  }

  /// A copy that follows begins as what it follows, unless it comes from a
  /// file.
  bool takeFollowed() {
    for (const sema::Follower &follower : training.followers)
      for (const runtime::ParameterSpec &spec : specs) {
        const size_t prefix = follower.path.size() - follower.of.size();
        const bool isIts = sema::matchesPattern(follower.path, spec.path);
        auto of = isIts ? values.find(spec.path.substr(prefix)) : values.end();
        if (of == values.end() || taken.contains(spec.path))
          continue;
        runtime::Result<runtime::Array> copy = of->second.copy();
        if (!copy)
          return fail(copy.error());
        values.insert_or_assign(spec.path, std::move(*copy));
      }
    return true;
  }

  /// `fit` makes its own from the data.
  bool isFitted(const std::string &path) const {
    return training.fit && std::any_of(training.fit->outputs.begin(), training.fit->outputs.end(),
                                       [&](const sema::Output &o) { return o.name == path; });
  }

  bool isComplete() const {
    for (const runtime::ParameterSpec &spec : specs)
      if (!values.contains(spec.path) && !isFitted(spec.path))
        return fail("parameter '" + spec.path +
                    "' has no initial value: it must come from 'init = "
                    "weights(\"FILE\")' or --init");
    return true;
  }

  const Invocation &invocation;
  const sema::Training &training;
  const StartOptions &options;
  std::vector<runtime::ParameterSpec> specs;
  std::set<std::string> taken; ///< from a file
};

} // namespace

std::optional<ModelWeights> startWeights(const Invocation &invocation, Compilation &compilation,
                                         const sema::Training &training,
                                         const StartOptions &options) {
  Start start(invocation, training, options);
  if (!start.run(compilation))
    return std::nullopt;
  ModelWeights weights;
  for (auto &[path, array] : start.values) {
    weights.names.push_back(path);
    weights.arrays.push_back(std::move(array));
  }
  return weights;
}

} // namespace lamina::tool
