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

    ```mlir
    lamina.model @Scale(%image: tensor<?x4xf32, #lamina.axes<batch, c>>, shared %scale: tensor<f32, #lamina.axes<>>)
        -> (out: tensor<?x4xf32, #lamina.axes<batch, c>>) {
      %y = lamina.binary mul %image, %scale : (tensor<?x4xf32, #lamina.axes<batch, c>>, tensor<f32, #lamina.axes<>>)
          -> tensor<?x4xf32, #lamina.axes<batch, c>>
      lamina.yield %y : tensor<?x4xf32, #lamina.axes<batch, c>>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrArrayAttr:$input_names, DenseBoolArrayAttr:$shared,
      StrArrayAttr:$output_names);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Lamina_TestOp : Lamina_Op<"test", [IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "A `test` block of the source: its asserts are checked by `lamina test`";
  let description = [{
    ```mlir
    lamina.test "one is one" {
      %t = lamina.constant dense<true> : tensor<i1, #lamina.axes<>>
      lamina.assert %t, "1 == 1" : tensor<i1, #lamina.axes<>>
    }
    ```
  }];
  let arguments = (ins StrAttr:$title);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$title attr-dict-with-keyword $body";
}

def Lamina_AssertOp : Lamina_Op<"assert"> {
  let summary = "Fails the test where any element of the condition is false";
  let description = [{
    The condition is bool. `message` is its source text.

    ```mlir
    %t = lamina.constant dense<[true, true]> : tensor<2xi1, #lamina.axes<c>>
    lamina.assert %t, "x == y" : tensor<2xi1, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$condition, StrAttr:$message);
  let assemblyFormat = "$condition `,` $message attr-dict `:` type($condition)";
  let hasVerifier = 1;
}

def Lamina_YieldOp : Lamina_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "The values that a region gives";
  let description = [{
    Ends the body of a model, an application, a repeat, a kernel or an initialiser, whose op says which types it wants.

    ```mlir
    lamina.model @Same(%x: tensor<?xf32, #lamina.axes<batch>>) -> (y: tensor<?xf32, #lamina.axes<batch>>) {
      lamina.yield %x : tensor<?xf32, #lamina.axes<batch>>
    }
    ```
  }];
  let arguments = (ins Variadic<Lamina_Tensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Lamina_ParamOp : Lamina_Op<"param", [Pure, IsolatedFromAbove]> {
  let summary = "A parameter or state of the network, by its path";
  let description = [{
    The path is the name in weight files. Each `*` component stands for one leading axis of the type, in order: the
    parameters of a `repeat` named `blocks` have the path `blocks.*.fc1.weight` and the type
    `tensor<8x2048x512xf32, #lamina.axes<blocks, hid, c>>`; file tensors `blocks.0.fc1.weight` … lack those axes.
    `role`: `trained`, `frozen` or `state`. The axes of the type stand in declaration order, the order of the file.
    `init`, if present, is a region that yields the initial value (without the `*` axes): it holds only constants,
    random draws and elementwise ops. A frozen parameter or state with an `init` may be missing from a weight file.

    ```mlir
    %w = lamina.param "blocks.*.weight" "trained" : tensor<8x4xf32, #lamina.axes<blocks, c>> {
      %0 = lamina.random uniform, -1.0, 1.0 : tensor<4xf32, #lamina.axes<c>>
      lamina.yield %0 : tensor<4xf32, #lamina.axes<c>>
    }
    ```
  }];
  let arguments = (ins StrAttr:$path, StrAttr:$role);
  let regions = (region AnyRegion:$init);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$path $role attr-dict-with-keyword `:` type($result) ($init^)?";
  let hasVerifier = 1;
}

def Lamina_RandomOp : Lamina_Op<"random"> {
  let summary = "A random tensor, drawn by Philox from (seed, path)";
  let description = [{
    `uniform`: in [low, high). `normal`: mean `low`, standard deviation `high`. `truncated_normal`: likewise, redrawn beyond
    two deviations. `orthogonal`: rows or columns of the matrix of the first axis by the others orthonormal, times `high`; the first
    `each` axes number matrices, each drawn alone. Draws are keyed by
    (seed, path, element), so that they depend on no order; the transforms stand in compiler/Interpreter/Random.cpp. Stands only in the `init` of a parameter.

    ```mlir
    %w = lamina.param "weight" "trained" : tensor<4xf32, #lamina.axes<c>> {
      %0 = lamina.random truncated_normal, 0.0, 0.02 : tensor<4xf32, #lamina.axes<c>>
      lamina.yield %0 : tensor<4xf32, #lamina.axes<c>>
    }
    ```
  }];
  let arguments = (ins Lamina_RandomKindAttr:$kind, F64Attr:$low, F64Attr:$high,
      DefaultValuedAttr<I64Attr, "0">:$each);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind `,` $low `,` $high attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Lamina_ConstantOp : Lamina_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "A constant tensor";
  let description = [{
    All extents are static; the type of the value is that of the result.

    ```mlir
    %x = lamina.constant dense<[1.0, 2.0]> : tensor<2xf32, #lamina.axes<c>>
    ```
  }];
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

    ```mlir
    %x = lamina.constant dense<[-1.0, 2.0]> : tensor<2xf32, #lamina.axes<c>>
    %y = lamina.apply "act" "Relu" : tensor<2xf32, #lamina.axes<c>> {
      %0 = lamina.unary relu %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
      lamina.yield %0 : tensor<2xf32, #lamina.axes<c>>
    }
    ```
  }];
  let arguments = (ins StrAttr:$path, StrAttr:$block);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let assemblyFormat = "$path $block attr-dict-with-keyword `:` type($results) $body";
  let hasVerifier = 1;
}

def Lamina_RepeatOp : Lamina_Op<"repeat", [SingleBlock, Pure, AttrSizedOperandSegments]> {
  let summary = "The same body `count` times, parameters stacked";
  let description = [{
    Operands: `carried` (first values of the carried names), then `stacked` (tensors that have the repeat's axis, of
    extent `count`, mostly parameters). Block arguments: the index (`tensor<i64, #lamina.axes<>>`), the carried values,
    the slice of each stacked tensor at the index (its type without the repeat's axis). The body yields the carried values of the next round, of the same types;
    the results are the last ones, followed by `collected` ones: values that the body yields after the carried ones, given
    with the repeat's axis in front. The region sees the values around it. `name` is the repeat's name, and its axis'.
    `reverse`: the rounds run from the last position of the axis to the first.

    ```mlir
    %a = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
    %W = lamina.constant dense<2.0> : tensor<8xf32, #lamina.axes<blocks>>
    %y = lamina.repeat "blocks" 8 carried(%x = %a : tensor<f32, #lamina.axes<>>)
        stacked(%w = %W : tensor<8xf32, #lamina.axes<blocks>>) index %i -> tensor<f32, #lamina.axes<>> {
      %0 = lamina.binary mul %x, %w : (tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
      lamina.yield %0 : tensor<f32, #lamina.axes<>>
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$count, Variadic<Lamina_Tensor>:$carried,
      Variadic<Lamina_Tensor>:$stacked, UnitAttr:$reverse);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Lamina_TapOp : Lamina_Op<"tap"> {
  let summary = "Names a value for objectives, metrics and probes";
  let description = [{
    Has no results and no influence on those of other ops; its path is not empty.

    ```mlir
    %x = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
    lamina.tap %x, "blocks.*.hidden" : tensor<f32, #lamina.axes<>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$value, StrAttr:$path);
  let assemblyFormat = "$value `,` $path attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def Lamina_ExtentOp : Lamina_PureOp<"extent"> {
  let summary = "The run-time extent of an axis, as an i64 scalar";
  let description = [{
    Of an axis with a static extent it folds into a constant.

    ```mlir
    lamina.model @Length(%x: tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> (n: tensor<i64, #lamina.axes<>>) {
      %n = lamina.extent %x, "n" : (tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> tensor<i64, #lamina.axes<>>
      lamina.yield %n : tensor<i64, #lamina.axes<>>
    }
    ```
  }];
  let arguments = (ins Lamina_Tensor:$value, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$value `,` $axis attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

#endif // DIALECT_LAMINASTRUCTUREOPS_TD
