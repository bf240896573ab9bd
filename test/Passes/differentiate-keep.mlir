// A round keeps the fewest bytes that its derivative can be had again from: of sigmoid(a) * a with a = y w the product `a` alone, and
// the carried value, which the weight's derivative needs; exp and sigmoid are computed again.
// RUN: lamina-opt %s --lamina-differentiate | FileCheck %s
// CHECK: [[FIRST:%[0-9]+]]:3 = lamina.repeat "rounds" 4
// CHECK: [[A:%[0-9]+]] = lamina.dot %[[Y:[a-z0-9]+]], %
// CHECK: lamina.yield %{{.+}}, [[A]], %[[Y]] :
// CHECK: lamina.repeat "rounds" 4
// CHECK-SAME: = [[FIRST]]#1
// CHECK-SAME: = [[FIRST]]#2
// CHECK-NOT: = [[FIRST]]#
// CHECK: lamina.unary sigmoid
!s = tensor<f32, #lamina.axes<>>
!y = tensor<?x8xf32, #lamina.axes<batch, c>>
!z = tensor<?x8xf32, #lamina.axes<batch, d>>
!w = tensor<4x8x8xf32, #lamina.axes<rounds, d, c>>
lamina.model @Net(%x: !y, shared %u: !w) -> (g: !w) {
  %y = lamina.repeat "rounds" 4 carried(%a = %x : !y) stacked(%w = %u : !w) index %i -> !y {
    %0 = lamina.dot %a, %w over ["c"] : (!y, tensor<8x8xf32, #lamina.axes<d, c>>) -> !z
    %1 = lamina.unary sigmoid %0 : (!z) -> !z
    %2 = lamina.binary mul %0, %1 : (!z, !z) -> !z
    %3 = lamina.unary exp %2 : (!z) -> !z
    %4 = lamina.rename %3 ["d"] to ["c"] : (!z) -> !y
    lamina.yield %4 : !y
  }
  %l = lamina.reduce sum %y over ["batch", "c"] : (!y) -> !s
  %g = lamina.grad %l by %u : (!s, !w) -> !w
  lamina.yield %g : !w
}
