// Weights in panels for the register tile, biases plain, hidden values at offsets of both forms.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: plan = {packed = 1640576 : i64, tile = {{[0-9]+}} : i64, workspace_one = 2048 : i64, workspace_rows = {{[0-9]+}} : i64}
// CHECK: lamina.param "fc0.weight" "trained" attributes {plan = {block = 16 : i64, depth = ["a0"], lane = ["a1"], offset = 64 : i64, outer = [], rounds = array<i64>}}
// CHECK: lamina.param "fc0.bias" "trained" attributes {plan = {offset = 1605696 : i64, rounds = array<i64>}}
// CHECK: lamina.kernel contraction
// CHECK-SAME: left = 0 : i64, left_form = "in_place", offsets = array<i64: 0>, offsets_one = array<i64: 0>
// CHECK-SAME: right_form = "packed", rows = ["batch"], tile_lanes = 16 : i64, tile_rows = 6 : i64
// CHECK: lamina.kernel contraction
// CHECK-SAME: offsets = array<i64: -1>
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x0: tensor<?x784xf32, #lamina.axes<batch, a0>> as "x") -> (y: tensor<?x10xf32, #lamina.axes<batch, a2>>) {
  %w0 = lamina.param "fc0.weight" "trained" : tensor<512x784xf32, #lamina.axes<a1, a0>>
  %b0 = lamina.param "fc0.bias" "trained" : tensor<512xf32, #lamina.axes<a1>>
  %d0 = lamina.dot %x0, %w0 over ["a0"] : (tensor<?x784xf32, #lamina.axes<batch, a0>>, tensor<512x784xf32, #lamina.axes<a1, a0>>) -> tensor<?x512xf32, #lamina.axes<batch, a1>>
  %s0 = lamina.binary add %d0, %b0 : (tensor<?x512xf32, #lamina.axes<batch, a1>>, tensor<512xf32, #lamina.axes<a1>>) -> tensor<?x512xf32, #lamina.axes<batch, a1>>
  %x1 = lamina.unary relu %s0 : (tensor<?x512xf32, #lamina.axes<batch, a1>>) -> tensor<?x512xf32, #lamina.axes<batch, a1>>
  %w1 = lamina.param "fc1.weight" "trained" : tensor<10x512xf32, #lamina.axes<a2, a1>>
  %b1 = lamina.param "fc1.bias" "trained" : tensor<10xf32, #lamina.axes<a2>>
  %d1 = lamina.dot %x1, %w1 over ["a1"] : (tensor<?x512xf32, #lamina.axes<batch, a1>>, tensor<10x512xf32, #lamina.axes<a2, a1>>) -> tensor<?x10xf32, #lamina.axes<batch, a2>>
  %s1 = lamina.binary add %d1, %b1 : (tensor<?x10xf32, #lamina.axes<batch, a2>>, tensor<10xf32, #lamina.axes<a2>>) -> tensor<?x10xf32, #lamina.axes<batch, a2>>
  lamina.yield %s1 : tensor<?x10xf32, #lamina.axes<batch, a2>>
}
}
