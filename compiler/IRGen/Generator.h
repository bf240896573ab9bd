// Turns the nodes of checked regions into ops, value by value. Private to this stage.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_IRGEN_GENERATOR_H
#define COMPILER_IRGEN_GENERATOR_H

#include "compiler/Sema/Checked.h"
#include "compiler/Syntax/Source.h"
#include "dialect/Lamina.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace lamina {

/// `f32` to `f32`, `bool` to `i1`, `u8` to `ui8`.
mlir::Type convertElement(ast::ElementType type, mlir::MLIRContext &context);
/// A tensor type whose encoding names the axes, in their order; `batch` and run-time extents are
/// dynamic.
mlir::RankedTensorType convertType(const sema::Type &type, mlir::MLIRContext &context);
/// The values of a Constant node as elements of `type`: each is rounded once, one value fills.
mlir::DenseElementsAttr convertConstant(const sema::Attribute &values, mlir::RankedTensorType type);
/// An attribute of a node in the form that the dialect's op `op` declares.
mlir::Attribute convertAttribute(sema::Op op, llvm::StringRef name,
                                 const sema::Attribute &attribute, mlir::MLIRContext &context);

class Generator {
public:
  Generator(mlir::MLIRContext &context, const SourceManager &sources)
      : context(context), sources(sources), builder(&context) {}

  /// Appends the op of a model or a test to `block`.
  void addModel(const sema::Model &model, mlir::Block &block);
  void addTest(const sema::Test &test, mlir::Block &block);

private:
  mlir::Location locationOf(SourceRange range);
  /// The place of a value, under the user's name for it where it has one.
  mlir::Location locationOf(const sema::Value &value);
  mlir::Location locationOf(const sema::Node &node);

  /// Fills `target` with one block: arguments, nodes and, if asked for, a yield of the results.
  void addRegion(const sema::Region &source, mlir::Region &target, SourceRange range, bool yields);
  void addNode(const sema::Node &node);
  void bind(const sema::Node &node, mlir::Operation *op);

  mlir::Operation *addPlain(const sema::Node &node);
  mlir::Operation *addConstant(const sema::Node &node);
  mlir::Operation *addParam(const sema::Node &node);
  mlir::Operation *addApply(const sema::Node &node);
  mlir::Operation *addRepeat(const sema::Node &node);
  mlir::Operation *addBackward(const sema::Node &node);
  mlir::Operation *addCheckpoint(const sema::Node &node);

  /// The value in the dialect. A literal is made anew where it is used, so that unused ones leave
  /// no trace.
  mlir::Value valueOf(const sema::Value &value);
  llvm::SmallVector<mlir::Value> valuesOf(const std::vector<sema::Value *> &list);
  llvm::SmallVector<mlir::Type> typesOf(const sema::Node &node);

  mlir::MLIRContext &context;
  const SourceManager &sources;
  mlir::OpBuilder builder;
  llvm::DenseMap<const sema::Value *, mlir::Value> values;
};

} // namespace lamina

#endif // COMPILER_IRGEN_GENERATOR_H
