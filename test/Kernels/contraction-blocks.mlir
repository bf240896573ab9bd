// Many rows go block by block, so that a block stays in L2 while the panels pass over it; no block is much smaller than another.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels | FileCheck %s
// 196 rows are one block: 31 tiles of six rows and two of five.
// CHECK-LABEL: func.func @Whole.one
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c6{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c31{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c2{{(_[0-9]+)?}} step
// 401 rows are blocks of 201 (31 tiles of six, three of five) and of 200 (30 and four).
// CHECK-LABEL: func.func @Blocks.one
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c6{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c31{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c3{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c6{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c30{{(_[0-9]+)?}} step
// CHECK: scf.for %{{[a-z0-9]+}} = %c0{{[_0-9]*}} to %c4{{(_[0-9]+)?}} step
// CHECK-LABEL: func.func @Blocks.rows
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Whole(%x: tensor<?x196x512xf32, #lamina.axes<batch, s, c>>) -> (y: tensor<?x196x96xf32, #lamina.axes<batch, s, h>>) {
  %w = lamina.param "w" "trained" : tensor<96x512xf32, #lamina.axes<h, c>>
  %y = lamina.dot %x, %w over ["c"] : (tensor<?x196x512xf32, #lamina.axes<batch, s, c>>, tensor<96x512xf32, #lamina.axes<h, c>>) -> tensor<?x196x96xf32, #lamina.axes<batch, s, h>>
  lamina.yield %y : tensor<?x196x96xf32, #lamina.axes<batch, s, h>>
}
lamina.model @Blocks(%x: tensor<?x401x512xf32, #lamina.axes<batch, s, c>>) -> (y: tensor<?x401x96xf32, #lamina.axes<batch, s, h>>) {
  %w = lamina.param "w" "trained" : tensor<96x512xf32, #lamina.axes<h, c>>
  %y = lamina.dot %x, %w over ["c"] : (tensor<?x401x512xf32, #lamina.axes<batch, s, c>>, tensor<96x512xf32, #lamina.axes<h, c>>) -> tensor<?x401x96xf32, #lamina.axes<batch, s, h>>
  lamina.yield %y : tensor<?x401x96xf32, #lamina.axes<batch, s, h>>
}
}
