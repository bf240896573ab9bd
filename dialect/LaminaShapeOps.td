// Axis algebra and neighbourhoods: ops that move elements and compute none (but `resize`).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINASHAPEOPS_TD
#define DIALECT_LAMINASHAPEOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_RearrangeOp : Lamina_PureOp<"rearrange"> {
  let summary = "Splits and merges axes";
  let description = [{
    `from` and `to` are arrays of groups; a group is an array `[axis, part, part, …]`: the axis and the parts that it is split
    into (`from`) or merged of (`to`), slowest first; `[axis]` alone is the axis itself. `part_names`/`part_extents` give
    the extent of every part. Axes that the pattern does not mention stay. Example:
    `rearrange(image, [h: (gh ph), w: (gw pw)] -> [s: (gh gw), p: (ph pw)])` has
    `from = [["h","gh","ph"],["w","gw","pw"]], to = [["s","gh","gw"],["p","ph","pw"]]`.
  }];
  let arguments = (ins Lamina_Tensor:$input, ArrayAttr:$from, ArrayAttr:$to, StrArrayAttr:$part_names,
      DenseI64ArrayAttr:$part_extents);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = [{$input $from `to` $to `,` $part_names `,` $part_extents attr-dict `:`
      functional-type(operands, results)}];
}

def Lamina_RenameOp : Lamina_PureOp<"rename"> {
  let summary = "Gives axes other names, all at once";
  let arguments = (ins Lamina_Tensor:$input, StrArrayAttr:$from, StrArrayAttr:$to);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $from `to` $to attr-dict `:` functional-type(operands, results)";
}

def Lamina_ConcatOp : Lamina_PureOp<"concat"> {
  let summary = "Joins tensors end to end along an axis; they align by name on the others";
  let arguments = (ins Variadic<Lamina_Tensor>:$inputs, StrAttr:$axis);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$inputs `along` $axis attr-dict `:` functional-type(operands, results)";
}

def Lamina_SliceOp : Lamina_PureOp<"slice"> {
  let summary = "Elements `low`, `low + step`, … of an axis, as many as the result's extent";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$low, I64Attr:$step);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `from` $low `step` $step attr-dict `:` functional-type(operands, results)";
}

def Lamina_TakeOp : Lamina_PureOp<"take"> {
  let summary = "The element `index` of an axis, which is dropped";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$index);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `at` $index attr-dict `:` functional-type(operands, results)";
}

def Lamina_ExpandOp : Lamina_PureOp<"expand"> {
  let summary = "Repeats a tensor along axes that it lacks (those of the result type that the operand has not)";
  let arguments = (ins Lamina_Tensor:$input);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Lamina_PadOp : Lamina_PureOp<"pad"> {
  let summary = "Adds `low` cells before and `high` cells after along an axis; `fill` is used by the mode `fill`";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$low, I64Attr:$high, Lamina_PadModeAttr:$mode,
      F64Attr:$fill);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = [{$input $axis `by` $low `,` $high `` $mode `,` $fill attr-dict `:`
      functional-type(operands, results)}];
}

def Lamina_RollOp : Lamina_PureOp<"roll"> {
  let summary = "out[i] = in[(i - offset) mod n] along an axis";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$offset);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `by` $offset attr-dict `:` functional-type(operands, results)";
}

def Lamina_ShiftOp : Lamina_PureOp<"shift"> {
  let summary = "out[i] = in[i - offset] along an axis, `fill` where that is outside";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, I64Attr:$offset, F64Attr:$fill);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `by` $offset `,` $fill attr-dict `:` functional-type(operands, results)";
}

def Lamina_WindowOp : Lamina_PureOp<"window"> {
  let summary = "A sliding view: axis `axis` becomes `out` and `kernel`, element (o, k) is in[o * stride + k * dilation]";
  let description = [{
    The extent of `out` is floor((n - dilation * (size - 1) - 1) / stride) + 1. A view: kernels read it in place.
    Several axes are several ops.
  }];
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, StrAttr:$out, StrAttr:$kernel, I64Attr:$size,
      I64Attr:$stride, I64Attr:$dilation);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = [{$input $axis `to` $out `,` $kernel `size` $size `stride` $stride `dilation` $dilation attr-dict `:`
      functional-type(operands, results)}];
}

def Lamina_ResizeOp : Lamina_PureOp<"resize"> {
  let summary = "Interpolates an axis to another extent, half-pixel centres; bicubic has a = -0.75";
  let arguments = (ins Lamina_Tensor:$input, StrAttr:$axis, Lamina_ResizeModeAttr:$mode, BoolAttr:$antialias);
  let results = (outs Lamina_Tensor:$result);
  let assemblyFormat = "$input $axis `` $mode `antialias` $antialias attr-dict `:` functional-type(operands, results)";
}

#endif // DIALECT_LAMINASHAPEOPS_TD
