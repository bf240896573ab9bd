// Between extents that are known at run time and the bounds that buffers have.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAEXTENTOPS_TD
#define DIALECT_LAMINAEXTENTOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_WidenOp : Lamina_PureOp<"widen"> {
  let summary = "A tensor with every bounded axis as long as its bound, zeros beyond the run-time extent";
  let description = [{
    Where arrays come in: `lamina-widen` puts one behind each input of a model that has bounded axes, so that all ops after it
    work on static extents.

    ```mlir
    lamina.model @Sum(%x: tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> (y: tensor<?xf32, #lamina.axes<batch>>) {
      %w = lamina.widen %x : (tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> tensor<?x13xf32, #lamina.axes<batch, n>>
      %y = lamina.reduce sum %w over ["n"] : (tensor<?x13xf32, #lamina.axes<batch, n>>) -> tensor<?xf32, #lamina.axes<batch>>
      lamina.yield %y : tensor<?xf32, #lamina.axes<batch>>
    }
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Lamina_NarrowOp : Lamina_PureOp<"narrow"> {
  let summary = "The first elements along each axis of `axes`, as many as `like` has along the axis of `of`";
  let description = [{
    Where arrays go out: the result's axes `axes` are bounded by the operand's extents. One `like`, an input of the model, and one
    name of an axis of it in `of` stand for each.

    ```mlir
    lamina.model @Same(%x: tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> (y: tensor<?x?xf32, #lamina.axes<batch, n max 13>>) {
      %w = lamina.widen %x : (tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> tensor<?x13xf32, #lamina.axes<batch, n>>
      %y = lamina.narrow %w ["n"] like %x ["n"]
          : (tensor<?x13xf32, #lamina.axes<batch, n>>, tensor<?x?xf32, #lamina.axes<batch, n max 13>>)
          -> tensor<?x?xf32, #lamina.axes<batch, n max 13>>
      lamina.yield %y : tensor<?x?xf32, #lamina.axes<batch, n max 13>>
    }
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, Variadic<Lamina_Tensor>:$like, StrArrayAttr:$axes, StrArrayAttr:$of);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axes `like` $like $of attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINAEXTENTOPS_TD
