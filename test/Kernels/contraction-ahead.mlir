// Weights that L2 cannot keep: four steps make one round of the innermost loop and fetch a line of the next panel.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s --check-prefix=PLAN
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels | FileCheck %s
// PLAN: lamina.kernel contraction
// PLAN-SAME: ahead = 4 : i64
// One sample reads all panels in one pass, without help.
// CHECK-LABEL: func.func @Net.one
// CHECK-NOT: memref.prefetch
// CHECK-LABEL: func.func @Net.rows
// The panel after the last one is the last one.
// CHECK: %[[LAST:.*]] = arith.cmpi eq, %{{.*}}, %c63
// CHECK: %[[NEXT:.*]] = arith.select %[[LAST]]
// CHECK: %[[FIRST:.*]] = arith.cmpi ult, %{{.*}}, %c4
// CHECK: arith.select %[[FIRST]]
// CHECK: scf.for {{.*}} to %c512{{.*}} step %c4
// CHECK-COUNT-1: memref.prefetch %{{.*}}, read, locality<2>, data
// CHECK-NOT: memref.prefetch
// CHECK-COUNT-24: vector.fma
// CHECK: scf.yield
// Of 514 steps two are left: 3 rows of two vectors each.
// CHECK-COUNT-12: vector.fma
// CHECK-NOT: vector.fma
// CHECK: vector.store
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x514xf32, #lamina.axes<batch, i>>) -> (y: tensor<?x1024xf32, #lamina.axes<batch, o>>) {
  %w = lamina.param "w" "trained" : tensor<1024x514xf32, #lamina.axes<o, i>>
  %y = lamina.dot %x, %w over ["i"] : (tensor<?x514xf32, #lamina.axes<batch, i>>, tensor<1024x514xf32, #lamina.axes<o, i>>) -> tensor<?x1024xf32, #lamina.axes<batch, o>>
  lamina.yield %y : tensor<?x1024xf32, #lamina.axes<batch, o>>
}
}
