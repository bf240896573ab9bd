// With threads: what one sample costs, how many samples a thread takes alone, and a place for each thread's scratch.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// The weights do not fit L2: four tiles of six rows make a pass over them worth it. 512 x 1024 multiply-adds.
// CHECK: lamina.model @Channels
// CHECK-SAME: plan = {apart = 24 : i64, packed = 2097216 : i64, threads = 64 : i64, tile = {{[0-9]+}} : i64, work = 524288 : i64
// A sample has rows enough. Scratch: one panel of 32 x 16 numbers for each of 10 panels of lanes.
// CHECK: lamina.model @Tokens
// CHECK-SAME: plan = {apart = 1 : i64, packed = {{[0-9]+}} : i64, threads = 64 : i64, tile = {{[0-9]+}} : i64, work = 327680 : i64, workspace_one = 20480 : i64
// CHECK: lamina.kernel contraction
// CHECK-SAME: scratch_step = 2048 : i64
// A row of 100 numbers, 16 bytes each, for each of the threads that a call may use.
// CHECK: lamina.model @Rows
// CHECK-SAME: workspace_one = 102400 : i64
// CHECK: lamina.kernel rowwise
// CHECK-SAME: scratch_step = 1600 : i64
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = true>} {
lamina.model @Channels(%x: tensor<?x512xf32, #lamina.axes<batch, i>>) -> (y: tensor<?x1024xf32, #lamina.axes<batch, o>>) {
  %w = lamina.param "w" "trained" : tensor<1024x512xf32, #lamina.axes<o, i>>
  %y = lamina.dot %x, %w over ["i"] : (tensor<?x512xf32, #lamina.axes<batch, i>>, tensor<1024x512xf32, #lamina.axes<o, i>>) -> tensor<?x1024xf32, #lamina.axes<batch, o>>
  lamina.yield %y : tensor<?x1024xf32, #lamina.axes<batch, o>>
}
lamina.model @Tokens(%x: tensor<?x32x160xf32, #lamina.axes<batch, s, c>>) -> (y: tensor<?x64x160xf32, #lamina.axes<batch, t, c>>) {
  %w = lamina.param "w" "trained" : tensor<64x32xf32, #lamina.axes<t, s>>
  %y = lamina.dot %w, %x over ["s"] : (tensor<64x32xf32, #lamina.axes<t, s>>, tensor<?x32x160xf32, #lamina.axes<batch, s, c>>) -> tensor<?x64x160xf32, #lamina.axes<batch, t, c>>
  lamina.yield %y : tensor<?x64x160xf32, #lamina.axes<batch, t, c>>
}
lamina.model @Rows(%x: tensor<?x20x100xf32, #lamina.axes<batch, s, c>>) -> (y: tensor<?x20x100xf32, #lamina.axes<batch, s, c>>) {
  %y = lamina.softmax %x over ["c"] : (tensor<?x20x100xf32, #lamina.axes<batch, s, c>>) -> tensor<?x20x100xf32, #lamina.axes<batch, s, c>>
  lamina.yield %y : tensor<?x20x100xf32, #lamina.axes<batch, s, c>>
}
}
