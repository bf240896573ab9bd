// A checked `train` block: the programs that compute, and the settings that choose, as plain data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_TRAINING_H
#define COMPILER_SEMA_TRAINING_H

#include "compiler/Sema/Checked.h"
#include "compiler/Syntax/Diagnostics.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lamina::sema {

/// `5 epochs` or `100 steps`.
struct Duration {
  double count = 0;
  bool isEpochs = false;
};

/// One call of a setting with its defaults filled in: `clip_norm(1.0)`, `cosine(warmup = 5
/// epochs)`. Bools are 0 and 1.
struct SettingCall {
  std::string name;
  std::map<std::string, double> numbers;
  std::map<std::string, Duration> durations;
  std::map<std::string, std::string> words; ///< strings, and metrics by name: `val.accuracy`
  SourceRange range;
};

/// What one trained parameter's gradient goes through: the chain with the groups' settings put in.
/// `lr` and all else stand in the links' numbers.
struct ParameterRule {
  std::string path; ///< of the Param node, a `*` for each `repeat`
  std::vector<SettingCall> chain;
};

/// `table = csv("digits.csv")`. Files by role: "" for one that all splits share, else the split's
/// name; `images` and `labels` of idx have roles of their own.
struct DataSource {
  std::string name;
  std::string kind;
  std::vector<std::pair<std::string, std::string>> files;
  SettingCall options;
  SourceRange range;
};

/// How the text of a CSV cell becomes numbers: `key(log.user, empty = 0)`.
struct CellForm {
  std::string reader;          ///< date, key, keys; empty: a number of the column's type
  std::optional<double> empty; ///< what an empty cell stands for; else it is an error
  std::string separator;       ///< of keys
  bool operator==(const CellForm &) const = default;
};

/// One input of the loader's program: what is read of a source for one sample.
struct DataColumn {
  std::string name; ///< of the program's input
  size_t source = 0;
  std::string member;          ///< column by name, or the array of an archive; empty: by number
  int64_t first = 0, last = 0; ///< columns [first, last) where there is no member
  ElementType element = ElementType::F32;
  std::vector<int64_t> shape; ///< of one row
  int64_t window = 0; ///< of `windows`: so many rows from the sample's own on; 0: that row alone
  CellForm form;
  SourceRange range;
};

/// `split = stratified(label, train = 0.8, val = 0.2, seed = 0)`.
struct DataSplit {
  struct Part {
    std::string name;
    double fraction = 0;          ///< of random and stratified
    int64_t first = 0, last = -1; ///< rows [first, last) of `rows`; -1: to the end
  };
  std::string kind = "all"; ///< all, random, stratified, rows
  std::string by;           ///< stratified: the binding
  std::vector<Part> parts;
  uint64_t seed = 0;
  SourceRange range;
};

/// `weights("base.safetensors", map = "a.map", missing = ["*.lora_*"])`: where
/// parameters begin.
struct WeightFile {
  std::string layer; ///< the model of a `with`; empty: the trained one
  std::string file, map;
  std::vector<std::string> missing; ///< patterns of what the file may lack
  SourceRange range;
};

/// A parameter or state of a model with `average`: after each update it moves
/// towards another's.
struct Follower {
  std::string path, of;
  double decay = 0; ///< the share of itself that it keeps
};

/// Axes of parameters that `carry = prune(by = "l2")` cuts at the same positions: they are one
/// index of the model, as the hidden units that one layer makes and the next one reads.
struct CarriedCut {
  struct Part {
    std::string path;      ///< of the Param node
    size_t axis = 0;       ///< of its type
    bool isScored = false; ///< a parameter, whose norm decides; states only follow
  };
  std::vector<Part> parts;
  int64_t from = 0, to = 0;
  bool isPerRound = false; ///< each round of a `repeat` has an index of its own
};

/// `every 10 steps { decoder.weight[d, n] <- … }`: what the run does behind an
/// update. Inputs are parameters by path, outputs the new values of some of
/// them.
struct Periodic {
  Duration interval;
  Model program;
};

/// One setting as it will run, for `--show`.
struct ShownSetting {
  std::string path;
  std::string text;
  bool isDefault = false;
};

struct Training {
  std::string name;       ///< of the block
  std::string stage;      ///< of a block with stages; else empty
  std::string model;      ///< of the model
  SourceRange modelRange; ///< where the block or stage says which
  std::vector<DataSource> sources;
  std::vector<DataColumn> columns; ///< one an input of `load`, in order
  DataSplit split;
  /// The model as it is compiled by itself.
  Model network;
  /// Columns to bindings, for one sample; its outputs are the inputs of `loss` and what the split
  /// needs.
  Model load;
  /// Bindings to `loss` and the metrics, each a scalar over the batch, as the step trains them.
  Model loss;
  /// The same outside training, for each sample where a value has one.
  Model check;
  /// `check` has values of the batch as a whole: it is measured on batches of `batch` samples.
  bool checksWholeBatches = false;
  std::vector<std::string> metrics;
  /// Those of `metrics` that are no means but belong to a whole part, with their kinds: blocks of
  /// std.metric. `check` gives what they are made of, as `NAME` or `NAME.0`, `NAME.1`; `loss` does
  /// not.
  std::map<std::string, std::string> combined;
  std::vector<SettingCall> chain;   ///< the optimizer's links, in the order of the gradient
  std::vector<ParameterRule> rules; ///< of the trained parameters that are not frozen by `only`
  SettingCall schedule;
  /// `schedule = 0.5 ** (epoch // 10)`: of `step steps epoch epochs`, each an
  /// f64 without axes.
  std::optional<Model> scheduleProgram;
  int64_t batch = 0;
  Duration length;
  Duration interval; ///< `check`: between two validations
  int64_t log = 1;   ///< steps between two lines of metrics.jsonl
  uint64_t seed = 0;
  bool shuffle = true;
  bool dropLast = false;
  SettingCall keep;                ///< last(n) or best(max = …)
  std::optional<SettingCall> stop; ///< patience(n, max = …)
  std::vector<WeightFile> weightFiles;
  std::vector<Follower> followers;
  /// Names that a checkpoint has beside the model's: of `with` models, and of
  /// the objective's own parameters.
  std::vector<std::string> companions;
  std::vector<Periodic> periodic;
  /// `state s: [c] = fit(mean<batch>(x))`: bindings of the whole training split to the states that
  /// are learnt from them before the first step, by path.
  std::optional<Model> fit;
  bool continues = false; ///< of a stage: its optimizer goes on where the one
                          ///< before it ended
  /// `carry = prune(by = "l1")`: how a stage's parameters come from larger ones of the stage
  /// before.
  SettingCall carry;
  std::vector<CarriedCut> cuts;
  std::vector<Training> later; ///< the stages that follow
  std::vector<ShownSetting> shown;
  SourceRange range;
};

/// Whether `text` matches `pattern`, in which `*` is any characters.
bool matchesPattern(std::string_view pattern, std::string_view text);

/// Finds out what of the stage before must be cut for the stage, into its `cuts`. False after an
/// error: the shapes differ and nothing says that they may, or no cut leads from one to the other.
bool linkStages(const Training &before, Training &stage, Diagnostics &diagnostics);

/// Leaves only these bindings in `load`, and only the columns that they read.
void restrictLoad(Training &training, const std::vector<std::string> &bindings);

/// `--set path=value`: the value in the language's words.
struct SettingOverride {
  std::string path;
  const ast::Expr *value = nullptr;
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_TRAINING_H
