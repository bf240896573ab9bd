// Kernels that say the same are one function for each form; where their buffers begin is passed. A kernel that is alone stays in its model.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels | FileCheck %s
// CHECK: func.func @Deep.one
// CHECK: memref.view %{{.*}}[%c64{{.*}}] : memref<{{.*}}xi8> to memref<256xf32>
// CHECK: memref.view %{{.*}}[%c1088{{.*}}] : memref<{{.*}}xi8> to memref<256xf32>
// CHECK: call @[[ONE:[^(]*]](
// CHECK: call @[[ONE]](
// CHECK: call @[[ONE]](
// The last layer has other axes.
// CHECK: vector.fma
// CHECK: return
// CHECK: func.func private @[[ONE]](%{{.*}}: memref<16xf32>, %{{.*}}: memref<256xf32>, %{{.*}}: memref<16xf32>
// CHECK: vector.fma
// CHECK: func.func @Deep.rows
// CHECK-COUNT-3: call @Deep.rows.kernel
// CHECK: func.func private @Deep.rows.kernel
// CHECK-NOT: func.func
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Deep(%x: tensor<?x16xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x5xf32, #lamina.axes<batch, k>>) {
  %w0 = lamina.param "w0" "trained" : tensor<16x16xf32, #lamina.axes<o, c>>
  %w1 = lamina.param "w1" "trained" : tensor<16x16xf32, #lamina.axes<o, c>>
  %w2 = lamina.param "w2" "trained" : tensor<16x16xf32, #lamina.axes<o, c>>
  %w3 = lamina.param "w3" "trained" : tensor<5x16xf32, #lamina.axes<k, c>>
  %d0 = lamina.dot %x, %w0 over ["c"] : (tensor<?x16xf32, #lamina.axes<batch, c>>, tensor<16x16xf32, #lamina.axes<o, c>>) -> tensor<?x16xf32, #lamina.axes<batch, o>>
  %r0 = lamina.rename %d0 ["o"] to ["c"] : (tensor<?x16xf32, #lamina.axes<batch, o>>) -> tensor<?x16xf32, #lamina.axes<batch, c>>
  %a0 = lamina.unary relu %r0 : (tensor<?x16xf32, #lamina.axes<batch, c>>) -> tensor<?x16xf32, #lamina.axes<batch, c>>
  %d1 = lamina.dot %a0, %w1 over ["c"] : (tensor<?x16xf32, #lamina.axes<batch, c>>, tensor<16x16xf32, #lamina.axes<o, c>>) -> tensor<?x16xf32, #lamina.axes<batch, o>>
  %r1 = lamina.rename %d1 ["o"] to ["c"] : (tensor<?x16xf32, #lamina.axes<batch, o>>) -> tensor<?x16xf32, #lamina.axes<batch, c>>
  %a1 = lamina.unary relu %r1 : (tensor<?x16xf32, #lamina.axes<batch, c>>) -> tensor<?x16xf32, #lamina.axes<batch, c>>
  %d2 = lamina.dot %a1, %w2 over ["c"] : (tensor<?x16xf32, #lamina.axes<batch, c>>, tensor<16x16xf32, #lamina.axes<o, c>>) -> tensor<?x16xf32, #lamina.axes<batch, o>>
  %r2 = lamina.rename %d2 ["o"] to ["c"] : (tensor<?x16xf32, #lamina.axes<batch, o>>) -> tensor<?x16xf32, #lamina.axes<batch, c>>
  %a2 = lamina.unary relu %r2 : (tensor<?x16xf32, #lamina.axes<batch, c>>) -> tensor<?x16xf32, #lamina.axes<batch, c>>
  %y = lamina.dot %a2, %w3 over ["c"] : (tensor<?x16xf32, #lamina.axes<batch, c>>, tensor<5x16xf32, #lamina.axes<k, c>>) -> tensor<?x5xf32, #lamina.axes<batch, k>>
  lamina.yield %y : tensor<?x5xf32, #lamina.axes<batch, k>>
}
}
