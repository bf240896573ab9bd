// Loads the weights of a model and tells in one message what does not fit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Weights.h"

#include "WeightSources.h"
#include "lamina/ArrayOps.h"
#include "lamina/TrainingState.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace lamina::runtime {
namespace {

constexpr size_t kListed = 10;

/// `12 missing`, and up to ten of them as notes.
struct Complaints {
  std::string kind;
  std::vector<std::string> list;

  void print(std::string &summary, std::string &notes) const {
    if (list.empty())
      return;
    summary += (summary.empty() ? "" : ", ") + std::to_string(list.size()) + " " + kind;
    for (size_t i = 0; i < list.size() && i < kListed; ++i)
      notes += "\nnote: " + kind + ": " + list[i];
    if (list.size() > kListed)
      notes += "\nnote: " + kind + ": and " + std::to_string(list.size() - kListed) + " more";
  }
};

Shape withoutOnes(const Shape &shape) {
  Shape rest;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(rest),
               [](int64_t extent) { return extent != 1; });
  return rest;
}

std::string describeMisfit(const ParameterSpec &parameter, const Shape &found) {
  std::string text = "'" + printable(parameter.path) + "' has the shape " +
                     printShape(parameter.shape) + " in the model, but the file gives " +
                     printShape(found);
  Shape reversed(found.rbegin(), found.rend());
  if (found.size() > 1 && withoutOnes(reversed) == withoutOnes(parameter.shape))
    text += "; it looks transposed: a map with 'transpose' turns it";
  return text;
}

bool isAlwaysIgnored(const std::string &name) {
  return name == "num_batches_tracked" || name.ends_with(".num_batches_tracked") ||
         name.ends_with("/num_batches_tracked");
}

class Loader {
public:
  Loader(const Safetensors &file, const WeightOptions &options) : file(file), options(options) {}

  Result<std::vector<std::optional<Array>>> run(std::span<const ParameterSpec> parameters) {
    std::vector<std::optional<Array>> arrays;
    for (const ParameterSpec &parameter : parameters) {
      Result<std::optional<Array>> array = load(parameter);
      if (!array)
        return array.failure();
      arrays.push_back(std::move(*array));
    }
    collectExtra();
    std::string summary, notes;
    for (const Complaints *complaints : {&missing, &extra, &misshaped, &unusable})
      complaints->print(summary, notes);
    if (!summary.empty())
      return file.fail("does not fit the model: " + summary + notes);
    return arrays;
  }

private:
  Result<std::optional<Array>> load(const ParameterSpec &parameter) {
    Result<Source> source = findSource(file, parameter.path, options.map);
    if (!source)
      return file.fail(source.error());
    const bool isConstant = source->rule && source->rule->constant;
    if (source->tensors.empty() && !isConstant) {
      if (!parameter.isOptional && !options.allowMissing)
        missing.list.push_back(
            "'" + printable(parameter.path) + "' " + printShape(parameter.shape) +
            (source->wanted == parameter.path ? "" : ", from '" + printable(source->wanted) + "'"));
      return std::optional<Array>();
    }
    Result<Array> array = isConstant
                              ? filled(parameter.type, parameter.shape, *source->rule->constant)
                              : gather(*source);
    if (!array) {
      unusable.list.push_back("'" + printable(parameter.path) + "': " + array.error());
      return std::optional<Array>();
    }
    return fit(parameter, std::move(*array));
  }

  Result<Array> gather(const Source &source) {
    std::vector<Array> tensors;
    for (const TensorEntry *tensor : source.tensors) {
      used.insert(tensor);
      Result<Array> array = file.read(*tensor);
      if (!array)
        return array;
      tensors.push_back(std::move(*array));
    }
    return source.rule ? transform(*source.rule, std::move(tensors), source.piece)
                       : std::move(tensors.front());
  }

  Result<std::optional<Array>> fit(const ParameterSpec &parameter, Array array) {
    if (withoutOnes(array.shape()) != withoutOnes(parameter.shape)) {
      misshaped.list.push_back(describeMisfit(parameter, array.shape()));
      return std::optional<Array>();
    }
    array.reshape(parameter.shape);
    if (array.type() == parameter.type)
      return std::optional<Array>(std::move(array));
    Result<Array> typed = cast(array, parameter.type);
    if (!typed) {
      unusable.list.push_back("'" + printable(parameter.path) + "': " + typed.error());
      return std::optional<Array>();
    }
    return std::optional<Array>(std::move(*typed));
  }

  /// What a checkpoint holds beside the model that was trained.
  bool isBeside(const std::string &name) const {
    const auto &metadata = file.header().metadata;
    const auto names = metadata.find(kBeside);
    std::istringstream words(names == metadata.end() ? "" : names->second);
    for (std::string word; words >> word;)
      if (name == word || name.starts_with(word + "."))
        return true;
    return false;
  }

  void collectExtra() {
    for (const TensorEntry &tensor : file.header().tensors)
      if (!used.contains(&tensor) && !isAlwaysIgnored(tensor.name) &&
          !isTrainingTensor(tensor.name) && !isBeside(tensor.name) &&
          !(options.map && options.map->ignores(tensor.name)))
        extra.list.push_back("'" + printable(tensor.name) + "' " + printShape(tensor.shape));
  }

  const Safetensors &file;
  const WeightOptions &options;
  std::set<const TensorEntry *> used;
  Complaints missing{"missing", {}}, extra{"extra", {}}, misshaped{"of another shape", {}},
      unusable{"unusable", {}};
};

} // namespace

Result<std::vector<std::optional<Array>>> loadWeights(const Safetensors &file,
                                                      std::span<const ParameterSpec> parameters,
                                                      const WeightOptions &options) {
  return Loader(file, options).run(parameters);
}

} // namespace lamina::runtime
