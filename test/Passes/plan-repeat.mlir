// Stacked parameters have a stride for each round; the last kernel writes over the carried value.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.param "blocks.*.w1" "trained" attributes {plan = {offset = 64 : i64, rounds = array<i64: 480>}}
// CHECK: lamina.param "blocks.*.w3" "trained" attributes {plan = {block = 16 : i64, depth = ["c"], lane = ["h"], offset = 3136 : i64, outer = [], rounds = array<i64: 4608>}}
// CHECK: lamina.repeat "blocks" 3
// CHECK-SAME: carried_one = array<i64: [[PLACE:[0-9]+]]>
// CHECK-COUNT-3: lamina.kernel contraction
// CHECK: lamina.kernel contraction
// CHECK-SAME: offsets_one = array<i64: [[PLACE]]>
// CHECK: lamina.yield
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x12x24xf32, #lamina.axes<batch, s, c>>) -> (y0: tensor<?x12x10xf32, #lamina.axes<batch, s, k>>) {
  %v1 = lamina.param "blocks.*.w1" "trained" : tensor<3x10x12xf32, #lamina.axes<blocks, t, s>>
  %v2 = lamina.param "blocks.*.b1" "trained" : tensor<3x10xf32, #lamina.axes<blocks, t>>
  %v3 = lamina.param "blocks.*.w2" "trained" : tensor<3x12x10xf32, #lamina.axes<blocks, o, t>>
  %v4 = lamina.param "blocks.*.w3" "trained" : tensor<3x40x24xf32, #lamina.axes<blocks, h, c>>
  %v5 = lamina.param "blocks.*.w4" "trained" : tensor<3x24x40xf32, #lamina.axes<blocks, o, h>>
  %v6 = lamina.repeat "blocks" 3 carried(%xx = %x : tensor<?x12x24xf32, #lamina.axes<batch, s, c>>) stacked(%p0 = %v1 : tensor<3x10x12xf32, #lamina.axes<blocks, t, s>>, %p1 = %v2 : tensor<3x10xf32, #lamina.axes<blocks, t>>, %p2 = %v3 : tensor<3x12x10xf32, #lamina.axes<blocks, o, t>>, %p3 = %v4 : tensor<3x40x24xf32, #lamina.axes<blocks, h, c>>, %p4 = %v5 : tensor<3x24x40xf32, #lamina.axes<blocks, o, h>>) index %i -> tensor<?x12x24xf32, #lamina.axes<batch, s, c>> {
  %v7 = lamina.dot %xx, %p0 over ["s"] : (tensor<?x12x24xf32, #lamina.axes<batch, s, c>>, tensor<10x12xf32, #lamina.axes<t, s>>) -> tensor<?x24x10xf32, #lamina.axes<batch, c, t>>
  %v8 = lamina.binary add %v7, %p1 : (tensor<?x24x10xf32, #lamina.axes<batch, c, t>>, tensor<10xf32, #lamina.axes<t>>) -> tensor<?x24x10xf32, #lamina.axes<batch, c, t>>
  %v9 = lamina.unary relu %v8 : (tensor<?x24x10xf32, #lamina.axes<batch, c, t>>) -> tensor<?x24x10xf32, #lamina.axes<batch, c, t>>
  %v10 = lamina.dot %v9, %p2 over ["t"] : (tensor<?x24x10xf32, #lamina.axes<batch, c, t>>, tensor<12x10xf32, #lamina.axes<o, t>>) -> tensor<?x24x12xf32, #lamina.axes<batch, c, o>>
  %v11 = lamina.rename %v10 ["o"] to ["s"] : (tensor<?x24x12xf32, #lamina.axes<batch, c, o>>) -> tensor<?x24x12xf32, #lamina.axes<batch, c, s>>
  %v12 = lamina.binary add %xx, %v11 : (tensor<?x12x24xf32, #lamina.axes<batch, s, c>>, tensor<?x24x12xf32, #lamina.axes<batch, c, s>>) -> tensor<?x12x24xf32, #lamina.axes<batch, s, c>>
  %v13 = lamina.dot %v12, %p3 over ["c"] : (tensor<?x12x24xf32, #lamina.axes<batch, s, c>>, tensor<40x24xf32, #lamina.axes<h, c>>) -> tensor<?x12x40xf32, #lamina.axes<batch, s, h>>
  %v14 = lamina.unary relu %v13 : (tensor<?x12x40xf32, #lamina.axes<batch, s, h>>) -> tensor<?x12x40xf32, #lamina.axes<batch, s, h>>
  %v15 = lamina.dot %v14, %p4 over ["h"] : (tensor<?x12x40xf32, #lamina.axes<batch, s, h>>, tensor<24x40xf32, #lamina.axes<o, h>>) -> tensor<?x12x24xf32, #lamina.axes<batch, s, o>>
  %v16 = lamina.rename %v15 ["o"] to ["c"] : (tensor<?x12x24xf32, #lamina.axes<batch, s, o>>) -> tensor<?x12x24xf32, #lamina.axes<batch, s, c>>
  %v17 = lamina.binary add %v12, %v16 : (tensor<?x12x24xf32, #lamina.axes<batch, s, c>>, tensor<?x12x24xf32, #lamina.axes<batch, s, c>>) -> tensor<?x12x24xf32, #lamina.axes<batch, s, c>>
  lamina.yield %v17 : tensor<?x12x24xf32, #lamina.axes<batch, s, c>>
  }
  %v18 = lamina.param "head" "trained" : tensor<10x24xf32, #lamina.axes<k, c>>
  %v19 = lamina.dot %v6, %v18 over ["c"] : (tensor<?x12x24xf32, #lamina.axes<batch, s, c>>, tensor<10x24xf32, #lamina.axes<k, c>>) -> tensor<?x12x10xf32, #lamina.axes<batch, s, k>>
  lamina.yield %v19 : tensor<?x12x10xf32, #lamina.axes<batch, s, k>>
}
}
