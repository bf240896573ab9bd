// From the loss of a `train` block to the step that trains it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Tools/lamina/TrainPrograms.h"

#include "mlir/Pass/PassManager.h"

namespace lamina::tool {
namespace {

using Attributes = llvm::SmallVector<mlir::NamedAttribute>;

/// A link with its numbers, as lamina-train-step reads it.
mlir::DictionaryAttr linkOf(mlir::Builder &builder, const sema::SettingCall &link) {
  static const std::set<std::string> flags = {"nesterov"};
  static const std::set<std::string> counts = {"steps", "every", "start"};
  Attributes attributes = {builder.getNamedAttr("link", builder.getStringAttr(link.name))};
  for (const auto &[name, value] : link.numbers) {
    mlir::Attribute number = builder.getF64FloatAttr(value);
    if (flags.contains(name))
      number = builder.getBoolAttr(value != 0);
    if (counts.contains(name))
      number = builder.getI64IntegerAttr(int64_t(value));
    attributes.push_back(builder.getNamedAttr(name == "every" ? "steps" : name, number));
  }
  return builder.getDictionaryAttr(attributes);
}

/// Whether a link differs from the chain's, if at all, in what the step takes for each parameter.
bool differsInRatesOnly(const sema::SettingCall &own, const sema::SettingCall &usual) {
  static const std::set<std::string> rates = {"lr", "weight_decay", "eps"};
  return own.name == usual.name && (!own.numbers.contains("lr") || usual.numbers.at("lr") != 0) &&
         std::all_of(own.numbers.begin(), own.numbers.end(), [&](const auto &number) {
           return rates.contains(number.first) || usual.numbers.at(number.first) == number.second;
         });
}

/// What a parameter's rule has else than the chain: a group of its own.
mlir::Attribute groupOf(mlir::Builder &builder, const sema::Training &training,
                        const sema::ParameterRule &rule) {
  Attributes attributes;
  for (size_t i = 0; i < rule.chain.size(); ++i) {
    if (!differsInRatesOnly(rule.chain[i], training.chain[i])) {
      attributes.push_back(builder.getNamedAttr("optimizer", linkOf(builder, rule.chain[i])));
      continue;
    }
    for (const auto &[name, value] : rule.chain[i].numbers) {
      const double usual = training.chain[i].numbers.at(name);
      if (value == usual)
        continue;
      if (name == "lr")
        attributes.push_back(
            builder.getNamedAttr("lr_factor", builder.getF64FloatAttr(value / usual)));
      else
        attributes.push_back(builder.getNamedAttr(name, builder.getF64FloatAttr(value)));
    }
  }
  if (attributes.empty())
    return {};
  attributes.push_back(builder.getNamedAttr("patterns", builder.getStrArrayAttr({rule.path})));
  return builder.getDictionaryAttr(attributes);
}

mlir::DictionaryAttr settingsOf(mlir::Builder &builder, const sema::Training &training,
                                int64_t batch) {
  llvm::SmallVector<mlir::Attribute> chain, groups, only;
  for (const sema::SettingCall &link : training.chain)
    chain.push_back(linkOf(builder, link));
  for (const sema::ParameterRule &rule : training.rules) {
    only.push_back(builder.getStringAttr(rule.path));
    if (mlir::Attribute group = groupOf(builder, training, rule))
      groups.push_back(group);
  }
  llvm::SmallVector<mlir::Attribute> followers;
  for (const sema::Follower &follower : training.followers)
    followers.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("path", builder.getStringAttr(follower.path)),
         builder.getNamedAttr("of", builder.getStringAttr(follower.of)),
         builder.getNamedAttr("decay", builder.getF64FloatAttr(follower.decay))}));
  return builder.getDictionaryAttr({
      builder.getNamedAttr("followers", builder.getArrayAttr(followers)),
      builder.getNamedAttr("batch", builder.getI64IntegerAttr(batch)),
      builder.getNamedAttr("optimizer", builder.getArrayAttr(chain)),
      builder.getNamedAttr("groups", builder.getArrayAttr(groups)),
      builder.getNamedAttr("only", builder.getArrayAttr(only)),
  });
}

runtime::SlotSpec slotOf(mlir::DictionaryAttr slot) {
  runtime::SlotSpec spec;
  spec.name = slot.getAs<mlir::StringAttr>("name").str();
  spec.of = slot.getAs<mlir::StringAttr>("of").str();
  const llvm::StringRef role = slot.getAs<mlir::StringAttr>("role").getValue();
  spec.isFollower = role == "shipped";
  spec.isSlot = role == "slot" || role == "shipped";
  if (auto fill = slot.getAs<mlir::FloatAttr>("init"))
    spec.fill = fill.getValueAsDouble();
  else
    spec.startsAsParameter = true;
  return spec;
}

} // namespace

bool makeStep(Compilation &compilation, const sema::Training &training, int64_t batch,
              std::vector<runtime::SlotSpec> &slots) {
  ir::ModelOp loss = compilation.model();
  mlir::Builder builder(loss.getContext());
  loss->setAttr("train", settingsOf(builder, training, batch));
  mlir::PassManager manager(loss.getContext());
  manager.addPass(createInlinePass());
  manager.addPass(createTrainStepPass());
  if (mlir::failed(manager.run(compilation.module())))
    return false;
  compilation.model().erase(); // the step alone is compiled
  for (mlir::Attribute slot : compilation.model()->getAttrOfType<mlir::ArrayAttr>("slots"))
    slots.push_back(slotOf(llvm::cast<mlir::DictionaryAttr>(slot)));
  return true;
}

} // namespace lamina::tool
