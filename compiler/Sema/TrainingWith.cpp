// Where the weights of a run come from: `init = weights(…)`, and other models
// beside the trained one, `with teacher = Net(weights = "FILE")`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

static const std::string &textOf(const Node &node, std::string_view name) {
  return std::get<std::string>(node.attributes.find(name)->second);
}

/// A later block's `with` takes the place of the one of its name.
bool TrainingBuilder::collectWith(const ast::SettingStmt &part) {
  if (part.path.size() != 1 || !part.value) {
    error(part.keyword.range, "'with' brings in a model under a name: 'with teacher = Net(weights "
                              "= \"FILE\")'");
    return false;
  }
  auto old = std::find_if(withs.begin(), withs.end(), [&](const ast::SettingStmt *other) {
    return other->path.front().text == part.path.front().text;
  });
  if (!named.insert("with " + part.path.front().text).second) {
    error(part.path.front().range, "two models are called '" + part.path.front().text + "'");
    return false;
  }
  if (old != withs.end())
    *old = &part;
  else
    withs.push_back(&part);
  return true;
}

bool TrainingBuilder::readWith() {
  for (const ast::SettingStmt *part : withs) {
    WithModel with{part->path.front(), part, nullptr, false, std::nullopt};
    auto *call = part->value->as<ast::Call>();
    const ast::Expr &model = call ? *call->callee : *part->value;
    Datum found = statics.eval(model);
    auto *callable = found.as<CallablePtr>();
    if (!callable || !(*callable)->model()) {
      if (!found.isPoison())
        error(model.range, "'with' brings in a model, but this is " + describe(found));
      return false;
    }
    with.callee = *callable;
    if (with.name.text == callee->name) {
      error(with.name.range, "'" + callee->name +
                                 "' is the model that is trained; call this one "
                                 "otherwise");
      return false;
    }
    for (size_t i = 0; call && i < call->args.size(); ++i)
      if (!withArgument(with, call->args[i]))
        return false;
    if (with.average && (with.isTrained || with.callee->model() != callee->model())) {
      error(part->value->range, "with 'average' it is a copy of '" + callee->name +
                                    "' that follows it: neither another model nor trained");
      return false;
    }
    show("with." + with.name.text,
         std::string(diagnostics.sourceManager().text(part->value->range)), false);
    withModels.push_back(std::move(with));
  }
  return true;
}

bool TrainingBuilder::withArgument(WithModel &with, const ast::Arg &arg) {
  auto *value = std::get_if<ast::ExprPtr>(&arg.value);
  const std::string name = arg.name && arg.binder == '=' && value ? arg.name->text : "";
  if (name == "weights")
    return readWeightFile(**value, with.name.text);
  if (name == "trained") {
    std::optional<bool> isTrained = readBool(**value, name);
    with.isTrained = isTrained.value_or(false);
    return isTrained.has_value();
  }
  if (name == "average") {
    with.average = readNumber(**value, "'average'");
    if (with.average && !(*with.average >= 0 && *with.average <= 1)) {
      error((*value)->range, "'average' is the share that the copy keeps in "
                             "each step, from 0 to 1");
      return false;
    }
    return with.average.has_value();
  }
  error(arg.range, "a model of 'with' takes 'weights = \"FILE\"', 'trained = "
                   "true' and 'average = "
                   "0.99'; its static arguments stand in '<…>'");
  return false;
}

bool TrainingBuilder::readInit() {
  const Setting *init = find("init");
  if (!init)
    return true;
  show("init", std::string(diagnostics.sourceManager().text(init->value->range)), false);
  return readWeightFile(*init->value, "");
}

/// A file's name, or `weights("FILE", map = "FILE.map", missing =
/// ["PATTERN"])`.
bool TrainingBuilder::readWeightFile(const ast::Expr &expr, const std::string &layer) {
  WeightFile file{layer, "", "", {}, expr.range};
  auto *call = expr.as<ast::Call>();
  auto *name = call ? call->callee->as<ast::NameRef>() : nullptr;
  bool isWell = call ? name && name->text == "weights" && !name->statics : !layer.empty();
  for (size_t i = 0; isWell && call && i < call->args.size(); ++i) {
    const ast::Arg &arg = call->args[i];
    auto *value = std::get_if<ast::ExprPtr>(&arg.value);
    const std::string word = arg.name ? arg.name->text : "";
    auto *list = value ? (*value)->as<ast::List>() : nullptr;
    isWell = value && (i == 0) == word.empty() && (word.empty() || word == "map" || list);
    if (isWell && word == "missing") {
      for (const ast::ExprPtr &item : list->items) {
        std::optional<std::string> pattern = readString(*item, "a pattern");
        if (!pattern)
          return false;
        file.missing.push_back(std::move(*pattern));
      }
    } else if (isWell && (word.empty() || word == "map")) {
      std::optional<std::string> text = readString(**value, "a file");
      if (!text)
        return false;
      (word.empty() ? file.file : file.map) = std::move(*text);
    } else {
      isWell = false;
    }
  }
  if (isWell && !call) {
    std::optional<std::string> text = readString(expr, "a file");
    if (!text)
      return false;
    file.file = std::move(*text);
  }
  if (!isWell || file.file.empty()) {
    error(expr.range, "weights come from 'weights(\"FILE\", map = \"FILE.map\", missing = "
                      "[\"PATTERN\"])', of which the file alone is needed");
    return false;
  }
  training.weightFiles.push_back(std::move(file));
  return true;
}

/// Binds the models of `with` in an objective: parts of the program beside the
/// trained model.
void TrainingBuilder::bindWith(Instantiator &engine, Frame &top) {
  for (const WithModel &with : withModels) {
    LayerPtr layer =
        engine.child(*engine.root, with.stmt, 0, Layer::Kind::Instance, with.name.text);
    layer->callee = with.callee;
    layer->place = with.name.range;
    layer->frozen = layer->isEvaluated = !with.isTrained;
    top.declared.push_back(layer);
    top.bind(with.name.text, Datum(layer));
  }
}

/// What the objective has beside the model: names that are no other's, copies
/// that fit.
bool TrainingBuilder::readCompanions() {
  std::set<std::string> own, all;
  for (const auto &node : signature.body.nodes)
    if (node->op == Op::Param)
      own.insert(textOf(*node, "path"));
  for (const auto &node : training.loss.body.nodes) {
    if (node->op != Op::Param)
      continue;
    const std::string &path = textOf(*node, "path");
    if (!all.insert(path).second) {
      error(node->range, "'" + path + "' would be the path of two parameters, of '" + callee->name +
                             "' and of the objective; give that of the "
                             "objective another name");
      return false;
    }
    const std::string word = path.substr(0, path.find('.'));
    std::vector<std::string> &names = training.companions;
    if (!own.contains(path) && std::find(names.begin(), names.end(), word) == names.end())
      names.push_back(word);
  }
  return std::all_of(withModels.begin(), withModels.end(),
                     [&](const WithModel &with) { return !with.average || readFollowers(with); });
}

bool TrainingBuilder::readFollowers(const WithModel &with) {
  const std::string prefix = with.name.text + ".";
  std::map<std::string, const Node *> params;
  for (const auto &node : training.loss.body.nodes)
    if (node->op == Op::Param)
      params[textOf(*node, "path")] = node.get();
  for (const auto &[path, node] : params) {
    if (!path.starts_with(prefix))
      continue;
    const std::string of = path.substr(prefix.size());
    auto found = params.find(of);
    if (found == params.end() || !(found->second->result()->type == node->result()->type)) {
      error(with.stmt->value->range,
            "'" + path + "' is " + toString(node->result()->type) + ", but '" + callee->name +
                "' has " +
                (found == params.end() ? "none of that name"
                                       : toString(found->second->result()->type)) +
                ": a copy has the static arguments of what it follows");
      return false;
    }
    training.followers.push_back({path, of, *with.average});
  }
  return true;
}

/// A pattern of `missing` that matches nothing is a mistake.
bool TrainingBuilder::checkMissing() {
  for (const WeightFile &file : training.weightFiles)
    for (const std::string &pattern : file.missing) {
      const std::string prefix = file.layer.empty() ? "" : file.layer + ".";
      auto matches = [&](const auto &node) {
        return node->op == Op::Param && textOf(*node, "path").starts_with(prefix) &&
               matchesPattern(pattern, textOf(*node, "path").substr(prefix.size()));
      };
      if (std::any_of(training.loss.body.nodes.begin(), training.loss.body.nodes.end(), matches))
        continue;
      error(file.range, "no parameter's path matches \"" + pattern + "\" of 'missing'");
      return false;
    }
  return true;
}

} // namespace lamina::sema
