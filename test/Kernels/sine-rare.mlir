// Arguments that need the long reduction are rare: their code stands aside.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels | FileCheck %s
// CHECK: %[[ANY:.+]] = vector.reduction <or>
// CHECK: %[[RARE:.+]] = llvm.intr.expect %[[ANY]], %false
// CHECK: scf.if %[[RARE]]
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Wave(%x: tensor<?x64xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x64xf32, #lamina.axes<batch, c>>) {
  %0 = lamina.unary sin %x : (tensor<?x64xf32, #lamina.axes<batch, c>>) -> tensor<?x64xf32, #lamina.axes<batch, c>>
  lamina.yield %0 : tensor<?x64xf32, #lamina.axes<batch, c>>
}
}
