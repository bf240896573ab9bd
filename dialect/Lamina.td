// The lamina dialect, family by family.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINA_TD
#define DIALECT_LAMINA_TD

include "dialect/LaminaDialect.td"
include "dialect/LaminaAttributes.td"
include "dialect/LaminaStructureOps.td"
include "dialect/LaminaElementwiseOps.td"
include "dialect/LaminaReductionOps.td"
include "dialect/LaminaShapeOps.td"
include "dialect/LaminaIndexOps.td"
include "dialect/LaminaExtentOps.td"
include "dialect/LaminaDerivativeOps.td"
include "dialect/LaminaKernelOps.td"

#endif // DIALECT_LAMINA_TD
