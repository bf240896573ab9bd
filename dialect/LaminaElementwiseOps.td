// Elementwise ops. Operands align by axis name; one that lacks an axis of the result is repeated along it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAELEMENTWISEOPS_TD
#define DIALECT_LAMINAELEMENTWISEOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_UnaryOp : Lamina_PureOp<"unary"> {
  let summary = "A function of each element";
  let arguments = (ins Lamina_UnaryKindAttr:$kind, Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
}

def Lamina_BinaryOp : Lamina_PureOp<"binary"> {
  let summary = "A function of each pair of elements, axes aligned by name";
  let description = [{
    Operands have one element type; comparisons give bool (`i1`), the others the operands' type. The result has the union of
    the operands' axes. Integers wrap; `floordiv` and `mod` floor.
  }];
  let arguments = (ins Lamina_BinaryKindAttr:$kind, Lamina_Tensor:$lhs, Lamina_Tensor:$rhs);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Lamina_WhereOp : Lamina_PureOp<"where"> {
  let summary = "Where the condition holds the first value, else the second";
  let arguments = (ins Lamina_Tensor:$condition, Lamina_Tensor:$true_value, Lamina_Tensor:$false_value);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$condition `,` $true_value `,` $false_value attr-dict `:` functional-type(operands, results)";
}

def Lamina_CastOp : Lamina_PureOp<"cast"> {
  let summary = "Each element in another element type";
  let arguments = (ins Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINAELEMENTWISEOPS_TD
