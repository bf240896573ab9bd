// Positions, gathers and scatters, selection.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAINDEXOPS_TD
#define DIALECT_LAMINAINDEXOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_IndexOp : Lamina_PureOp<"index"> {
  let summary = "The position along an axis: 0, 1, …, n - 1 as i64";
  let description = "A run-time extent is that of `like`, which is given only then.";
  let arguments = (ins StrAttr:$axis, Optional<Lamina_Tensor>:$like);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$axis (`like` $like^)? attr-dict `:` functional-type(operands, results)";
}

def Lamina_GatherOp : Lamina_PureOp<"gather"> {
  let summary = "out[…] = table[… index[…] …]: the index's axes stand in the place of `axis`";
  let description = [{
    Axes that table (but for `axis`) and index share are paired. An index out of range makes `run` return
    LAMINA_INDEX_OUT_OF_RANGE; nothing is wrapped or clamped.
  }];
  let arguments = (ins Lamina_Tensor:$table, Lamina_Tensor:$index, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$table `[` $index `]` `along` $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_ScatterAddOp : Lamina_PureOp<"scatter_add"> {
  let summary = "Zeros plus `updates` added at `index` along the new axis `axis`, in the order of the index";
  let description = [{
    out[…, a, …] = sum over the index' axes that are not in the result of updates where index = a. Axes that index and the
    result share are paired.
  }];
  let arguments = (ins Lamina_Tensor:$updates, Lamina_Tensor:$index, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$updates `[` $index `]` `along` $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_OneHotOp : Lamina_PureOp<"one_hot"> {
  let summary = "1 where the position along the new axis equals the index, else 0";
  let arguments = (ins Lamina_Tensor:$index, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$index $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_TopKOp : Lamina_PureOp<"topk"> {
  let summary = "The `k` largest elements along an axis in descending order, and their positions; the first of equals first";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$k);
  let results = (outs Lamina_Tensor:$values, Lamina_Tensor:$indices);
  let assemblyFormat = "$input $axis `,` $k attr-dict `:` functional-type(operands, results)";
}

def Lamina_KeepTopKOp : Lamina_PureOp<"keep_topk"> {
  let summary = "The `k` largest elements along an axis in their places, zero elsewhere";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$k);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `,` $k attr-dict `:` functional-type(operands, results)";
}

def Lamina_SortOp : Lamina_PureOp<"sort"> {
  let summary = "Elements along an axis in ascending order, NaN last";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINAINDEXOPS_TD
