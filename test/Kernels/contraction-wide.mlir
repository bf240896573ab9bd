// With 32 registers of 64 bytes the tile is 6 rows of 64: threads take a part of the panels each and meet behind the kernel.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels | FileCheck %s
// CHECK-LABEL: func.func @Net.one
// CHECK-SAME: %[[THREAD:[^:]*]]: index, %[[THREADS:[^:]*]]: index, %{{[^:]*}}: memref<1xi8>) -> i32
// CHECK: arith.minui %{{.*}}, %[[THREADS]]
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-24: vector.fma {{.*}} : vector<16xf32>
// CHECK: scf.yield
// CHECK: arith.cmpi ugt, %[[THREADS]], %c1
// CHECK-NEXT: scf.if
// CHECK-NEXT: omp.barrier
module attributes {lamina.target = #lamina.target<vector_bytes = 64, vector_registers = 32, l1 = 32768, l2 = 1048576, threads = true>} {
lamina.model @Net(%x: tensor<?x196x256xf32, #lamina.axes<batch, s, c>>) -> (y: tensor<?x196x512xf32, #lamina.axes<batch, s, h>>) {
  %w = lamina.param "w" "trained" : tensor<512x256xf32, #lamina.axes<h, c>>
  %y = lamina.dot %x, %w over ["c"] : (tensor<?x196x256xf32, #lamina.axes<batch, s, c>>, tensor<512x256xf32, #lamina.axes<h, c>>) -> tensor<?x196x512xf32, #lamina.axes<batch, s, h>>
  lamina.yield %y : tensor<?x196x512xf32, #lamina.axes<batch, s, h>>
}
}
