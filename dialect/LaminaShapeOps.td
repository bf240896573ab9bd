// Axis algebra and neighbourhoods: ops that move elements and compute none (but `resize`).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINASHAPEOPS_TD
#define DIALECT_LAMINASHAPEOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_RearrangeOp : Lamina_DifferentiableOp<"rearrange"> {
  let summary = "Splits and merges axes";
  let description = [{
    `from` and `to` are arrays of groups; a group is an array `[axis, part, part, …]`: the axis and the parts that it is split
    into (`from`) or merged of (`to`), slowest first; `[axis]` alone is the axis itself, a part of that name. Every part stands
    once on each side. `part_names`/`part_extents` give the extent of every part, -9223372036854775808 for one known at run
    time. Axes that the pattern does not mention stay. Without groups the op changes the order in memory alone.

    `rearrange(image, [h: (gh ph), w: (gw pw)] -> [s: (gh gw), p: (ph pw)])` is

    ```mlir
    %image = lamina.constant dense<0.5> : tensor<3x4x4xf32, #lamina.axes<rgb, h, w>>
    %y = lamina.rearrange %image [["h", "gh", "ph"], ["w", "gw", "pw"]] to [["s", "gh", "gw"], ["p", "ph", "pw"]],
        ["gh", "ph", "gw", "pw"], [2, 2, 2, 2]
        : (tensor<3x4x4xf32, #lamina.axes<rgb, h, w>>) -> tensor<3x4x4xf32, #lamina.axes<rgb, s, p>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, ArrayAttr:$from, ArrayAttr:$to, StrArrayAttr:$part_names,
      DenseI64ArrayAttr:$part_extents);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = [{$input $from `to` $to `,` $part_names `,` $part_extents attr-dict `:`
      functional-type(operands, results)}];
  let hasFolder = 1;
}

def Lamina_RenameOp : Lamina_DifferentiableOp<"rename"> {
  let summary = "Gives axes other names, all at once";
  let description = [{
    ```mlir
    %x = lamina.constant dense<0.5> : tensor<2x3xf32, #lamina.axes<a, b>>
    %y = lamina.rename %x ["a", "b"] to ["b", "a"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2x3xf32, #lamina.axes<b, a>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrArrayAttr:$from, StrArrayAttr:$to);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $from `to` $to attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Lamina_ConcatOp : Lamina_DifferentiableOp<"concat"> {
  let summary = "Joins tensors end to end along an axis; they align by name on the others";
  let description = [{
    Every input has `axis`; one that lacks another axis of the result is repeated along it.

    ```mlir
    %x = lamina.constant dense<0.5> : tensor<2x3xf32, #lamina.axes<s, c>>
    %t = lamina.constant dense<1.0> : tensor<1x3xf32, #lamina.axes<s, c>>
    %y = lamina.concat %t, %x along "s" : (tensor<1x3xf32, #lamina.axes<s, c>>, tensor<2x3xf32, #lamina.axes<s, c>>)
        -> tensor<3x3xf32, #lamina.axes<s, c>>
    ```
  }];
  let arguments = (ins Variadic<Lamina_Tensor>:$inputs, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$inputs `along` $axis attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Lamina_SliceOp : Lamina_DifferentiableOp<"slice"> {
  let summary = "Elements `low`, `low + step`, … of an axis, as many as the result's extent";
  let description = [{
    Of an axis whose extent is known at run time only, all from `low` on: ceil((n - low) / step).

    ```mlir
    %x = lamina.constant dense<0.5> : tensor<8xf32, #lamina.axes<c>>
    %y = lamina.slice %x "c" from 1 step 2 : (tensor<8xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$low, I64Attr:$step);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `from` $low `step` $step attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Lamina_TakeOp : Lamina_DifferentiableOp<"take"> {
  let summary = "The element `index` of an axis, which is dropped";
  let description = [{
    ```mlir
    %x = lamina.constant dense<0.5> : tensor<8x3xf32, #lamina.axes<s, c>>
    %y = lamina.take %x "s" at 7 : (tensor<8x3xf32, #lamina.axes<s, c>>) -> tensor<3xf32, #lamina.axes<c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$index);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `at` $index attr-dict `:` functional-type(operands, results)";
}

def Lamina_ExpandOp : Lamina_DifferentiableOp<"expand"> {
  let summary = "Repeats a tensor along axes that it lacks (those of the result type that the operand has not)";
  let description = [{
    The new axes have static extents.

    ```mlir
    %x = lamina.constant dense<0.5> : tensor<3xf32, #lamina.axes<c>>
    %y = lamina.expand %x : (tensor<3xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Lamina_PadOp : Lamina_DifferentiableOp<"pad"> {
  let summary = "Adds `low` cells before and `high` cells after along an axis; `fill` is used by the mode `fill`";
  let description = [{
    `fill` writes a value, `edge` repeats the nearest cell, `reflect` mirrors without the edge (so that `low` and `high` are
    less than the extent), `circular` goes round.

    ```mlir
    %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
    %y = lamina.pad %x "w" by 1, 1 reflect, 0.0 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<5xf32, #lamina.axes<w>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$low, I64Attr:$high, Lamina_PadModeAttr:$mode,
      F64Attr:$fill);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = [{$input $axis `by` $low `,` $high `` $mode `,` $fill attr-dict `:`
      functional-type(operands, results)}];
  let hasFolder = 1;
}

def Lamina_RollOp : Lamina_DifferentiableOp<"roll"> {
  let summary = "out[i] = in[(i - offset) mod n] along an axis";
  let description = [{
    ```mlir
    %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
    %y = lamina.roll %x "w" by -1 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$offset);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `by` $offset attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Lamina_ShiftOp : Lamina_DifferentiableOp<"shift"> {
  let summary = "out[i] = in[i - offset] along an axis, `fill` where that is outside";
  let description = [{
    ```mlir
    %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
    %y = lamina.shift %x "w" by 1, 0.0 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$offset, F64Attr:$fill);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `by` $offset `,` $fill attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Lamina_WindowOp : Lamina_DifferentiableOp<"window"> {
  let summary = "A sliding view: axis `axis` becomes `out` and `kernel`, element (o, k) is in[o * stride + k * dilation]";
  let description = [{
    The extent of `kernel` is `size`, that of `out` floor((n - dilation * (size - 1) - 1) / stride) + 1. A view: kernels read it
    in place. Several axes are several ops.

    ```mlir
    %x = lamina.constant dense<0.5> : tensor<8xf32, #lamina.axes<w>>
    %y = lamina.window %x "w" to "o", "k" size 3 stride 2 dilation 1
        : (tensor<8xf32, #lamina.axes<w>>) -> tensor<3x3xf32, #lamina.axes<o, k>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, StrAttr:$out, StrAttr:$kernel, I64Attr:$size,
      I64Attr:$stride, I64Attr:$dilation);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = [{$input $axis `to` $out `,` $kernel `size` $size `stride` $stride `dilation` $dilation attr-dict `:`
      functional-type(operands, results)}];
}

def Lamina_ResizeOp : Lamina_DifferentiableOp<"resize"> {
  let summary = "Interpolates an axis to another extent, half-pixel centres; bicubic has a = -0.75";
  let description = [{
    Output position o of m looks at (o + 1/2) n / m - 1/2. `nearest` takes the cell that holds it; `linear` weighs by the
    triangle, `bicubic` by the cubic of Keys 1981. With `antialias` a kernel that shrinks is stretched by n / m and its
    weights outside are dropped, the rest normalised; without it cells outside are those of the edge. Floats, static extents.

    ```mlir
    %x = lamina.constant dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf32, #lamina.axes<w>>
    %y = lamina.resize %x "w" linear antialias true : (tensor<4xf32, #lamina.axes<w>>) -> tensor<2xf32, #lamina.axes<w>>
    ```
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, Lamina_ResizeModeAttr:$mode, BoolAttr:$antialias);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `` $mode `antialias` $antialias attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINASHAPEOPS_TD
