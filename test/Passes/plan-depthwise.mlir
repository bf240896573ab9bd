// A depthwise convolution runs along the channels that both operands share.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.param "w" "trained" attributes {plan = {block = 16 : i64, depth = ["kh", "kw"], lane = ["c"]
// CHECK: lamina.kernel contraction
// CHECK-SAME: lanes = ["c"], left = 0 : i64, left_form = "vector"
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x9x8x20xf32, #lamina.axes<batch, h, w, c>>) -> (y0: tensor<?x7x6x20xf32, #lamina.axes<batch, oh, ow, c>>) {
  %v1 = lamina.window %x "h" to "oh", "kh" size 3 stride 1 dilation 1 : (tensor<?x9x8x20xf32, #lamina.axes<batch, h, w, c>>) -> tensor<?x7x3x8x20xf32, #lamina.axes<batch, oh, kh, w, c>>
  %v2 = lamina.window %v1 "w" to "ow", "kw" size 3 stride 1 dilation 1 : (tensor<?x7x3x8x20xf32, #lamina.axes<batch, oh, kh, w, c>>) -> tensor<?x7x3x6x3x20xf32, #lamina.axes<batch, oh, kh, ow, kw, c>>
  %v3 = lamina.param "w" "trained" : tensor<20x3x3xf32, #lamina.axes<c, kh, kw>>
  %v4 = lamina.param "b" "trained" : tensor<20xf32, #lamina.axes<c>>
  %v5 = lamina.dot %v2, %v3 over ["kh", "kw"] : (tensor<?x7x3x6x3x20xf32, #lamina.axes<batch, oh, kh, ow, kw, c>>, tensor<20x3x3xf32, #lamina.axes<c, kh, kw>>) -> tensor<?x7x6x20xf32, #lamina.axes<batch, oh, ow, c>>
  %v6 = lamina.binary add %v5, %v4 : (tensor<?x7x6x20xf32, #lamina.axes<batch, oh, ow, c>>, tensor<20xf32, #lamina.axes<c>>) -> tensor<?x7x6x20xf32, #lamina.axes<batch, oh, ow, c>>
  lamina.yield %v6 : tensor<?x7x6x20xf32, #lamina.axes<batch, oh, ow, c>>
}
}
