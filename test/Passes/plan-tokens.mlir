// Token mixing: the weight gives rows and stays plain, the activation keeps its order and gives lanes.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.param "w1" "trained" attributes {plan = {offset = 64 : i64, rounds = array<i64>}}
// CHECK: lamina.kernel contraction
// CHECK-SAME: -> tensor<?x20x24xf32, #lamina.axes<batch, t, c>>
// CHECK-SAME: lanes = ["c"], left = 1 : i64, left_form = "in_place"
// CHECK-SAME: outer = ["batch"]
// CHECK-SAME: right_form = "staged", rows = ["t"]
// CHECK: lamina.kernel contraction
// CHECK-SAME: lanes = ["c"], left = 1 : i64
// CHECK: lamina.kernel contraction
// CHECK-SAME: lanes = ["h"], left = 0 : i64
// CHECK-SAME: right_form = "packed", rows = ["batch", "s"]
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x16x24xf32, #lamina.axes<batch, s, c>>) -> (y0: tensor<?x16x24xf32, #lamina.axes<batch, s, c>>) {
  %v1 = lamina.param "w1" "trained" : tensor<20x16xf32, #lamina.axes<t, s>>
  %v2 = lamina.param "b1" "trained" : tensor<20xf32, #lamina.axes<t>>
  %v3 = lamina.param "w2" "trained" : tensor<16x20xf32, #lamina.axes<o, t>>
  %v4 = lamina.param "b2" "trained" : tensor<16xf32, #lamina.axes<o>>
  %v5 = lamina.dot %x, %v1 over ["s"] : (tensor<?x16x24xf32, #lamina.axes<batch, s, c>>, tensor<20x16xf32, #lamina.axes<t, s>>) -> tensor<?x24x20xf32, #lamina.axes<batch, c, t>>
  %v6 = lamina.binary add %v5, %v2 : (tensor<?x24x20xf32, #lamina.axes<batch, c, t>>, tensor<20xf32, #lamina.axes<t>>) -> tensor<?x24x20xf32, #lamina.axes<batch, c, t>>
  %v7 = lamina.unary relu %v6 : (tensor<?x24x20xf32, #lamina.axes<batch, c, t>>) -> tensor<?x24x20xf32, #lamina.axes<batch, c, t>>
  %v8 = lamina.dot %v7, %v3 over ["t"] : (tensor<?x24x20xf32, #lamina.axes<batch, c, t>>, tensor<16x20xf32, #lamina.axes<o, t>>) -> tensor<?x24x16xf32, #lamina.axes<batch, c, o>>
  %v9 = lamina.binary add %v8, %v4 : (tensor<?x24x16xf32, #lamina.axes<batch, c, o>>, tensor<16xf32, #lamina.axes<o>>) -> tensor<?x24x16xf32, #lamina.axes<batch, c, o>>
  %v10 = lamina.rename %v9 ["o"] to ["s"] : (tensor<?x24x16xf32, #lamina.axes<batch, c, o>>) -> tensor<?x24x16xf32, #lamina.axes<batch, c, s>>
  %v11 = lamina.binary add %x, %v10 : (tensor<?x16x24xf32, #lamina.axes<batch, s, c>>, tensor<?x24x16xf32, #lamina.axes<batch, c, s>>) -> tensor<?x16x24xf32, #lamina.axes<batch, s, c>>
  %v12 = lamina.param "w3" "trained" : tensor<40x24xf32, #lamina.axes<h, c>>
  %v13 = lamina.param "w4" "trained" : tensor<24x40xf32, #lamina.axes<o, h>>
  %v14 = lamina.dot %v11, %v12 over ["c"] : (tensor<?x16x24xf32, #lamina.axes<batch, s, c>>, tensor<40x24xf32, #lamina.axes<h, c>>) -> tensor<?x16x40xf32, #lamina.axes<batch, s, h>>
  %v15 = lamina.unary relu %v14 : (tensor<?x16x40xf32, #lamina.axes<batch, s, h>>) -> tensor<?x16x40xf32, #lamina.axes<batch, s, h>>
  %v16 = lamina.dot %v15, %v13 over ["h"] : (tensor<?x16x40xf32, #lamina.axes<batch, s, h>>, tensor<24x40xf32, #lamina.axes<o, h>>) -> tensor<?x16x24xf32, #lamina.axes<batch, s, o>>
  %v17 = lamina.rename %v16 ["o"] to ["c"] : (tensor<?x16x24xf32, #lamina.axes<batch, s, o>>) -> tensor<?x16x24xf32, #lamina.axes<batch, s, c>>
  %v18 = lamina.binary add %v11, %v17 : (tensor<?x16x24xf32, #lamina.axes<batch, s, c>>, tensor<?x16x24xf32, #lamina.axes<batch, s, c>>) -> tensor<?x16x24xf32, #lamina.axes<batch, s, c>>
  lamina.yield %v18 : tensor<?x16x24xf32, #lamina.axes<batch, s, c>>
}
}
