// Makes a Training of a `train` block: reads its settings, and has the Instantiator execute what
// computes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_TRAININGBUILDER_H
#define COMPILER_SEMA_TRAININGBUILDER_H

#include "compiler/Sema/Instantiator.h"
#include "compiler/Sema/Training.h"
#include "compiler/Sema/TrainingTables.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lamina::sema {

/// A pattern of the setting `eval`.
struct EvaluatedPattern {
  std::string text;
  SourceRange range;
  bool isUsed = false;
};

/// `with teacher = Net(weights = "teacher.safetensors")`
struct WithModel {
  ast::Name name;
  const ast::SettingStmt *stmt = nullptr;
  CallablePtr callee;
  bool isTrained = false;
  std::optional<double> average;
};

/// A state that is learnt before the first step, and its value in the program that learns it.
struct FittedState {
  Node *param = nullptr;
  Value *value = nullptr;
  std::vector<Node *> within;
  SourceRange range;
};

/// `fit Net.scale = row`: the states of this layer are learnt from `row`, not from the layer's
/// input.
struct FitSource {
  std::string path;    ///< of the layer, without the model's name
  std::string binding; ///< of the value among those of `data`
  SourceRange range;   ///< of the layer in the text
  Value *value = nullptr;
  bool isUsed = false;
};

/// What the Instantiator knows while it executes the parts of a `train` block.
struct TrainingContext {
  const Module *losses = nullptr;          ///< std.loss: its blocks are called without `<…>`
  const Module *wholes = nullptr;          ///< std.metric: its blocks make metrics of a whole part
  bool isTraining = false;                 ///< what `training` is in trained instances
  std::vector<EvaluatedPattern> evaluated; ///< layers in which it is false all the same
  /// Where `fit(…)` is computed: what it has come to so far. Null elsewhere.
  std::vector<FittedState> *fits = nullptr;
  std::vector<FitSource> fitSources;
  /// In `data`: the columns that were read so far, one an argument of `inputs`.
  std::vector<DataColumn> *columns = nullptr;
  Region *inputs = nullptr;
  const std::vector<DataSource> *sources = nullptr;
  /// The type that the binding being evaluated must have, without batch; null if nothing says so.
  const Type *expected = nullptr;
  /// In `objective`: metrics by name, in order. `kind` is empty for a mean, else the block of
  /// std.metric that gave the values.
  struct Metric {
    ast::Name name;
    std::string kind;
    std::vector<Value *> values;
  };
  std::vector<Metric> metrics;
};

/// Drops nodes whose results nothing reads.
void dropDead(Region &region);
/// Drops inputs that nothing reads.
void dropUnreadInputs(Model &model);

/// Whether code reduces, indexes or renames the batch, so that its extent must be known.
bool seesBatch(const Region &region);

class TrainingBuilder {
public:
  /// `losses` is the module std.loss, `wholes` std.metric.
  TrainingBuilder(const ModuleTable &modules, Diagnostics &diagnostics,
                  const ExpansionLimits &limits, std::set<std::string> &reported,
                  const Module &root, const Module *losses, const Module *wholes)
      : modules(modules), diagnostics(diagnostics), limits(limits), reported(reported), root(root),
        losses(losses), wholes(wholes), statics(modules, diagnostics, limits, reported) {}

  /// The block, or the `stage`-th of its stages; `countStages` then tells how
  /// many there are.
  std::optional<Training> build(const ast::TrainDecl &decl,
                                std::span<const SettingOverride> overrides, size_t stage = 0);
  size_t countStages() const { return stages.size(); }

  /// The argument of an initialiser `fit(…)`; null for others.
  static const ast::Expr *fittedBy(const ast::Expr &init);
  /// Where states are fitted: makes the value of a state that is about to be read.
  static bool fitState(Instantiator &engine, Layer &owner, const std::string &name,
                       const ast::Expr &by);
  /// Applies a layer to what `fit LAYER = VALUE` names, before its first application. False after
  /// an error.
  static bool fitGiven(Instantiator &engine, const LayerPtr &layer);

private:
  /// A setting's value and where it was set.
  struct Setting {
    const ast::Expr *value = nullptr;
    SourceRange range;
  };

  // Training.cpp: the block with what it is made from, and the order of the work
  bool collect(const ast::TrainDecl &decl);
  bool collectBase(const ast::TrainDecl &decl);
  bool collectBody(const ast::Body &body);
  bool collectSetting(const ast::BindStmt &bind, SourceRange range, std::set<std::string> &seen);
  bool collectPart(const ast::SettingStmt &part);
  bool collectData(const ast::Body &body);
  bool applyOverrides(std::span<const SettingOverride> overrides);
  bool checkOverrides();
  bool findModel();
  bool checkMetricNames();

  // TrainingStages.cpp
  bool collectStage(const ast::SettingStmt &part);
  bool enterStage(size_t number);
  bool readSchedule();

  // TrainingCarry.cpp
  bool readCarry();

  bool buildSchedule(const ast::Expr &expr);

  // TrainingFit.cpp
  bool dataFit(Instantiator &engine, const ast::SettingStmt &part, SourceRange range);
  bool buildFit();
  bool checkFitSources(const std::vector<FitSource> &sources);
  bool finishFit(Instantiator &engine, const std::vector<FittedState> &fits, Model program);

  // TrainingPeriodic.cpp
  bool buildPeriodic();
  bool buildPeriodic(const ast::SettingStmt &part);
  ParamSlot *periodicMove(Instantiator &engine, const ast::UpdateStmt &move, SourceRange range);
  bool finishPeriodic(Instantiator &engine, const ast::SettingStmt &part,
                      const std::vector<ParamSlot *> &moved, Periodic periodic);

  // TrainingWith.cpp
  bool collectWith(const ast::SettingStmt &part);
  bool readWith();
  bool withArgument(WithModel &with, const ast::Arg &arg);
  bool readInit();
  bool readWeightFile(const ast::Expr &expr, const std::string &layer);
  void bindWith(Instantiator &engine, Frame &top);
  bool readCompanions();
  bool readFollowers(const WithModel &with);
  bool checkMissing();
  Diagnostic &error(SourceRange range, std::string message);

  // TrainingSettings.cpp
  bool readSettings();
  bool readKeep();
  bool checkChoices();
  bool readPrecision();
  bool readLength();
  bool readNumbers();
  bool readOptimizer();
  bool checkChain();
  bool readRules();
  bool readGroup(const ast::SettingStmt &group);
  bool applyGroup(const ast::SettingStmt &group, ParameterRule &rule);
  std::optional<std::vector<std::string>> readPatterns(const std::vector<ast::ExprPtr> &heads);
  std::optional<std::vector<std::string>> readOnly();
  const Setting *find(const std::string &name) const;
  /// What a setting says, shown, or the name `usual` where it is not given: then it stands in
  /// `usualExpr`.
  const ast::Expr &showChosen(const std::string &name, const std::string &usual,
                              ast::Expr &usualExpr);
  void show(const std::string &path, std::string text, bool isDefault);

  // TrainingMode.cpp
  bool readEvaluated();
  bool checkEvaluated(const std::vector<EvaluatedPattern> &patterns);

  // TrainingCalls.cpp
  std::optional<SettingCall> readCall(const ast::Expr &expr, std::span<const SettingRule> rules,
                                      const std::string &what, const std::string &path);
  bool readArgument(SettingCall &call, const SettingFormal &formal, const ast::Expr &value);
  bool readBounded(SettingCall &call, const SettingFormal &formal, const ast::Expr &value);
  bool fillDefaults(SettingCall &call, const SettingRule &rule, const std::string &path,
                    const std::set<std::string_view> &given);
  const ast::Expr *overrideOf(const std::string &path);
  std::optional<double> readNumber(const ast::Expr &expr, const std::string &what);
  std::optional<int64_t> readInt(const ast::Expr &expr, const std::string &what, int64_t least);
  std::optional<bool> readBool(const ast::Expr &expr, const std::string &what);
  std::optional<std::string> readString(const ast::Expr &expr, const std::string &what);
  std::optional<Duration> readDuration(const ast::Expr &expr, const std::string &what);

  // TrainingData.cpp
  /// Makes `top` the frame in which `engine` executes this block's code, into `body`.
  void enter(Instantiator &engine, Frame &top, Region &body);
  bool buildData();
  bool dataStatement(Instantiator &engine, const ast::Stmt &stmt);
  bool dataSource(Instantiator &engine, const ast::BindStmt &bind, const ast::Call &call);
  bool sourceFiles(DataSource &source, const ast::Call &call);
  bool dataSplit(const ast::Expr &expr);
  bool splitPart(const ast::Arg &arg);
  bool splitRows(DataSplit::Part &part, const ast::Expr &expr);
  bool splitShare(DataSplit::Part &part, const ast::Expr &expr);
  bool dataBinding(Instantiator &engine, const ast::BindStmt &bind);
  std::optional<Type> expectedType(Instantiator &engine, const ast::BindStmt &bind);
  bool checkBinding(const ast::BindStmt &bind, const Value *value, const Type &expected,
                    bool isWritten);
  void keepUsed();

  // TrainingAugment.cpp
  bool augment(Instantiator &engine);

  // TrainingObjective.cpp
  bool buildObjective(bool isTraining, Model &into);
  LayerPtr enterObjective(Instantiator &engine, Frame &top, Model &into);
  bool objectiveInputs(Instantiator &engine, Model &into);
  Datum objectiveLoss(Instantiator &engine, const LayerPtr &layer);
  Datum appliedLoss(Instantiator &engine, const LayerPtr &layer, const Setting &loss);
  bool objectiveOutputs(Instantiator &engine, bool isTraining, Model &into, const Datum &loss,
                        SourceRange range);
  Value *reduced(Instantiator &engine, Value *value, bool overBatch, SourceRange range);
  Value *averaged(Instantiator &engine, Value *loss, SourceRange range);

  const ModuleTable &modules;
  Diagnostics &diagnostics;
  const ExpansionLimits &limits;
  std::set<std::string> &reported;
  const Module &root;
  const Module *losses, *wholes;
  Instantiator statics; ///< evaluates static expressions with the names of the file
  Frame file;
  Region scratch;

  Training training;
  std::vector<const ast::TrainDecl *> open; ///< the chain of `from`
  const ast::Expr *modelExpr = nullptr;
  ast::Expr modelName; ///< what modelExpr points to where the block's name is the model's
  std::map<std::string, Setting> settings;
  std::vector<const ast::Stmt *> data;
  const ast::SettingStmt *objective = nullptr;
  std::vector<const ast::SettingStmt *> groups, withs, stages, periods, augments;
  std::vector<WithModel> withModels;
  std::set<std::string> named; ///< the stages and models that the body being read has named
  std::map<std::string, const ast::Expr *> overridden;
  std::set<std::string> used; ///< of `overridden`
  std::vector<SettingCall> chain;
  std::vector<EvaluatedPattern> evaluated;
  std::vector<FitSource> fitSources;

  CallablePtr callee; ///< the model
  Model signature;    ///< the model as it is compiled
  std::vector<ast::Name> bindings;
  std::map<std::string, Value *> bound; ///< outputs of `load`
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_TRAININGBUILDER_H
