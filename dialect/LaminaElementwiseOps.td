// Elementwise ops. Operands align by axis name; one that lacks an axis of the result is repeated along it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAELEMENTWISEOPS_TD
#define DIALECT_LAMINAELEMENTWISEOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_UnaryOp : Lamina_DifferentiableOp<"unary"> {
  let summary = "A function of each element";
  let description = [{
    The result has the axes and the element type of the input, but `isnan` gives bool. `neg`, `abs`, `sign` and `relu` take
    integers too, and wrap; `not` takes bool or integers (all bits); the others take floats.

    `round` rounds halves to even. `sign` of ±0 is 0. `relu` is max(x, 0); `sigmoid` 1 / (1 + exp(-x)); `softplus`
    log(1 + exp(x)); `erf` the error function. NaN gives NaN, but for `isnan`.

    ```mlir
    %x = lamina.constant dense<[-1.0, 0.0, 2.0]> : tensor<3xf32, #lamina.axes<c>>
    %y = lamina.unary relu %x : (tensor<3xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_UnaryKindAttr:$kind, Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Lamina_BinaryOp : Lamina_DifferentiableOp<"binary"> {
  let summary = "A function of each pair of elements, axes aligned by name";
  let description = [{
    Operands have one element type; comparisons give bool (`i1`), the others the operands' type. The result has the union of
    the operands' axes.

    `add sub mul min max pow floordiv mod` and the order comparisons take numbers, `div` floats only, `and or xor` bool or
    integers, `shift_left shift_right` integers, `eq ne` anything. Integers wrap. `floordiv` and `mod` floor, so that `mod` has
    the sign of the divisor; of integers by 0 both are 0. `shift_right` keeps the sign; a count outside of [0, width) shifts
    every bit out. An integer to a negative power is 0, but for 1 and -1. `min` and `max` give NaN where an operand is NaN.

    ```mlir
    %x = lamina.constant dense<1.0> : tensor<2x3xf32, #lamina.axes<s, c>>
    %b = lamina.constant dense<[0.0, 1.0, 2.0]> : tensor<3xf32, #lamina.axes<c>>
    %y = lamina.binary add %x, %b : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<3xf32, #lamina.axes<c>>)
        -> tensor<2x3xf32, #lamina.axes<s, c>>
    ```
  }];
  let arguments = (ins Lamina_BinaryKindAttr:$kind, Lamina_Tensor:$lhs, Lamina_Tensor:$rhs);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Lamina_WhereOp : Lamina_DifferentiableOp<"where"> {
  let summary = "Where the condition holds the first value, else the second";
  let description = [{
    The condition is bool, both values have the element type of the result, which has the union of the operands' axes. The value
    that is not taken has no influence, also where it is NaN.

    ```mlir
    %c = lamina.constant dense<[true, false]> : tensor<2xi1, #lamina.axes<c>>
    %x = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
    %y = lamina.where %c, %x, %x : (tensor<2xi1, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>>)
        -> tensor<2xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$condition, Lamina_Tensor:$true_value, Lamina_Tensor:$false_value);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$condition `,` $true_value `,` $false_value attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Lamina_CastOp : Lamina_DifferentiableOp<"cast"> {
  let summary = "Each element in another element type";
  let description = [{
    The axes stay. A float becomes the nearest of a narrower float type; an integer by truncation towards zero, the nearest end
    of the range outside of it, 0 for NaN. Integers wrap. To bool is `x != 0`; a bool is 0 or 1.

    ```mlir
    %x = lamina.constant dense<[1, 2]> : tensor<2xi64, #lamina.axes<c>>
    %y = lamina.cast %x : (tensor<2xi64, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

#endif // DIALECT_LAMINAELEMENTWISEOPS_TD
