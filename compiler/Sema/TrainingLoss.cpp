// Losses: blocks of std.loss that objectives call without `<…>`, `cross_entropy(logits, label,
// smoothing = 0.1)`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

CallablePtr Instantiator::lossNamed(const std::string &name) {
  if (!training || !training->losses)
    return nullptr;
  Found found = modules.findPublic(*training->losses, name);
  const Declared *one = found.one();
  const bool isLoss = one && one->module == training->losses && one->decl->as<ast::BlockDecl>();
  if (!isLoss || !modules.find(*frame->module, name).candidates.empty())
    return nullptr; // a file's own block of that name is meant
  return *declaredDatum(*one, {}).as<CallablePtr>();
}

/// The axis that `cross_entropy` compares along: the one that the label lacks, or the only one.
std::optional<BoundAxis>
Instantiator::classAxis(const Callable &loss, const std::vector<CallArg> &args, SourceRange range) {
  const Value *scores = args.empty() ? nullptr : args[0].datum.tensor();
  const Value *label = args.size() < 2 ? nullptr : args[1].datum.tensor();
  if (!scores || !label) {
    error(range, "'" + loss.name + "' compares two tensors: '" + loss.name + "(logits, label)'");
    return std::nullopt;
  }
  std::vector<std::string> lacked, all;
  for (const Axis &axis : scores->type.axes) {
    if (axis.name == "batch")
      continue;
    all.push_back(axis.name);
    if (!label->type.find(axis.name))
      lacked.push_back(axis.name);
  }
  const std::vector<std::string> &candidates = lacked.empty() ? all : lacked;
  if (candidates.size() == 1)
    return frame->axis(candidates.front(), range).front();
  error(range, "which axis of " + toString(scores->type) + " are the classes? the label is " +
                   toString(label->type) + "; write '" + loss.name + "<AXIS>(…)'");
  return std::nullopt;
}

Datum Instantiator::callLoss(CallablePtr loss, std::vector<CallArg> args, SourceRange range,
                             const void *site) {
  const Value *target = args.size() < 2 ? nullptr : args[1].datum.tensor();
  if (loss->name == "cross_entropy" && target && target->type.element <= ElementType::F16)
    loss = lossNamed("soft_cross_entropy"); // the target is a distribution
  auto bound = std::make_shared<Callable>(*loss);
  const std::vector<ast::Formal> &formals = bound->formals();
  for (size_t i = 0; i < formals.size(); ++i) {
    auto arg = std::find_if(args.begin(), args.end(), [&](const CallArg &a) {
      return a.name && a.name->text == formals[i].name.text;
    });
    if (arg == args.end() || formals[i].sort != ast::Formal::Sort::Value)
      continue;
    if (!checkKind(arg->datum, *bound, formals[i], arg->range))
      return Datum();
    bound->bound[i] = BoundArg{{}, arg->datum, arg->range};
    args.erase(arg);
  }
  if (!formals.empty() && formals[0].sort == ast::Formal::Sort::Axis && !bound->bound[0]) {
    std::optional<BoundAxis> axis = classAxis(*loss, args, range);
    if (!axis)
      return Datum();
    bound->bound[0] = BoundArg{{*axis}, Datum(), range};
  }
  return apply(unnamedInstance(bound, site, range), std::move(args), range);
}

} // namespace lamina::sema
