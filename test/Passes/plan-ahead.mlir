// Weights beyond L2 are fetched ahead by as many tiles of rows as a sample has: 196 rows give 16 tiles their share, a sample of one row, in a batch, four.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.model @Tokens
// CHECK: lamina.kernel contraction
// CHECK-SAME: ahead = 16 : i64
// CHECK: lamina.model @Rows
// CHECK: lamina.kernel contraction
// CHECK-SAME: ahead = 4 : i64
// CHECK: lamina.model @Small
// CHECK-NOT: ahead
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Tokens(%x: tensor<?x196x512xf32, #lamina.axes<batch, s, c>>) -> (y: tensor<?x196x512xf32, #lamina.axes<batch, s, h>>) {
  %w = lamina.param "w" "trained" : tensor<512x512xf32, #lamina.axes<h, c>>
  %y = lamina.dot %x, %w over ["c"] : (tensor<?x196x512xf32, #lamina.axes<batch, s, c>>, tensor<512x512xf32, #lamina.axes<h, c>>) -> tensor<?x196x512xf32, #lamina.axes<batch, s, h>>
  lamina.yield %y : tensor<?x196x512xf32, #lamina.axes<batch, s, h>>
}
lamina.model @Rows(%x: tensor<?x512xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x512xf32, #lamina.axes<batch, h>>) {
  %w = lamina.param "w" "trained" : tensor<512x512xf32, #lamina.axes<h, c>>
  %y = lamina.dot %x, %w over ["c"] : (tensor<?x512xf32, #lamina.axes<batch, c>>, tensor<512x512xf32, #lamina.axes<h, c>>) -> tensor<?x512xf32, #lamina.axes<batch, h>>
  lamina.yield %y : tensor<?x512xf32, #lamina.axes<batch, h>>
}
lamina.model @Small(%x: tensor<?x64xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x64xf32, #lamina.axes<batch, h>>) {
  %w = lamina.param "w" "trained" : tensor<64x64xf32, #lamina.axes<h, c>>
  %y = lamina.dot %x, %w over ["c"] : (tensor<?x64xf32, #lamina.axes<batch, c>>, tensor<64x64xf32, #lamina.axes<h, c>>) -> tensor<?x64xf32, #lamina.axes<batch, h>>
  lamina.yield %y : tensor<?x64xf32, #lamina.axes<batch, h>>
}
}
