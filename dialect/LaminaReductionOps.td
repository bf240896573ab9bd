// Contractions, reductions and what normalises along axes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAREDUCTIONOPS_TD
#define DIALECT_LAMINAREDUCTIONOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_DotOp : Lamina_DifferentiableOp<"dot"> {
  let summary = "Multiplies aligned elements, then sums over the named axes";
  let description = [{
    Both operands have every axis of `axes` and one element type, floats or integers; the result has the other axes of both, each
    once. Every matrix product, attention score, 1×1 convolution and, over windows, convolution is this. The sum runs in the order
    of `axes`, row-major.

    ```mlir
    %x = lamina.constant dense<1.0> : tensor<2x3xf32, #lamina.axes<s, c>>
    %w = lamina.constant dense<0.5> : tensor<4x3xf32, #lamina.axes<h, c>>
    %y = lamina.dot %x, %w over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<4x3xf32, #lamina.axes<h, c>>)
        -> tensor<2x4xf32, #lamina.axes<s, h>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$lhs, Lamina_Tensor:$rhs, StrArrayAttr:$axes);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs `over` $axes attr-dict `:` functional-type(operands, results)";
}

def Lamina_ReduceOp : Lamina_DifferentiableOp<"reduce"> {
  let summary = "Reduces over the named axes";
  let description = [{
    `sum prod max min` take floats and integers, `mean var logsumexp norm` floats, `any all` bool. `var` is the population's,
    the mean square of the differences from the mean; `norm` is the Euclidean one; `argmax` takes one axis, gives i64 and the first
    of equals. `max` and `min` give NaN where an element is NaN, `argmax` the first NaN.

    ```mlir
    %x = lamina.constant dense<1.0> : tensor<2x3xf32, #lamina.axes<s, c>>
    %y = lamina.reduce mean %x over ["s"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<3xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_ReduceKindAttr:$kind, Lamina_Tensor:$input, StrArrayAttr:$axes);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $input `over` $axes attr-dict `:` functional-type(operands, results)";
}

def Lamina_SoftmaxOp : Lamina_DifferentiableOp<"softmax"> {
  let summary = "exp(x - max) / sum over the axes; with `log`, its logarithm";
  let description = [{
    ```mlir
    %x = lamina.constant dense<1.0> : tensor<2x3xf32, #lamina.axes<s, c>>
    %y = lamina.softmax %x over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
    %z = lamina.softmax %x over ["c"] {log} : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrArrayAttr:$axes, UnitAttr:$log);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input `over` $axes attr-dict `:` functional-type(operands, results)";
}

def Lamina_StandardizeOp : Lamina_DifferentiableOp<"standardize"> {
  let summary = "(x - mean) / sqrt(var + eps) over the axes";
  let description = [{
    Layer, group and instance normalisation without their affine part; `var` is the population's.
    Ba et al. 2016, arXiv:1607.06450.

    ```mlir
    %x = lamina.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32, #lamina.axes<c>>
    %y = lamina.standardize %x over ["c"], 1.0e-5 : (tensor<3xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrArrayAttr:$axes, F64Attr:$eps);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input `over` $axes `,` $eps attr-dict `:` functional-type(operands, results)";
}

def Lamina_CumulateOp : Lamina_DifferentiableOp<"cumulate"> {
  let summary = "Running sum or product along an axis, the element itself included";
  let description = [{
    ```mlir
    %x = lamina.constant dense<[1, 2, 3]> : tensor<3xi64, #lamina.axes<t>>
    %y = lamina.cumulate sum %x along "t" : (tensor<3xi64, #lamina.axes<t>>) -> tensor<3xi64, #lamina.axes<t>>
    ```
  }];
  let arguments = (ins Lamina_CumulateKindAttr:$kind, Lamina_Tensor:$input, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $input `along` $axis attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINAREDUCTIONOPS_TD
