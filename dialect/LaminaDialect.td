// The dialect and the base classes of its ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINADIALECT_TD
#define DIALECT_LAMINADIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "dialect/LaminaInterfaces.td"

def Lamina_Dialect : Dialect {
  let name = "lamina";
  let cppNamespace = "::lamina::ir";
  let summary = "Tensor algebra over named axes, the vocabulary of MLP networks";
  let description = [{
    Values are ranked tensors whose encoding names the axes:
    `tensor<?x196x512xf32, #lamina.axes<batch, s, c>>`. The order of the axes in a type is the order in memory and
    carries no meaning: ops find axes by name. Two axes of a type never share a name. A dimension is static but for
    `batch` (`?`) and for axes whose extent is known at run time up to a bound (`#lamina.axes<batch, n max 13>`, `?`).

    Ops on several tensors align them by axis name; an operand that lacks an axis of the result is repeated along it.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

class Lamina_Op<string mnemonic, list<Trait> traits = []> : Op<Lamina_Dialect, mnemonic, traits>;

/// A tensor with named axes; a scalar is `tensor<f32, #lamina.axes<>>`, `bool` is `i1`, `u8` is `ui8`.
def Lamina_Tensor : Type<And<[
    RankedTensorOf<[F32, F64, BF16, F16, I1, I8, UI8, I32, I64]>.predicate,
    CPred<"::lamina::ir::axesOf($_self) != nullptr">]>,
  "tensor with named axes", "::mlir::RankedTensorType">;

/// An op without side effects whose results depend on its operands alone.
class Lamina_PureOp<string mnemonic, list<Trait> traits = []> : Lamina_Op<mnemonic, !listconcat([Pure], traits)> {
  let hasVerifier = 1;
}

/// One with a derivative by its float operands.
class Lamina_DifferentiableOp<string mnemonic, list<Trait> traits = []> : Lamina_PureOp<mnemonic,
    !listconcat([DeclareOpInterfaceMethods<Lamina_DifferentiableOpInterface>], traits)>;

#endif // DIALECT_LAMINADIALECT_TD
