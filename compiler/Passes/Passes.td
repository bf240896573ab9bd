// The passes of the lamina dialect: what each requires, ensures and when it gives up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PASSES_TD
#define COMPILER_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

def InlinePass : Pass<"lamina-inline"> {
  let summary = "Dissolve every lamina.apply into the region around it";
  let description = [{
    Requires: nothing. Ensures: no `lamina.apply` is left; the ops that stood in one have a location that ends with the layer's
    path. Gives up when: never.
  }];
}

def SimplifyPass : Pass<"lamina-simplify"> {
  let summary = "Canonicalise, merge equal ops and drop dead ones";
  let description = [{
    Requires: nothing. Ensures: no fold or canonicalisation of the dialect applies any more and no two equal pure ops stand in one
    block. No bit of any output changes. Gives up when: never.
  }];
}

#endif // COMPILER_PASSES_PASSES_TD
