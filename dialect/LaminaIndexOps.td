// Positions, gathers and scatters, selection.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAINDEXOPS_TD
#define DIALECT_LAMINAINDEXOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_IndexOp : Lamina_PureOp<"index"> {
  let summary = "The position along an axis: 0, 1, …, n - 1 as i64";
  let description = [{
    The result has the axis alone. A run-time extent is that of `like`, which is given only then.

    ```mlir
    %i = lamina.index "s" : () -> tensor<4xi64, #lamina.axes<s>>
    ```
  }];
  let arguments = (ins StrAttr:$axis, Optional<Lamina_Tensor>:$like);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$axis (`like` $like^)? attr-dict `:` functional-type(operands, results)";
}

def Lamina_GatherOp : Lamina_DifferentiableOp<"gather"> {
  let summary = "out[…] = table[… index[…] …]: the index's axes stand in the place of `axis`";
  let description = [{
    The index is i32 or i64. The result has the axes of the table but for `axis`, and those of the index; axes in both are
    paired. An index out of range makes `run` return LAMINA_INDEX_OUT_OF_RANGE; nothing is wrapped or clamped.

    ```mlir
    %table = lamina.constant dense<0.5> : tensor<10x4xf32, #lamina.axes<id, c>>
    %i = lamina.constant dense<[7, 0, 9]> : tensor<3xi64, #lamina.axes<s>>
    %y = lamina.gather %table[%i] along "id" : (tensor<10x4xf32, #lamina.axes<id, c>>, tensor<3xi64, #lamina.axes<s>>)
        -> tensor<3x4xf32, #lamina.axes<s, c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$table, Lamina_Tensor:$index, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$table `[` $index `]` `along` $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_ScatterAddOp : Lamina_DifferentiableOp<"scatter_add"> {
  let summary = "Zeros plus `updates` added at `index` along the new axis `axis`, in the order of the index";
  let description = [{
    out[…, a, …] is the sum of the updates where index = a, over the index's axes that the result lacks, row-major. Axes that
    index and result share are paired. The result has `axis` and axes of updates and index; what it lacks of them is summed and
    must stand in the index. An index out of range is an error as in `gather`.

    ```mlir
    %u = lamina.constant dense<1.0> : tensor<3x4xf32, #lamina.axes<e, c>>
    %i = lamina.constant dense<[1, 0, 1]> : tensor<3xi64, #lamina.axes<e>>
    %y = lamina.scatter_add %u[%i] along "v" : (tensor<3x4xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>)
        -> tensor<2x4xf32, #lamina.axes<v, c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$updates, Lamina_Tensor:$index, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$updates `[` $index `]` `along` $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_OneHotOp : Lamina_PureOp<"one_hot"> {
  let summary = "1 where the position along the new axis equals the index, else 0";
  let description = [{
    The index is i32 or i64; the result has its axes and `axis`. An index out of range gives zeros.

    ```mlir
    %i = lamina.constant dense<[2, 0]> : tensor<2xi64, #lamina.axes<s>>
    %y = lamina.one_hot %i "k" : (tensor<2xi64, #lamina.axes<s>>) -> tensor<2x3xf32, #lamina.axes<s, k>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$index, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$index $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_TopKOp : Lamina_DifferentiableOp<"topk"> {
  let summary = "The `k` largest elements along an axis in descending order, and their positions; the first of equals first";
  let description = [{
    Both results have the axes of the input, `axis` with the extent `k`; the positions are i64. NaN counts as the largest.

    ```mlir
    %x = lamina.constant dense<[1.0, 3.0, 2.0]> : tensor<3xf32, #lamina.axes<e>>
    %v, %i = lamina.topk %x "e", 2 : (tensor<3xf32, #lamina.axes<e>>)
        -> (tensor<2xf32, #lamina.axes<e>>, tensor<2xi64, #lamina.axes<e>>)
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$k);
  let results = (outs Lamina_Tensor:$values, Lamina_Tensor:$indices);
  let assemblyFormat = "$input $axis `,` $k attr-dict `:` functional-type(operands, results)";
}

def Lamina_KeepTopKOp : Lamina_DifferentiableOp<"keep_topk"> {
  let summary = "The `k` largest elements along an axis in their places, zero elsewhere";
  let description = [{
    The first of equals is kept first; NaN counts as the largest.

    ```mlir
    %x = lamina.constant dense<[1.0, 3.0, 2.0]> : tensor<3xf32, #lamina.axes<e>>
    %y = lamina.keep_topk %x "e", 2 : (tensor<3xf32, #lamina.axes<e>>) -> tensor<3xf32, #lamina.axes<e>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$k);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `,` $k attr-dict `:` functional-type(operands, results)";
}

def Lamina_SortOp : Lamina_DifferentiableOp<"sort"> {
  let summary = "Elements along an axis in ascending order, NaN last";
  let description = [{
    ```mlir
    %x = lamina.constant dense<[1.0, 3.0, 2.0]> : tensor<3xf32, #lamina.axes<e>>
    %y = lamina.sort %x "e" : (tensor<3xf32, #lamina.axes<e>>) -> tensor<3xf32, #lamina.axes<e>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINAINDEXOPS_TD
