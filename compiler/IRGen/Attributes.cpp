// Attributes of checked nodes in the form that the dialect declares.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/IRGen/Generator.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace lamina {

/// An enumeration by the dialect's spelling; which one follows from the op.
static Attribute convertKind(sema::Op op, StringRef spelling, MLIRContext &context) {
  switch (op) {
  case sema::Op::Unary:
    return ir::UnaryKindAttr::get(&context, *ir::symbolizeUnaryKind(spelling));
  case sema::Op::Binary:
    return ir::BinaryKindAttr::get(&context, *ir::symbolizeBinaryKind(spelling));
  case sema::Op::Reduce:
    return ir::ReduceKindAttr::get(&context, *ir::symbolizeReduceKind(spelling));
  case sema::Op::Cumulate:
    return ir::CumulateKindAttr::get(&context, *ir::symbolizeCumulateKind(spelling));
  case sema::Op::Random:
    return ir::RandomKindAttr::get(&context, *ir::symbolizeRandomKind(spelling));
  case sema::Op::Draw:
    return ir::DrawKindAttr::get(&context, *ir::symbolizeDrawKind(spelling));
  case sema::Op::Pad:
    return ir::PadModeAttr::get(&context, *ir::symbolizePadMode(spelling));
  case sema::Op::Resize:
    return ir::ResizeModeAttr::get(&context, *ir::symbolizeResizeMode(spelling));
  default:
    return StringAttr::get(&context, spelling);
  }
}

static ArrayAttr convertGroups(const sema::AxisGroups &groups, Builder &builder) {
  SmallVector<Attribute> all;
  for (const std::vector<std::string> &group : groups) {
    SmallVector<StringRef> names(group.begin(), group.end());
    all.push_back(builder.getStrArrayAttr(names));
  }
  return builder.getArrayAttr(all);
}

namespace {

/// One overload for each alternative of sema::Attribute.
struct Converter {
  sema::Op op;
  StringRef name;
  MLIRContext &context;
  Builder builder{&context};

  /// `softmax` declares `log` as a unit attribute: present or not.
  Attribute operator()(bool flag) {
    if (op == sema::Op::Softmax)
      return flag ? builder.getUnitAttr() : Attribute();
    return builder.getBoolAttr(flag);
  }
  Attribute operator()(int64_t number) { return builder.getI64IntegerAttr(number); }
  Attribute operator()(double number) { return builder.getF64FloatAttr(number); }
  Attribute operator()(const std::string &text) {
    return name == "kind" || name == "mode" ? convertKind(op, text, context)
                                            : builder.getStringAttr(text);
  }
  Attribute operator()(const std::vector<int64_t> &numbers) {
    return builder.getDenseI64ArrayAttr(numbers);
  }
  Attribute operator()(const std::vector<double> &numbers) {
    return builder.getDenseF64ArrayAttr(numbers);
  }
  Attribute operator()(const std::vector<std::string> &texts) {
    return builder.getStrArrayAttr(SmallVector<StringRef>(texts.begin(), texts.end()));
  }
  Attribute operator()(const sema::AxisGroups &groups) { return convertGroups(groups, builder); }
};

} // namespace

Attribute convertAttribute(sema::Op op, StringRef name, const sema::Attribute &attribute,
                           MLIRContext &context) {
  return std::visit(Converter{op, name, context}, attribute);
}

} // namespace lamina
