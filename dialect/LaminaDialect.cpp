// Registers the ops and attributes of the dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Lamina.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace lamina::ir;

#include "dialect/LaminaDialect.cpp.inc"
#include "dialect/LaminaEnums.cpp.inc"
#include "dialect/LaminaInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/LaminaAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialect/LaminaOps.cpp.inc"

void LaminaDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/LaminaAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialect/LaminaOps.cpp.inc"
      >();
}

Operation *LaminaDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                              Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, cast<RankedTensorType>(type), elements);
}
