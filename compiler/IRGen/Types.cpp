// Types and constants of checked programs in the dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/IRGen/Generator.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace lamina {

Type convertElement(ast::ElementType type, MLIRContext &context) {
  Builder builder(&context);
  switch (type) {
  case ast::ElementType::F32:
    return builder.getF32Type();
  case ast::ElementType::F64:
    return builder.getF64Type();
  case ast::ElementType::BF16:
    return builder.getBF16Type();
  case ast::ElementType::F16:
    return builder.getF16Type();
  case ast::ElementType::I8:
    return builder.getI8Type();
  case ast::ElementType::U8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case ast::ElementType::I32:
    return builder.getI32Type();
  case ast::ElementType::I64:
    return builder.getI64Type();
  case ast::ElementType::Bool:
    return builder.getI1Type();
  }
  llvm_unreachable("an element type beyond the enumeration");
}

RankedTensorType convertType(const sema::Type &type, MLIRContext &context) {
  SmallVector<ir::Axis> axes;
  for (const sema::Axis &axis : type.axes) {
    bool isDynamic = axis.extent == sema::Axis::kBatch || axis.isBound;
    axes.push_back({StringAttr::get(&context, axis.name),
                    isDynamic ? ShapedType::kDynamic : axis.extent,
                    axis.isBound ? axis.extent : 0});
  }
  return ir::tensorType(axes, convertElement(type.element, context));
}

/// The number in the precision of `type`, to nearest, ties to even.
static APFloat roundTo(double number, FloatType type) {
  APFloat result(number);
  bool losesInfo = false;
  result.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
  return result;
}

DenseElementsAttr convertConstant(const sema::Attribute &values, RankedTensorType type) {
  const auto *ints = std::get_if<std::vector<int64_t>>(&values);
  const auto *floats = std::get_if<std::vector<double>>(&values);
  size_t count = ints ? ints->size() : floats->size();
  if (auto element = dyn_cast<FloatType>(type.getElementType())) {
    SmallVector<APFloat> elements;
    elements.reserve(count);
    for (size_t i = 0; i < count; ++i)
      elements.push_back(roundTo(ints ? static_cast<double>((*ints)[i]) : (*floats)[i], element));
    return DenseElementsAttr::get(type, elements);
  }
  SmallVector<APInt> elements;
  elements.reserve(count);
  unsigned width = type.getElementType().getIntOrFloatBitWidth();
  for (size_t i = 0; i < count; ++i) {
    int64_t number = ints ? (*ints)[i] : static_cast<int64_t>((*floats)[i]);
    elements.push_back(APInt(64, static_cast<uint64_t>(number)).trunc(width));
  }
  return DenseElementsAttr::get(type, elements);
}

} // namespace lamina
