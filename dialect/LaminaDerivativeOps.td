// Derivatives as values, and what only a training step does.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINADERIVATIVEOPS_TD
#define DIALECT_LAMINADERIVATIVEOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_GradOp : Lamina_PureOp<"grad"> {
  let summary = "The derivatives of a value by other values, until lamina-differentiate computes them";
  let description = [{
    One result for each of the values that `value` is derived by, with the axes of `value`, then those of that one. `batch` is
    shared: the samples of a value are derived by those of the other. Where `value` has no batch, the result has that of the other.
    All are floats of one type. A value that `value` does not depend on gives zeros. Derivatives flow through the ops between, not
    through `stop_gradient`, casts to integers or comparisons.

    Of equal elements the first has the derivative of `max min topk`; `relu`, `abs` and `norm` have the derivative 0 at 0; the
    value that `where` did not take gets 0; `sqrt rsqrt log log1p / **` hand on 0 for a cotangent of 0, also where they are infinite.

    ```mlir
    lamina.model @Slope(%x: tensor<?x3xf32, #lamina.axes<batch, c>>) -> (slope: tensor<?x3xf32, #lamina.axes<batch, c>>) {
      %e = lamina.unary exp %x : (tensor<?x3xf32, #lamina.axes<batch, c>>) -> tensor<?x3xf32, #lamina.axes<batch, c>>
      %y = lamina.reduce sum %e over ["c"] : (tensor<?x3xf32, #lamina.axes<batch, c>>) -> tensor<?xf32, #lamina.axes<batch>>
      %g = lamina.grad %y by %x : (tensor<?xf32, #lamina.axes<batch>>, tensor<?x3xf32, #lamina.axes<batch, c>>)
          -> tensor<?x3xf32, #lamina.axes<batch, c>>
      lamina.yield %g : tensor<?x3xf32, #lamina.axes<batch, c>>
    }
    ```
  }];
  let arguments = (ins Lamina_Tensor:$value, Variadic<Lamina_Tensor>:$by);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let assemblyFormat = "$value `by` $by attr-dict `:` functional-type(operands, results)";
}

def Lamina_StopGradientOp : Lamina_PureOp<"stop_gradient", [AllTypesMatch<["input", "result"]>]> {
  let summary = "The value itself, constant to derivatives";
  let description = [{
    `lamina-differentiate` takes it out when no derivative is left to compute.

    ```mlir
    %x = lamina.constant dense<[1.0, 2.0]> : tensor<2xf32, #lamina.axes<c>>
    %y = lamina.stop_gradient %x : tensor<2xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def Lamina_BackwardOp : Lamina_Op<"backward", [SingleBlock, Pure, AttrSizedOperandSegments]> {
  let summary = "Values with a derivative of their own";
  let description = [{
    The results are `values`. Derivatives reach the values `by` alone, and by the region: it takes a cotangent for each result and
    yields one for each of `by`, of their types. It sees the values around it. `lamina-differentiate` takes the op out when no
    derivative is left to compute.

    ```mlir
    %x = lamina.constant dense<[0.2, 1.7]> : tensor<2xf32, #lamina.axes<c>>
    %r = lamina.unary round %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
    %y = lamina.backward %r by %x : (tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>> {
    ^bb0(%dy: tensor<2xf32, #lamina.axes<c>>):
      lamina.yield %dy : tensor<2xf32, #lamina.axes<c>>
    }
    ```
  }];
  let arguments = (ins Variadic<Lamina_Tensor>:$values, Variadic<Lamina_Tensor>:$by);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let assemblyFormat = "$values `by` $by attr-dict-with-keyword `:` functional-type(operands, results) $body";
  let hasVerifier = 1;
}

def Lamina_CheckpointOp : Lamina_Op<"checkpoint", [SingleBlock, Pure]> {
  let summary = "A part whose values are computed again for derivatives, not kept";
  let description = [{
    The results are what the body yields; it sees the values around it. Without a derivative it means nothing, and
    `lamina-differentiate` dissolves it.

    ```mlir
    %x = lamina.constant dense<[-1.0, 2.0]> : tensor<2xf32, #lamina.axes<c>>
    %y = lamina.checkpoint : tensor<2xf32, #lamina.axes<c>> {
      %0 = lamina.unary tanh %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
      lamina.yield %0 : tensor<2xf32, #lamina.axes<c>>
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let assemblyFormat = "attr-dict-with-keyword `:` type($results) $body";
  let hasVerifier = 1;
}

def Lamina_AssignOp : Lamina_Op<"assign"> {
  let summary = "Gives a state its next value";
  let description = [{
    `path` is that of a `lamina.param` whose role is `state`; the value has its element type and its axes, without those of the
    repeats that it stands in. Only a training step carries it out, after everything else; of two the later one counts.

    ```mlir
    lamina.model @Count(%x: tensor<?xf32, #lamina.axes<batch>>) -> (y: tensor<?xf32, #lamina.axes<batch>>) {
      %n = lamina.param "count" "state" : tensor<f32, #lamina.axes<>> {
        %0 = lamina.constant dense<0.0> : tensor<f32, #lamina.axes<>>
        lamina.yield %0 : tensor<f32, #lamina.axes<>>
      }
      %one = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
      %next = lamina.binary add %n, %one : (tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
      lamina.assign "count", %next : tensor<f32, #lamina.axes<>>
      lamina.yield %x : tensor<?xf32, #lamina.axes<batch>>
    }
    ```
  }];
  let arguments = (ins StrAttr:$path, Lamina_Tensor:$value);
  let assemblyFormat = "$path `,` $value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def Lamina_DrawOp : Lamina_PureOp<"draw"> {
  let summary = "Random numbers of a training step: uniform in [0, 1) or standard normal";
  let description = [{
    Drawn by Philox 4x32-10 from (seed, step, sample, path, application, element), so that they depend on no order. `like` gives
    the extent of `batch`, if the result has it. A float of 24 random bits for `uniform`; `normal` is Box and Muller's of two.
    `lamina-train-step` computes it; nothing else can.

    ```mlir
    lamina.model @Noise() -> (u: tensor<4xf32, #lamina.axes<c>>) {
      %u = lamina.draw uniform "net.dropout" 0 : () -> tensor<4xf32, #lamina.axes<c>>
      lamina.yield %u : tensor<4xf32, #lamina.axes<c>>
    }
    ```
  }];
  let arguments = (ins Lamina_DrawKindAttr:$kind, StrAttr:$path, I64Attr:$application, Optional<Lamina_Tensor>:$like);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "`` $kind $path $application (`like` $like^)? attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINADERIVATIVEOPS_TD
