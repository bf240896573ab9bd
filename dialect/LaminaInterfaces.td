// What ops of the dialect can be asked, whichever they are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAINTERFACES_TD
#define DIALECT_LAMINAINTERFACES_TD

include "mlir/IR/OpBase.td"

def Lamina_DifferentiableOpInterface : OpInterface<"Differentiable"> {
  let cppNamespace = "::lamina::ir";
  let description = [{
    An op whose derivative is written in ops of this dialect, so that it can be differentiated again. The rules stand in
    `dialect/Derivative*.cpp`. An op without the interface has no derivative by any of its operands.
  }];
  let methods = [
    InterfaceMethod<[{
      Adds to the cotangents of the operands that `adjoint` wants what the cotangents of the results bring them: the transpose of
      the op's Jacobian, applied.
    }], "void", "buildAdjoint", (ins "::lamina::ir::Adjoint &":$adjoint)>
  ];
}

#endif // DIALECT_LAMINAINTERFACES_TD
