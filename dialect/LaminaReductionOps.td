// Contractions, reductions and what normalises along axes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAREDUCTIONOPS_TD
#define DIALECT_LAMINAREDUCTIONOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_DotOp : Lamina_PureOp<"dot"> {
  let summary = "Multiplies aligned elements, then sums over the named axes";
  let description = [{
    Both operands have every axis of `axes`; the result has the other axes of both, each once. Every matrix product,
    attention score, 1×1 convolution and, over windows, convolution is this. The sum runs in the order of `axes`, row-major.
  }];
  let arguments = (ins Lamina_Tensor:$lhs, Lamina_Tensor:$rhs, StrArrayAttr:$axes);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs `over` $axes attr-dict `:` functional-type(operands, results)";
}

def Lamina_ReduceOp : Lamina_PureOp<"reduce"> {
  let summary = "Reduces over the named axes";
  let description = [{
    `var` is the population's; `norm` is the Euclidean one; `argmax` takes one axis, gives i64 and the first of equals; `any`,
    `all` take and give bool.
  }];
  let arguments = (ins Lamina_ReduceKindAttr:$kind, Lamina_Tensor:$input, StrArrayAttr:$axes);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $input `over` $axes attr-dict `:` functional-type(operands, results)";
}

def Lamina_SoftmaxOp : Lamina_PureOp<"softmax"> {
  let summary = "exp(x - max) / sum over the axis; with `log`, its logarithm";
  let arguments = (ins Lamina_Tensor:$input, StrArrayAttr:$axes, UnitAttr:$log);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input `over` $axes attr-dict `:` functional-type(operands, results)";
}

def Lamina_StandardizeOp : Lamina_PureOp<"standardize"> {
  let summary = "(x - mean) / sqrt(var + eps) over the axes";
  let description = "Layer, group and instance normalisation without their affine part. Ba et al. 2016, arXiv:1607.06450.";
  let arguments = (ins Lamina_Tensor:$input, StrArrayAttr:$axes, F64Attr:$eps);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input `over` $axes `,` $eps attr-dict `:` functional-type(operands, results)";
}

def Lamina_CumulateOp : Lamina_PureOp<"cumulate"> {
  let summary = "Running sum or product along an axis, the element itself included";
  let arguments = (ins Lamina_CumulateKindAttr:$kind, Lamina_Tensor:$input, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $input `along` $axis attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINAREDUCTIONOPS_TD
