// The passes of the lamina dialect: what each requires, ensures and when it gives up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PASSES_TD
#define COMPILER_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

def RollPass : Pass<"lamina-roll"> {
  let summary = "Make one lamina.repeat of applications of equal layers of a list, one after the other";
  let description = [{
    Requires: applications are still `lamina.apply`. Ensures: where the layers `stages.0`, `stages.1`, … of a list are applied in
    rounds of equal ops, each round reading the one before, there is one repeat, whose parameters `stages.*.weight` are stacked:
    the depth of such a network changes neither the size of its code nor the time that it takes to compile. Weight files see no
    difference. Gives up when: the rounds differ in an op, a type, a parameter's shape or initialiser, or a value of a round is
    read elsewhere; they then stay as they are. The remark `rolled` says what became a repeat.
  }];
}

def InlinePass : Pass<"lamina-inline"> {
  let summary = "Dissolve every lamina.apply into the region around it";
  let description = [{
    Requires: nothing. Ensures: no `lamina.apply` is left; the ops that stood in one have a location that ends with the layer's
    path. Gives up when: never.
  }];
}

def WidenPass : Pass<"lamina-widen"> {
  let summary = "Make run-time extents static ones, as long as their bounds";
  let description = [{
    Requires: no `lamina.apply` is left. Ensures: only inputs and outputs have bounded axes, with a `lamina.widen` behind each
    such input and a `lamina.narrow` in front of each such output. In between buffers and loops are those of the bounds; what
    a value holds beyond the run-time extent is not specified, and an op that mixes elements along such an axis (a contraction,
    a reduction, a normalisation, a gather, …) first masks what lies beyond: with zero, -inf or whatever leaves its result.
    Gives up when: an op computes an extent from one that is known at run time only.
  }];
}

def SimplifyPass : Pass<"lamina-simplify"> {
  let summary = "Canonicalise, fold constant tensors, merge equal ops and drop dead ones";
  let description = [{
    Requires: nothing. Ensures: no fold or canonicalisation of the dialect applies any more and no two equal pure ops stand in one
    block. An expression of constants and positions is one `lamina.constant`, computed in double and rounded once, as the language
    says of constant tensors; but a position or a repetition by itself stays, which costs a kernel nothing. Every other value keeps
    its bits. Gives up when: a constant would have more than `max-elements` elements, or its computation fails (an index out of
    range): the remark `unfolded` says which, and the expression stays.
  }];
  let options = [Option<"maxElements", "max-elements", "int64_t", "1 << 20",
      "the largest constant that folding makes, in elements">];
}

def TrainStepPass : Pass<"lamina-train-step", "mlir::ModuleOp"> {
  let summary = "Make the training step of each model that has settings for it";
  let description = [{
    A model with the attribute `train` is a loss program: its first output is the loss, a scalar without batch, the others are metrics. The
    attribute is a dictionary: `batch` (the samples of a step), `optimizer` (the chain: an array of dictionaries, each with `link` and
    the link's settings), `groups` (dictionaries with `patterns` and settings that replace those of the rule, `optimizer` for a
    rule of its own, `lr_factor`), `only` (patterns of what is trained).

    Requires: no `lamina.apply` is left. Ensures: behind the model `@X` stands `@X_step`, an ordinary model without batch. Its inputs
    are those of `@X`, then `lr_factor` (f64, the schedule's factor), `step` (i64, 0 at the first update), `seed` (i64), then
    the slots: trained parameters, assigned states, what the optimizer keeps. Its outputs are those of `@X` before the update, then
    the slots' new values. Its attribute `slots` says of each its `name`, `role` (`parameter`, `state`, `slot`, `shipped`: what
    is validated and deployed in a parameter's place), `of` (the parameter's path) and `init` (a number, or `parameter`).
    Gradients are `lamina.grad` ops. `@X` loses the attribute and stays otherwise as it was.
    Gives up when: the first output is no scalar of floats, a link or setting is unknown, a rule does not fit a parameter, a
    pattern matches nothing: each is an error.
  }];
}

def DifferentiatePass : Pass<"lamina-differentiate"> {
  let summary = "Compute every lamina.grad, in reverse mode";
  let description = [{
    Requires: no `lamina.apply` is left, and equal values have not been merged (run before `lamina-simplify`: a derivative by one of
    two equal values is not that by both). Ensures: no `lamina.grad`, `lamina.stop_gradient` and `lamina.backward` is left; ops
    whose values nothing reads are gone. Derivatives flow only through values that depend on those that are derived by: for
    others no code is made. The derivative of a repeat is a repeat in the opposite order; what its rounds read of the first pass is
    kept, stacked, but constants, views and slices of stacked tensors are not. That of a `lamina.checkpoint` computes its values
    again. Gives up when: an op on the way has no derivative; a value that has a batch is derived by one that has none; a derivative
    inside of a repeat would go through its rounds: each is an error at its place.
  }];
}

def FusePass : Pass<"lamina-fuse", "mlir::ModuleOp"> {
  let summary = "Put every op of a model into a lamina.kernel";
  let description = [{
    Requires: no `lamina.apply` and no `lamina.grad` is left. Ensures: a model and its repeats hold kernels, params, constants and repeats
    alone, and what widens inputs and narrows outputs; what
    is written to memory is what kernels yield. Says as a remark why ops were joined or kept apart.
    Gives up when: never.
  }];
  let options = [Option<"fuse", "fuse", "bool", "true", "several ops a kernel; without, each op is a kernel of its own">];
}

def PlanPass : Pass<"lamina-plan", "mlir::ModuleOp"> {
  let summary = "Choose memory order, layouts, tiles and offsets of a model of kernels";
  let description = [{
    Requires: `lamina-fuse` has run and the module has a `lamina.target`. Ensures: every kernel, param and model carries its plan, as
    compiler/Kernels/README.md describes it. Gives up when: a value has no bound on its size, or an op works along a `batch` of run-time extent.
  }];
}

#endif // COMPILER_PASSES_PASSES_TD
