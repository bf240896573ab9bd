// The kernel: the unit of fusion, planning and code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINAKERNELOPS_TD
#define DIALECT_LAMINAKERNELOPS_TD

include "dialect/LaminaAttributes.td"

def Lamina_KernelKind : Lamina_Enum<"KernelKind", "what form a kernel's code has", [
  I32EnumAttrCase<"Contraction", 0, "contraction">, I32EnumAttrCase<"Rowwise", 1, "rowwise">,
  I32EnumAttrCase<"Elementwise", 2, "elementwise">, I32EnumAttrCase<"Select", 3, "select">,
  I32EnumAttrCase<"Scatter", 4, "scatter">]>;
def Lamina_KernelKindAttr : Lamina_EnumAttr<Lamina_KernelKind, "kernel_kind">;

def Lamina_KernelOp : Lamina_Op<"kernel", [IsolatedFromAbove, SingleBlock, Pure]> {
  let summary = "A group of ops that becomes one loop nest";
  let description = [{
    Formed by `lamina-fuse`. Operands are tensors in memory, block arguments stand for them one to one, `lamina.yield` gives
    what is written to memory. `contraction`: exactly one `lamina.dot` with its prologue and epilogue. `rowwise`: reductions and
    normalisations along axes with the elementwise ops around them. `elementwise`: elementwise ops, views and gathers.
    `select`: topk, keep_topk, sort, cumulate. `scatter`: scatter_add.
    `plan` is written by `lamina-plan`: storage, packing, tiles, offsets and threads (see compiler/Passes/README.md).

    ```mlir
    %x = lamina.constant dense<[-1.0, 2.0]> : tensor<2xf32, #lamina.axes<c>>
    %y = lamina.kernel elementwise (%a = %x : tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>> {
      %0 = lamina.unary relu %a : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
      lamina.yield %0 : tensor<2xf32, #lamina.axes<c>>
    }
    ```
  }];
  let arguments = (ins Lamina_KernelKindAttr:$kind, Variadic<Lamina_Tensor>:$inputs, OptionalAttr<DictionaryAttr>:$plan);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Variadic<Lamina_Tensor>:$results);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

#endif // DIALECT_LAMINAKERNELOPS_TD
