// The engine of Sema: executes the text of a model once, symbolically, and writes the nodes that it
// stands for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_INSTANTIATOR_H
#define COMPILER_SEMA_INSTANTIATOR_H

#include "compiler/Sema/Frame.h"
#include "compiler/Sema/Modules.h"
#include "compiler/Sema/Primitives.h"
#include "compiler/Sema/Sema.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lamina::sema {

class Instantiator;
struct Application;
struct CellForm;
struct DataColumn;
struct TrainingContext;

/// `MixerBlock` as a path's word: `mixer_block`.
std::string snakeCase(std::string_view name);
/// Functions of static values and words that the core reads itself: casts, `len`, `extent`, and
/// what is not supported yet.
bool isBuiltinFunction(std::string_view name);
/// The path of a layer in weight files, `*` for the places of `repeat`.
std::string pathOf(const Layer &layer);

/// A diagnostic that is being written; on its way out it gets the chain of block calls. Converts to
/// a poisoned datum.
class Report {
public:
  Report(Instantiator &owner, Severity severity, SourceRange range, std::string message)
      : owner(owner), diagnostic{severity, range, std::move(message), {}} {}
  Report(const Report &) = delete;
  ~Report();
  Report &note(SourceRange where, std::string text) {
    diagnostic.note(where, std::move(text));
    return *this;
  }
  /// Notes where `value` got its axis `axis`.
  Report &origin(const Value *value, std::string_view axis);
  operator Datum() const { return Poison{}; }

private:
  Instantiator &owner;
  Diagnostic diagnostic;
};

/// The static arguments of a primitive that is a value: `softmax<c>`.
struct PrimitiveStatics {
  std::vector<PrimitiveArg> arguments;
  std::vector<Value *> operands; ///< that give run-time extents
  std::vector<SourceRange> operandRanges;
};

/// An argument in `(…)`, evaluated.
struct CallArg {
  std::optional<ast::Name> name;
  Datum datum;
  SourceRange range;
};

/// How numbers are treated: as in a body, or at compile time in double (`let` tensors and
/// initialisers).
struct ConstantContext {
  bool active = false;
  std::optional<Type> initialised; ///< in an initialiser: the parameter's type
  int64_t members = 0; ///< in an initialiser: how many of the type's first axes are those of `each`
};

/// Instantiates models and tests of one program. One object for one instantiation.
class Instantiator {
public:
  Instantiator(const ModuleTable &modules, Diagnostics &diagnostics, const ExpansionLimits &limits,
               std::set<std::string> &reported)
      : modules(modules), diagnostics(diagnostics), limits(limits), reported(reported) {}

  std::optional<Model> model(const Module &module, const ast::Expr &expression);
  /// The same of a public model of `module`, by its name.
  std::optional<Model> memberModel(const Module &module, const ast::Member &member,
                                   SourceRange range);
  std::optional<Test> test(const Module &module, const ast::TestDecl &decl);
  /// Evaluates a file-level `let` or a variant's arguments for their errors.
  void checkDeclared(const Module &module, const Declared &declared);

private:
  friend class Report;
  friend class TrainingBuilder;

  // Instantiator.cpp: diagnostics and limits
  Report error(SourceRange range, std::string message);
  Report warning(SourceRange range, std::string message);
  void emit(Diagnostic diagnostic);
  void addChain(Diagnostic &diagnostic) const;
  void forward(const Diagnostics &inner);
  bool step(SourceRange range, size_t work = 1);
  bool failed() const { return errors != 0; }
  Builder builder() { return Builder(*region); }
  Region *open(Node *node, size_t index);
  Value *argument(Region &in, Type type, std::string name, SourceRange range);

  // Expressions.cpp
  Datum eval(const ast::Expr &expr);
  Datum evalNode(const ast::Number &node, const ast::Expr &expr);
  Datum evalNode(const ast::String &node, const ast::Expr &expr);
  Datum evalNode(const ast::Constant &node, const ast::Expr &expr);
  Datum evalNode(const ast::NameRef &node, const ast::Expr &expr);
  Datum evalNode(const ast::List &node, const ast::Expr &expr);
  Datum evalNode(const ast::Comprehension &node, const ast::Expr &expr);
  Datum evalNode(const ast::Tuple &node, const ast::Expr &expr);
  Datum evalNode(const ast::Call &node, const ast::Expr &expr);
  Datum evalNode(const ast::Index &node, const ast::Expr &expr);
  Datum evalNode(const ast::Member &node, const ast::Expr &expr);
  Datum evalNode(const ast::Unary &node, const ast::Expr &expr);
  Datum evalNode(const ast::Binary &node, const ast::Expr &expr);
  Datum evalNode(const ast::RangeExpr &node, const ast::Expr &expr);
  Datum evalNode(const ast::Conditional &node, const ast::Expr &expr);
  Datum evalNode(const ast::Pipe &node, const ast::Expr &expr);
  Datum evalLogical(const ast::Binary &node, const ast::Expr &expr);
  Datum tensorBinary(ast::BinaryOp op, const Datum &lhs, const Datum &rhs, const ast::Binary &node,
                     SourceRange range);
  void warnLostAxis(const Value *whole, const Value *part, SourceRange range);
  std::optional<int64_t> evalInt(const ast::Expr &expr, std::string_view what);
  std::optional<bool> evalCondition(const ast::Expr &expr);
  /// The items that `for … in` runs over, or nothing after an error.
  std::optional<std::vector<Datum>> evalItems(const ast::Expr &expr);
  Datum indexList(const List &list, const ast::Part &part);
  Datum moduleMember(const Module &module, const ast::Name &name);
  Datum layerMember(const LayerPtr &layer, const ast::Name &name, SourceRange range);
  bool bindLoop(const std::vector<ast::Name> &names, const Datum &item, SourceRange range);

  // Names.cpp
  Datum lookupValue(const std::string &name, SourceRange range);
  Datum lookupCallable(const std::string &name, SourceRange range);
  std::optional<Datum> lookupFile(const std::string &name, SourceRange range, bool callable);
  Datum declaredDatum(const Declared &declared, SourceRange range);
  Datum evalInFile(const Declared &declared, SourceRange range,
                   const std::function<Datum()> &evaluate);
  Datum evalFileLet(const Declared &declared, SourceRange range);
  Datum variantDatum(const Declared &declared, const ast::ModelDecl &model, SourceRange range);
  Datum bindingDatum(const std::string &name, Binding &binding);
  Report unknown(const std::string &name, SourceRange range, bool callable);
  std::optional<Datum> axisExtent(const std::string &name, SourceRange range);

  // Axes.cpp
  /// The extent that an axis name stands for in the text of `of`; without a reason where nothing is
  /// known.
  EntryExtent knownExtent(Frame &of, const BoundAxis &axis);
  std::optional<Axis> extentOf(Frame &of, const BoundAxis &axis, SourceRange range);
  std::optional<AxisList> axesOf(const ast::Expr &expr);
  std::optional<AxisList> axesOf(const ast::Part &part);
  std::optional<Type> evalType(const ast::TypeExpr &type, SourceRange range,
                               bool maySparse = false);
  bool checkSize(const Type &type, SourceRange range);
  bool checkAgainst(Value *value, const ast::TypeExpr &type, const std::string &what,
                    SourceRange range);
  ElementType elementOf(const ast::TypeExpr &type) const {
    return type.element.value_or(floatType);
  }

  // Tensors.cpp
  Value *toTensor(const Datum &datum, SourceRange range, std::string_view what);
  Value *constant(const Type &type, const std::vector<Datum> &numbers, SourceRange range);
  Value *cast(Value *value, ElementType element, SourceRange range);
  void unify(std::vector<Value *> &operands, bool floats);
  Datum collect(std::vector<Value *> values, SourceRange range, std::string_view what);
  Datum unary(std::string_view kind, const Datum &operand, SourceRange range);
  Value *listTensor(const List &list, const Type &type, SourceRange range);

  // Calls.cpp
  Datum call(const ast::Expr &callee, const std::vector<ast::Arg> *args,
             std::optional<CallArg> piped, SourceRange range);
  bool evalArgs(const std::vector<ast::Arg> &args, std::vector<CallArg> &into);
  Datum callNamed(const ast::NameRef &ref, const ast::Expr &callee,
                  const std::vector<ast::Arg> *args, std::vector<CallArg> &values,
                  SourceRange range);
  Datum callDatum(const Datum &callee, std::vector<CallArg> args, SourceRange range,
                  const void *site);
  Datum argValue(const ast::Arg &arg, const ast::Expr &value);
  bool bindParameters(Frame &inner, const Callable &callable, std::vector<CallArg> &args,
                      SourceRange range);
  Datum callFunction(const Callable &fn, std::vector<CallArg> args, SourceRange range);
  Datum callCast(const std::string &element, std::vector<CallArg> &args, SourceRange range);
  Datum callExtent(const ast::NameRef &ref, std::vector<CallArg> &args, SourceRange range);
  std::optional<Datum> callStatic(const std::string &name, const std::vector<CallArg> &args,
                                  SourceRange range);

  // PrimitiveCalls.cpp
  PrimitiveCall primitiveCall(const std::string &name, SourceRange range) const;
  Datum callPrimitive(const std::string &name, const ast::StaticArgs *statics,
                      const std::vector<ast::Arg> *args, const std::vector<CallArg> &values,
                      SourceRange range);
  Datum primitiveValue(const Callable &primitive, const ast::StaticArgs &statics);
  Datum callPrimitiveValue(const Callable &primitive, const std::vector<CallArg> &values,
                           SourceRange range);
  Datum finishPrimitive(PrimitiveCall &call, const std::vector<CallArg> &values);
  bool primitiveStatics(PrimitiveCall &call, const ast::StaticArgs &statics);
  bool primitiveStatic(PrimitiveCall &call, const ast::StaticArg &arg, size_t &position);
  bool axisStatic(PrimitiveCall &call, const ast::StaticArg &arg, bool makes);
  bool madeAxis(PrimitiveCall &call, const BoundAxis &axis, SourceRange range);
  bool madeAxes(const ast::StaticArg &arg, std::vector<MadeAxis> &into);
  bool staticValues(const ast::Part &part, bool isWord, std::vector<StaticValue> &into);
  bool operands(PrimitiveCall &call, const std::vector<CallArg> &values);
  bool rearrangePattern(PrimitiveCall &call, const std::vector<ast::Arg> &args);
  Value *valueWithAxis(std::string_view axis);

  // Blocks.cpp
  CallablePtr bindStatics(const CallablePtr &callable, const ast::StaticArgs &args,
                          SourceRange range);
  using GivenArgs =
      std::vector<const ast::StaticArg *>; ///< by formal: the argument of this list that gives it
  bool bindPositional(Callable &callable, const ast::StaticArg &arg, size_t &next,
                      GivenArgs &given);
  bool bindNamed(Callable &callable, const ast::StaticArg &arg, GivenArgs &given);
  std::optional<BoundArg> boundArg(const Callable &callable, const ast::Formal &formal,
                                   const ast::StaticArg &arg);
  bool bindFormals(Frame &inner, const Callable &callable, SourceRange range);
  bool bindDefaultAxis(Frame &inner, const Callable &callable, size_t index, SourceRange range);
  bool bindDefaults(Frame &inner, const Callable &callable);
  void bindFormalValue(Frame &inner, const ast::Formal &formal, Datum datum);
  Datum evalRangePart(const ast::Part &part);
  bool checkKind(Datum &datum, const Callable &callable, const ast::Formal &formal,
                 SourceRange range);
  CallablePtr fixAxes(const CallablePtr &callable);

  // Apply.cpp
  Datum apply(const LayerPtr &layer, std::vector<CallArg> args, SourceRange range);
  bool mayApply(const Layer &layer, SourceRange range);
  bool execApplied(Application &app, Node *node);
  Datum appliedResults(Application &app, Node *node);
  bool enter(Application &app, std::vector<CallArg> args);
  std::optional<size_t> inputOf(const Application &app, const CallArg &arg, size_t &next,
                                size_t given);
  bool matchArgs(Application &app, std::vector<CallArg> args);
  Value *inputTensor(const ast::Input &input, const CallArg &arg, const Callable &callee);

  // EnterAxes.cpp
  void signatureAxes(Application &app);
  bool matchInputs(Application &app);
  bool matchEach(const Application &app, size_t index);
  bool matchInput(Application &app, size_t index);
  void assignAxes(Application &app);

  // EnterExtents.cpp
  bool inputExtents(Application &app);
  bool inputExtent(Application &app, size_t index, const ast::AxisDecl &decl);
  bool restExtents(Application &app);
  std::optional<int64_t> wantedExtent(const ast::AxisDecl &decl, bool &fine);
  bool declaredExtents(Application &app);

  // MadeAxes.cpp
  void madeExtents(Application &app);
  EntryExtent madeExtent(Application &app, const std::string &name, size_t index);
  std::optional<EntryExtent> computedExtent(Application &app, const std::string &name);
  EntryExtent callersInt(const Application &app, const BoundAxis &axis);

  // Leave.cpp
  void enterInputs(Application &app);
  bool execBody(const ast::Body &body, std::vector<Datum> &returns);
  void applyBackward(const ast::BackwardClause &clause, std::vector<Datum> &returns);
  std::optional<std::pair<Value *, Value *>> backwardResult(const ast::Name &name,
                                                            const ast::Expr &expression);
  void execCheckpoint(const ast::Body &body, SourceRange range);
  bool leave(Application &app, const std::vector<Datum> &returns, Region &body);
  Value *leaveOutput(Application &app, const ast::Output &output, const Datum &value,
                     SourceRange range);
  bool checkResultAxes(Application &app, const ast::Output &output, Value *value,
                       SourceRange range);
  Value *renameTo(Value *value, const std::vector<std::string> &from,
                  const std::vector<std::string> &to, SourceRange range);
  Value *withEach(const Layer &layer, size_t first, Value *value, SourceRange range);

  // Layers.cpp
  LayerPtr child(Layer &owner, const void *key, int repetition, Layer::Kind kind,
                 const std::string &name);
  LayerPtr unnamedInstance(const CallablePtr &callee, const void *site, SourceRange range);
  LayerPtr declareLayer(Layer &owner, const Datum &value, const void *key, int repetition,
                        const std::string &name, const ast::LayerStmt &stmt, SourceRange range);
  bool addEach(Layer &layer, const ast::LayerStmt &stmt);
  Datum layerDatum(const LayerPtr &layer);
  void checkApplied(const Frame &of);
  void assignPaths();

  // Parameters.cpp
  Datum makeParam(const ast::Stmt &stmt, Layer &owner);
  Datum findOrMakeParam(Layer &owner, const ast::Name &name, const Type &declared,
                        const ast::Expr *init, const std::string &role, SourceRange range);
  Node *paramNode(const Layer &owner, const Type &declared, const std::string &role,
                  SourceRange range);
  Datum disagreement(const Layer &owner, const ParamSlot &slot, const Type &type,
                     SourceRange range);
  bool initialise(Node *node, const Type &of, int64_t members, const ast::Expr &init);
  Value *initialValue(const Datum &datum, const Type &type, SourceRange range);
  Value *fill(Value *value, const Type &type, SourceRange range);
  Value *paramValue(const Layer &owner, const ParamSlot &slot);
  Value *stackedArgument(Node *repeat, Value *outer);
  Datum paramOf(Layer &layer, const ast::Name &name, const std::vector<ast::Part> *index,
                SourceRange range);

  // Statements.cpp
  void exec(const ast::Body &body);
  void execStmt(const ast::Stmt &stmt);
  void execNode(const ast::LayerStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::ParamStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::StateStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::LetStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::TapStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::EmitStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::RepeatStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::ForStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::IfStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::ScanStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::AssertStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::BindStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::UpdateStmt &node, const ast::Stmt &stmt);
  void execNode(const ast::SettingStmt &node, const ast::Stmt &stmt);
  Datum evalLet(const ast::Name &name, const std::optional<ast::TypeExpr> &type,
                const ast::Expr &value);
  void bindName(const ast::Name &name, Datum datum);
  void materialise(std::map<std::string, Binding, std::less<>> &scope);
  std::string explainCondition(const ast::Expr &condition, std::string text);

  // TrainingMode.cpp: what only a training step does
  bool isTraining() const;
  std::optional<DrawPlace> drawPlace() const;
  bool namesBatch() const;
  void evaluateAsSet(Layer &layer);
  void move(Binding &state, const ast::Name &name, Value *next, SourceRange range);
  Value *nextOfState(const Value &state, const Datum &moved, SourceRange range);

  // CarriedStates.cpp
  struct Loop;
  /// A state that a loop carries: `inside` is what a round begins with.
  struct CarriedState {
    Layer *owner;
    std::string name;
    Value *inside;
  };
  std::vector<Node *> loopsOverState(const Layer &owner) const;
  void carryState(Layer &owner, const std::string &name);
  void leaveStates(const Loop &loop);
  void bindStates(const Loop &loop);

  // Repeat.cpp
  bool loopBounds(Loop &loop, const ast::RepeatStmt &node);
  bool findCarried(Loop &loop, const ast::Body &body);
  void enterLoop(Loop &loop, const ast::RepeatStmt &node, const ast::Stmt &stmt);
  void execLoopBody(Loop &loop, const ast::RepeatStmt &node);
  Value *collectIndex(Value *index, int64_t first, SourceRange range);
  bool leaveLoop(Loop &loop);
  Value *carriedResult(Loop &loop, size_t index);

  // Scan.cpp
  struct Scan;
  bool scannedAxis(Scan &scan, const ast::ScanStmt &node);
  bool scannedValues(Scan &scan, const ast::ScanStmt &node);
  void enterScan(Scan &scan, const ast::ScanStmt &node, const ast::Stmt &stmt);
  void execScanBody(Scan &scan, const ast::Body &body);
  void leaveScan(Scan &scan, Region &outer, SourceRange range);

  // RepeatBatch.cpp
  Value *sampleFlag(SourceRange range);
  std::vector<bool> gainedBatch(Loop &loop, Region &body);
  void enterPerSample(Loop &loop, Region &outer);

  // Records.cpp
  void tap(const std::string &name, Value *value);
  Datum recordMember(const Datum &base, const ast::Name &name, SourceRange range);
  Datum recordMatches(const Record &record, const std::string &pattern, SourceRange range);
  Value *escape(Value *value, const std::vector<Node *> &enclosing);

  // Models.cpp
  std::optional<Model> instantiate(const Datum &datum, SourceRange range);
  bool modelFrame(Frame &top, const Callable &callable, SourceRange range);
  bool modelInputs(Model &model, const Callable &callable);
  bool modelOutputs(Model &model, const Callable &callable, const std::vector<Datum> &returns);
  std::optional<Axis> inputAxis(const ast::AxisDecl &decl);
  std::optional<Type> inputType(const ast::Input &input);
  Value *modelOutput(const Callable &callable, const ast::Output &output, const Datum &value,
                     SourceRange range);
  void finish(Region &body);

  // TrainingData.cpp, TrainingObjective.cpp, TrainingLoss.cpp: in a `train` block
  Datum tableColumns(const DataTable &table, const std::vector<ast::Part> &parts,
                     SourceRange range);
  Datum tableMember(const DataTable &table, const ast::Name &name, SourceRange range);
  std::optional<Type> columnType(const ColumnRef &column, ElementType element, SourceRange range);
  std::optional<Type> keysType(SourceRange range);
  Value *readColumn(const ColumnRef &column, std::optional<ElementType> element,
                    const CellForm *form, SourceRange range);
  Datum callWindows(const ast::NameRef &ref, const std::vector<CallArg> &args, SourceRange range);
  Datum castColumn(const ColumnRef &column, ElementType to, const std::vector<CallArg> &args,
                   SourceRange range);
  Datum callCell(const std::string &reader, const std::vector<CallArg> &args, SourceRange range);
  bool readForm(const std::string &reader, const std::vector<CallArg> &args, bool isFloat,
                CellForm &form);
  Value *columnArgument(DataColumn read, const Type &type, SourceRange range);
  void objectiveMetric(const ast::SettingStmt &node, const ast::Stmt &stmt);
  std::vector<Value *> wholeMetric(const ast::Call &call, SourceRange range);
  CallablePtr lossNamed(const std::string &name);
  std::optional<BoundAxis> classAxis(const Callable &loss, const std::vector<CallArg> &args,
                                     SourceRange range);
  Datum callLoss(CallablePtr loss, std::vector<CallArg> args, SourceRange range, const void *site);

  const ModuleTable &modules;
  Diagnostics &diagnostics;
  const ExpansionLimits &limits;
  std::set<std::string>
      &reported; ///< diagnostics already given, for text that is instantiated more than once
  size_t errors = 0;
  size_t steps = 0;
  size_t made = 0;    ///< calls that made nodes
  size_t depth = 0;   ///< of frames
  size_t nesting = 0; ///< of expressions
  bool exhausted = false;

  /// Numbers a frame and knows it while it lives: an axis name may be asked about after its frame
  /// is gone.
  struct LiveFrame {
    LiveFrame(Instantiator &owner, Frame &frame) : owner(owner), number(++owner.lastFrame) {
      frame.number = number;
      owner.liveFrames[number] = &frame;
    }
    LiveFrame(const LiveFrame &) = delete;
    ~LiveFrame() { owner.liveFrames.erase(number); }
    Instantiator &owner;
    size_t number;
  };
  std::map<size_t, Frame *> liveFrames;
  size_t lastFrame = 0;

  Frame *frame = nullptr;
  Region *region = nullptr;
  Region *modelBody = nullptr; ///< its arguments are the inputs; null in tests
  std::vector<Node *> enclosing;
  ConstantContext constants;
  Scan *scanning = nullptr; ///< the innermost `scan` around the text that is being executed
  ElementType floatType = ElementType::F32;
  std::shared_ptr<Layer> root;
  std::vector<std::unique_ptr<Node>> params;
  std::vector<std::pair<Node *, const Layer *>>
      placed; ///< apply and tap nodes and the layers that give their paths
  std::vector<std::pair<Node *, const Node *>> moves; ///< assign nodes and the states they move
  std::map<Node *, std::vector<CarriedState>> carriedStates; ///< by loop
  std::map<const Node *, std::string>
      repeatNames; ///< as they are spelled: the axis of collected values
  const Type *declaring =
      nullptr; ///< the type of the constant or parameter whose value is being evaluated
  std::vector<const ast::Decl *> evaluatingDecls;
  std::map<const ast::Decl *, Datum> lets;
  TrainingContext *training = nullptr; ///< set in a `train` block
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_INSTANTIATOR_H
