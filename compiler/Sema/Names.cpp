// What a name means where it stands: values, callables, extents of axes, declarations of files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/Axes.h"
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace lamina::sema {

static std::optional<Datum> builtinValue(const std::string &name) {
  if (name == "pi")
    return Datum(std::numbers::pi);
  if (name == "inf")
    return Datum(std::numeric_limits<double>::infinity());
  if (name == "nan")
    return Datum(std::numeric_limits<double>::quiet_NaN());
  return std::nullopt;
}

static bool isCallable(const Datum &datum) {
  return datum.as<CallablePtr>() || datum.as<LayerPtr>();
}

static Datum primitiveDatum(const std::string &name) {
  auto callable = std::make_shared<Callable>();
  callable->target = name;
  callable->name = callable->instanceName = name;
  return CallablePtr(std::move(callable));
}

Datum Instantiator::lookupValue(const std::string &name, SourceRange range) {
  if (Binding *binding = frame->find(name))
    return bindingDatum(name, *binding);
  if (std::optional<Datum> extent = axisExtent(name, range))
    return *extent;
  if (std::optional<Datum> found = lookupFile(name, range, false))
    return *found;
  if (name == "training")
    return Datum(isTraining());
  if (std::optional<Datum> builtin = builtinValue(name))
    return *builtin;
  if (isPrimitive(name))
    return primitiveDatum(name);
  if (frame->axes.contains(name))
    return error(range, "the extent of axis '" + name + "' is not known here: no value has it yet");
  return unknown(name, range, false);
}

Datum Instantiator::lookupCallable(const std::string &name, SourceRange range) {
  for (auto scope = frame->scopes.rbegin(); scope != frame->scopes.rend(); ++scope)
    if (auto found = scope->find(name); found != scope->end())
      if (isCallable(found->second.datum) || found->second.datum.isPoison())
        if (!found->second.pending)
          return found->second.datum;
  if (std::optional<Datum> found = lookupFile(name, range, true))
    return *found;
  if (isPrimitive(name))
    return primitiveDatum(name);
  return unknown(name, range, true);
}

std::optional<Datum> Instantiator::lookupFile(const std::string &name, SourceRange range,
                                              bool callable) {
  Found found = modules.find(*frame->module, name);
  if (const Declared *one = found.one())
    return declaredDatum(*one, range);
  if (found.candidates.size() > 1) {
    const Declared *a = found.candidates[0], *b = found.candidates[1];
    return error(range, "'" + name + "' is in two imports, '" + a->module->dotted + "' and '" +
                            b->module->dotted + "': write '" +
                            frame->module->imports.front().first + "." + name + "' to choose")
        .note(a->name.range, "one is here")
        .note(b->name.range, "the other is here");
  }
  if (!callable)
    if (const Module *import = modules.import(*frame->module, name))
      return Datum(import);
  return std::nullopt;
}

/// Where a word stands that looks like a function and is none; empty for all else.
static std::string placeOfWord(std::string_view name) {
  if (name == "checkpoint")
    return "'checkpoint' holds statements: 'checkpoint { y = … }'";
  if (name == "fit")
    return "'fit' is what a state begins with: 'state s: [c] = fit(mean<batch, ..>(x))'";
  return "";
}

bool isBuiltinFunction(std::string_view name) {
  static constexpr std::string_view kNames[] = {"len", "zip",  "enumerate", "extent", "f32",
                                                "f64", "bf16", "f16",       "i8",     "u8",
                                                "i32", "i64",  "bool"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         !placeOfWord(name).empty();
}

std::string snakeCase(std::string_view name) {
  std::string snake;
  for (size_t i = 0; i < name.size(); ++i) {
    bool upper = name[i] >= 'A' && name[i] <= 'Z';
    auto isUpper = [&](size_t at) {
      return at < name.size() && name[at] >= 'A' && name[at] <= 'Z';
    };
    bool nextLower = i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
    if (upper && i && name[i - 1] != '_' && (!isUpper(i - 1) || nextLower))
      snake += '_';
    snake += upper ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

Datum Instantiator::declaredDatum(const Declared &declared, SourceRange range) {
  if (declared.decl->as<ast::LetDecl>()) {
    if (auto known = lets.find(declared.decl); known != lets.end())
      return known->second;
    return evalFileLet(declared, range);
  }
  auto callable = std::make_shared<Callable>();
  callable->module = declared.module;
  callable->name = declared.name.text;
  callable->instanceName = snakeCase(declared.name.text);
  callable->range = declared.name.range;
  if (auto *fn = declared.decl->as<ast::FnDecl>()) {
    callable->target = fn;
  } else if (auto *block = declared.decl->as<ast::BlockDecl>()) {
    callable->target = block;
    callable->bound.resize(block->formals.size());
  } else if (auto *model = declared.decl->as<ast::ModelDecl>()) {
    if (model->variant)
      return variantDatum(declared, *model, range);
    callable->target = model;
    callable->bound.resize(model->formals.size());
  }
  return CallablePtr(std::move(callable));
}

/// Evaluates file-level text in a frame of its own, with its module's names.
Datum Instantiator::evalInFile(const Declared &declared, SourceRange range,
                               const std::function<Datum()> &evaluate) {
  for (const ast::Decl *open : evaluatingDecls)
    if (open == declared.decl)
      return error(range, "'" + declared.name.text + "' is defined by itself")
          .note(declared.name.range, "'" + declared.name.text + "' is declared here");
  evaluatingDecls.push_back(declared.decl);
  Frame file;
  file.kind = Frame::Kind::File;
  file.module = declared.module;
  file.caller = frame;
  file.name = declared.name.text;
  file.owner = frame ? frame->owner : nullptr;
  Frame *saved = std::exchange(frame, &file);
  Datum datum = evaluate();
  frame = saved;
  evaluatingDecls.pop_back();
  return datum;
}

Datum Instantiator::evalFileLet(const Declared &declared, SourceRange range) {
  const auto &let = *declared.decl->as<ast::LetDecl>();
  Datum datum =
      evalInFile(declared, range, [&] { return evalLet(let.name, let.type, *let.value); });
  if (auto *callable =
          datum.as<CallablePtr>()) { // `let SwiGlu = Glu<act = silu>` is a block of that name
    auto named = std::make_shared<Callable>(**callable);
    named->name = declared.name.text;
    named->instanceName = snakeCase(declared.name.text);
    datum = CallablePtr(std::move(named));
  }
  if (!datum.tensor()) // a tensor's nodes stand in one region; it is made anew at each use
    lets[declared.decl] = datum;
  return datum;
}

Datum Instantiator::variantDatum(const Declared &declared, const ast::ModelDecl &model,
                                 SourceRange range) {
  Datum datum = evalInFile(declared, range, [&] { return eval(*model.variant); });
  if (datum.isPoison())
    return datum;
  auto *callable = datum.as<CallablePtr>();
  if (!callable || !(*callable)->model())
    return error(model.variant->range,
                 "a variant is made of a model, but this is " + describe(datum));
  auto named = std::make_shared<Callable>(**callable);
  named->name = declared.name.text;
  named->instanceName = snakeCase(declared.name.text);
  named->range = declared.name.range;
  return CallablePtr(std::move(named));
}

Datum Instantiator::bindingDatum(const std::string &name, Binding &binding) {
  if (!binding.pending)
    return binding.datum;
  const ast::Stmt *stmt = std::exchange(binding.pending, nullptr);
  binding.datum = Datum();
  Datum made = makeParam(*stmt, *binding.owner);
  // Making it may have bound other names, so the binding is looked up again.
  if (Binding *again = frame->find(name)) {
    again->datum = made;
    if (stmt->as<ast::StateStmt>())
      again->pending = stmt; // it may move: it is read anew each time
  }
  return made;
}

Report Instantiator::unknown(const std::string &name, SourceRange range, bool callable) {
  if (std::string place = placeOfWord(name); !place.empty())
    return error(range, std::move(place));
  std::vector<std::string> names = modules.visibleNames(*frame->module);
  for (const auto &scope : frame->scopes)
    for (const auto &[bound, binding] : scope)
      names.push_back(bound);
  for (const auto &[axis, list] : frame->axes)
    names.push_back(axis);
  for (const std::string &primitive : primitiveNames())
    names.push_back(primitive);
  std::optional<std::string> meant = nearest(name, names);
  std::string message = callable ? "there is nothing to apply called '" + name + "'"
                                 : "there is no '" + name + "' here";
  if (callable && frame->find(name))
    message = "'" + name + "' cannot be applied: it is " + describe(frame->find(name)->datum);
  if (meant)
    message += "; did you mean '" + *meant + "'?";
  return error(range, message);
}

std::optional<Datum> Instantiator::axisExtent(const std::string &name, SourceRange range) {
  auto known = frame->axes.find(name);
  if (known == frame->axes.end() || !(frame->isBlockLike() || declaring))
    return std::nullopt;
  int64_t product = 1; // of the axes that an `axes` formal stands for
  for (const BoundAxis &axis : AxisList(known->second)) {
    EntryExtent extent = knownExtent(*frame, axis);
    if (!extent.axis && extent.whyNot.empty())
      return std::nullopt;
    if (!extent.axis)
      return error(range, extent.whyNot);
    if (extent.axis->extent == Axis::kBatch)
      return error(range, "the extent of 'batch' is not known when a model is compiled");
    if (extent.axis->isBound)
      return error(range, "the extent of axis '" + name + "' is known at run time only, up to " +
                              std::to_string(extent.axis->extent) + "; 'extent<" + name +
                              ">(x)' is its value as a tensor");
    if (__builtin_mul_overflow(product, extent.axis->extent, &product))
      return error(range, "the extents of '" + name + "' have a product beyond 64 bits");
  }
  return Datum(product);
}

} // namespace lamina::sema
