// Models, tests, parameters, constants, and the regions that structure a network.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINASTRUCTUREOPS_TD
#define DIALECT_LAMINASTRUCTUREOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_ModelOp : Lamina_Op<"model", [Symbol, IsolatedFromAbove, SingleBlock,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "An entry point: a network with its inputs and outputs";
  let description = [{
    The block's arguments are the inputs in the signature's order, its `lamina.yield` gives the outputs. The dimensions
    of inputs and outputs stand in the order of the C arrays, `batch` first where the value has it.
    `input_names`, `output_names`: one name each. `shared`: true for an input without batch.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrArrayAttr:$input_names, DenseBoolArrayAttr:$shared,
      StrArrayAttr:$output_names);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
}

def Lamina_TestOp : Lamina_Op<"test", [IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "A `test` block of the source: its asserts are checked by `lamina test`";
  let arguments = (ins StrAttr:$title);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$title attr-dict-with-keyword $body";
}

def Lamina_AssertOp : Lamina_Op<"assert"> {
  let summary = "Fails the test where any element of the condition is false";
  let arguments = (ins Lamina_Tensor:$condition, StrAttr:$message);
  let assemblyFormat = "$condition `,` $message attr-dict `:` type($condition)";
}

def Lamina_YieldOp : Lamina_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "The values that a region gives";
  let arguments = (ins Variadic<Lamina_Tensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Lamina_ParamOp : Lamina_Op<"param", [Pure]> {
  let summary = "A parameter or state of the network, by its path";
  let description = [{
    The path is the name in weight files. Each `*` component stands for one leading axis of the type, in order: the
    parameters of a `repeat` named `blocks` have the path `blocks.*.fc1.weight` and the type
    `tensor<8x2048x512xf32, #lamina.axes<blocks, hid, c>>`; file tensors `blocks.0.fc1.weight` … lack those axes.
    `role`: `trained`, `frozen` or `state`. The axes of the type stand in declaration order, the order of the file.
    `init`, if present, is a region that yields the initial value (without the `*` axes): it holds only constants,
    random draws and elementwise ops. A frozen parameter or state with an `init` may be missing from a weight file.
  }];
  let arguments = (ins StrAttr:$path, StrAttr:$role);
  let regions = (region AnyRegion:$init);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$path $role attr-dict-with-keyword `:` type($result) ($init^)?";
}

def Lamina_RandomOp : Lamina_Op<"random"> {
  let summary = "A random tensor, drawn by Philox from (seed, path)";
  let description = [{
    `uniform`: in [low, high). `normal`: mean `low`, standard deviation `high`. `truncated_normal`: likewise, redrawn beyond
    two deviations. `orthogonal`: rows or columns orthonormal, times `high`. Stands only in the `init` of a parameter.
  }];
  let arguments = (ins Lamina_RandomKindAttr:$kind, F64Attr:$low, F64Attr:$high);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind `,` $low `,` $high attr-dict `:` type($result)";
}

def Lamina_ConstantOp : Lamina_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "A constant tensor";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
}

def Lamina_ApplyOp : Lamina_Op<"apply", [SingleBlock, Pure]> {
  let summary = "One application of a layer: its path, its block and the ops it stands for";
  let description = [{
    Holds the body of a block application until the `lamina-inline` pass dissolves it. The region sees the values around it.
    `path` is the layer's path (`blocks.*.mlp_tokens`), empty for a block without parameters; `block` its block's name.
  }];
  let arguments = (ins StrAttr:$path, StrAttr:$block);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let assemblyFormat = "$path $block attr-dict-with-keyword `:` type($results) $body";
}

def Lamina_RepeatOp : Lamina_Op<"repeat", [SingleBlock, Pure, AttrSizedOperandSegments]> {
  let summary = "The same body `count` times, parameters stacked";
  let description = [{
    Operands: `carried` (first values of the carried names), then `stacked` (tensors whose first axis is the repeat's axis of
    extent `count`, mostly parameters). Block arguments: the index (`tensor<i64, #lamina.axes<>>`), the carried values,
    the slice of each stacked tensor at the index. The body yields the carried values of the next round, of the same types;
    the results are the last ones, followed by `collected` ones: values that the body yields after the carried ones, given
    with the repeat's axis in front. The region sees the values around it. `name` is the repeat's name, and its axis'.
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$count, Variadic<Lamina_Tensor>:$carried,
      Variadic<Lamina_Tensor>:$stacked);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let hasCustomAssemblyFormat = 1;
}

def Lamina_TapOp : Lamina_Op<"tap"> {
  let summary = "Names a value for objectives, metrics and probes";
  let arguments = (ins Lamina_Tensor:$value, StrAttr:$path);
  let assemblyFormat = "$value `,` $path attr-dict `:` type($value)";
}

def Lamina_ExtentOp : Lamina_PureOp<"extent"> {
  let summary = "The run-time extent of an axis, as an i64 scalar";
  let arguments = (ins Lamina_Tensor:$value, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$value `,` $axis attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINASTRUCTUREOPS_TD
