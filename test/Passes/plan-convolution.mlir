// A convolution reads its windows in place: no kernel but the contraction, the channels summed last.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.param "w" "trained" attributes {plan = {block = 16 : i64, depth = ["kh", "kw", "c"], lane = ["o"]
// CHECK: lamina.kernel contraction
// CHECK-SAME: depth = ["kh", "kw", "c"]
// CHECK-SAME: left_form = "in_place"
// CHECK-SAME: rows = ["batch", "oh", "ow"]
// CHECK-NOT: lamina.kernel
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x9x8x5xf32, #lamina.axes<batch, h, w, c>>) -> (y0: tensor<?x7x6x18xf32, #lamina.axes<batch, oh, ow, o>>) {
  %v1 = lamina.window %x "h" to "oh", "kh" size 3 stride 1 dilation 1 : (tensor<?x9x8x5xf32, #lamina.axes<batch, h, w, c>>) -> tensor<?x7x3x8x5xf32, #lamina.axes<batch, oh, kh, w, c>>
  %v2 = lamina.window %v1 "w" to "ow", "kw" size 3 stride 1 dilation 1 : (tensor<?x7x3x8x5xf32, #lamina.axes<batch, oh, kh, w, c>>) -> tensor<?x7x3x6x3x5xf32, #lamina.axes<batch, oh, kh, ow, kw, c>>
  %v3 = lamina.param "w" "trained" : tensor<18x5x3x3xf32, #lamina.axes<o, c, kh, kw>>
  %v4 = lamina.dot %v2, %v3 over ["c", "kh", "kw"] : (tensor<?x7x3x6x3x5xf32, #lamina.axes<batch, oh, kh, ow, kw, c>>, tensor<18x5x3x3xf32, #lamina.axes<o, c, kh, kw>>) -> tensor<?x7x6x18xf32, #lamina.axes<batch, oh, ow, o>>
  %v5 = lamina.unary relu %v4 : (tensor<?x7x6x18xf32, #lamina.axes<batch, oh, ow, o>>) -> tensor<?x7x6x18xf32, #lamina.axes<batch, oh, ow, o>>
  lamina.yield %v5 : tensor<?x7x6x18xf32, #lamina.axes<batch, oh, ow, o>>
}
}
