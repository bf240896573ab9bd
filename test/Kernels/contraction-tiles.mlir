// The sizes of register tiles: few samples take several panels at once, more are cut into two neighbouring sizes.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels | FileCheck %s
// One sample: six panels of 16 in two vectors each are 12 chains.
// CHECK-LABEL: func.func @Net.one(%{{.*}}: memref<{{[0-9]+}}xi8>, %{{.*}}: memref<32xf32>, %{{.*}}: memref<192xf32>, %{{.*}}: memref<1xi8>) -> i32
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK-COUNT-12: vector.fma
// CHECK: scf.yield
// CHECK: func.func @Net.rows(%{{.*}}: memref<{{[0-9]+}}xi8>, %{{.*}}: memref<{{[0-9]+}}xf32>, %{{.*}}: memref<{{[0-9]+}}xf32>, %[[ROWS:.*]]: index, %{{.*}}: memref<1xi8>) -> i32
// CHECK: scf.index_switch %[[ROWS]]
// CHECK-NEXT: case 1 {
// CHECK: case 2 {
// CHECK: case 3 {
// CHECK: default {
// CHECK: arith.ceildivui
// CHECK: scf.index_switch
// CHECK-NEXT: case 3 {
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x32xf32, #lamina.axes<batch, i>>) -> (y: tensor<?x192xf32, #lamina.axes<batch, o>>) {
  %w = lamina.param "w" "trained" : tensor<192x32xf32, #lamina.axes<o, i>>
  %y = lamina.dot %x, %w over ["i"] : (tensor<?x32xf32, #lamina.axes<batch, i>>, tensor<192x32xf32, #lamina.axes<o, i>>) -> tensor<?x192xf32, #lamina.axes<batch, o>>
  lamina.yield %y : tensor<?x192xf32, #lamina.axes<batch, o>>
}
}
