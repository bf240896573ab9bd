// Of two activations the right one gives lanes and is staged; heads and samples are looped over.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.kernel contraction
// CHECK-SAME: -> tensor<?x3x13x13xf32, #lamina.axes<batch, h, s, t>>
// CHECK-SAME: outer = ["batch", "h"]
// CHECK-SAME: right_form = "staged", rows = ["s"], scratch =
// CHECK: lamina.kernel contraction
// CHECK-SAME: lanes = ["d"]
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%q: tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>, %k: tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>, %v: tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>) -> (y0: tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>) {
  %v1 = lamina.rename %k ["s"] to ["t"] : (tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>) -> tensor<?x13x3x8xf32, #lamina.axes<batch, t, h, d>>
  %v2 = lamina.rename %v ["s"] to ["t"] : (tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>) -> tensor<?x13x3x8xf32, #lamina.axes<batch, t, h, d>>
  %v3 = lamina.dot %q, %v1 over ["d"] : (tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>, tensor<?x13x3x8xf32, #lamina.axes<batch, t, h, d>>) -> tensor<?x13x3x13xf32, #lamina.axes<batch, s, h, t>>
  %v4 = lamina.dot %v3, %v2 over ["t"] : (tensor<?x13x3x13xf32, #lamina.axes<batch, s, h, t>>, tensor<?x13x3x8xf32, #lamina.axes<batch, t, h, d>>) -> tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>
  lamina.yield %v4 : tensor<?x13x3x8xf32, #lamina.axes<batch, s, h, d>>
}
}
