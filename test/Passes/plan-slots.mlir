// A step may write a slot's next value over the slot: a kernel that only reads it at its own place writes it at once; where another
// kernel still reads the slot, or the same one elsewhere, the value is copied behind all kernels.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: %[[A:[0-9]+]] = lamina.kernel elementwise (%{{.+}} = %a
// CHECK-SAME: offsets = array<i64: -1>
// CHECK: %[[B:[0-9]+]] = lamina.kernel rowwise (%{{.+}} = %b
// CHECK-NOT: offsets = array<i64: -1>
// CHECK: lamina.kernel rowwise (%{{.+}} = %b
// CHECK: %[[Y:[0-9]+]] = lamina.kernel rowwise
// CHECK: %[[COPY:[0-9]+]] = lamina.kernel elementwise (%{{.+}} = %[[B]]
// CHECK-SAME: offsets = array<i64: -1>
// CHECK: lamina.yield %[[Y]], %[[A]], %[[COPY]]
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Step(shared %a: tensor<4x32xf32, #lamina.axes<s, c>>, shared %b: tensor<4x32xf32, #lamina.axes<s, c>>) -> (y: tensor<4xf32, #lamina.axes<s>>, a: tensor<4x32xf32, #lamina.axes<s, c>>, b: tensor<4x32xf32, #lamina.axes<s, c>>)
    attributes {slots = [{name = "a", role = "parameter", of = "a", init = "parameter"}, {name = "b", role = "parameter", of = "b", init = "parameter"}]} {
  %0 = lamina.binary mul %a, %b : (tensor<4x32xf32, #lamina.axes<s, c>>, tensor<4x32xf32, #lamina.axes<s, c>>) -> tensor<4x32xf32, #lamina.axes<s, c>>
  %1 = lamina.softmax %b over ["c"] : (tensor<4x32xf32, #lamina.axes<s, c>>) -> tensor<4x32xf32, #lamina.axes<s, c>>
  %2 = lamina.reduce max %b over ["s"] : (tensor<4x32xf32, #lamina.axes<s, c>>) -> tensor<32xf32, #lamina.axes<c>>
  %3 = lamina.binary mul %0, %2 : (tensor<4x32xf32, #lamina.axes<s, c>>, tensor<32xf32, #lamina.axes<c>>) -> tensor<4x32xf32, #lamina.axes<s, c>>
  %4 = lamina.reduce max %3 over ["c"] : (tensor<4x32xf32, #lamina.axes<s, c>>) -> tensor<4xf32, #lamina.axes<s>>
  lamina.yield %4, %0, %1 : tensor<4xf32, #lamina.axes<s>>, tensor<4x32xf32, #lamina.axes<s, c>>, tensor<4x32xf32, #lamina.axes<s, c>>
}
}
