// Folders: what an op's result is when its operands say enough. No fold changes a bit of a result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Lamina.h"

using namespace mlir;
using namespace lamina::ir;

OpFoldResult ConstantOp::fold(FoldAdaptor adaptor) { return adaptor.getValue(); }
