// Modules, models, tests and regions; where everything came from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/IRGen/IRGen.h"

#include "compiler/IRGen/Generator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace lamina {

// --- Locations
// -------------------------------------------------------------------------------------

Location Generator::locationOf(SourceRange range) {
  if (!range.isValid())
    return UnknownLoc::get(&context);
  LineColumn place = sources.lineColumn(range.file, range.begin);
  return FileLineColLoc::get(&context, sources.name(range.file), place.line, place.column);
}

Location Generator::locationOf(const sema::Value &value) {
  Location place = locationOf(value.range);
  return value.name.empty() ? place : NameLoc::get(builder.getStringAttr(value.name), place);
}

Location Generator::locationOf(const sema::Node &node) {
  Location place = locationOf(node.range);
  if (node.results.empty() || node.result()->name.empty())
    return place;
  return NameLoc::get(builder.getStringAttr(node.result()->name), place);
}

// --- Regions
// ---------------------------------------------------------------------------------------

void Generator::addRegion(const sema::Region &source, Region &target, SourceRange range,
                          bool yields) {
  if (target.empty())
    target.emplaceBlock();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&target.front());
  for (const auto &argument : source.arguments)
    values[argument.get()] =
        target.addArgument(convertType(argument->type, context), locationOf(*argument));
  for (const auto &node : source.nodes)
    addNode(*node);
  if (!yields)
    return;
  ir::YieldOp::create(builder, locationOf(range), valuesOf(source.results));
}

// --- Models and tests
// ------------------------------------------------------------------------------

void Generator::addModel(const sema::Model &model, Block &block) {
  builder.setInsertionPointToEnd(&block);
  SmallVector<StringRef> inputs, outputs;
  for (const auto &argument : model.body.arguments)
    inputs.push_back(argument->name);
  for (const sema::Output &output : model.outputs)
    outputs.push_back(output.name);
  SmallVector<bool> shared(model.shared.begin(), model.shared.end());
  auto op = ir::ModelOp::create(builder, locationOf(model.range), model.name,
                                builder.getStrArrayAttr(inputs), shared,
                                builder.getStrArrayAttr(outputs));
  addRegion(model.body, op.getBody(), model.range, /*yields=*/false);
  builder.setInsertionPointToEnd(&op.getBody().front());
  auto results = llvm::map_to_vector(
      model.outputs, [&](const sema::Output &output) { return valueOf(*output.value); });
  ir::YieldOp::create(builder, locationOf(model.range), results);
}

void Generator::addTest(const sema::Test &test, Block &block) {
  builder.setInsertionPointToEnd(&block);
  auto op = ir::TestOp::create(builder, locationOf(test.range), test.title);
  addRegion(test.body, op.getBody(), test.range, /*yields=*/false);
}

OwningOpRef<ModuleOp> generateIR(const std::vector<const sema::Model *> &models,
                                 const std::vector<const sema::Test *> &tests,
                                 const SourceManager &sources, MLIRContext &context) {
  context.getOrLoadDialect<ir::LaminaDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  Generator generator(context, sources);
  for (const sema::Model *model : models)
    generator.addModel(*model, *module->getBody());
  for (const sema::Test *test : tests)
    generator.addTest(*test, *module->getBody());
  // The first model's file names the compile unit in the object's debug information.
  if (!module->getBody()->empty())
    module->getOperation()->setLoc(module->getBody()->front().getLoc());
  return module;
}

} // namespace lamina
