// RUN: lamina-opt --lamina-simplify %s | FileCheck %s

!x = tensor<?x4xf32, #lamina.axes<batch, c>>
!s = tensor<f32, #lamina.axes<>>

// Ops that change nothing go; equal ops are one.
// CHECK-LABEL: lamina.model @identities
// CHECK-NEXT: %[[E:.*]] = lamina.unary exp %x
// CHECK-NEXT: lamina.yield %x, %x, %x, %x, %x, %x, %[[E]], %[[E]]
lamina.model @identities(%x: !x) -> (a: !x, b: !x, c: !x, d: !x, e: !x, f: !x, g: !x, h: !x) {
  %one = lamina.constant dense<1.0> : !s
  %zero = lamina.constant dense<0.0> : !s
  %a = lamina.binary mul %one, %x : (!s, !x) -> !x
  %b = lamina.binary sub %x, %zero : (!x, !s) -> !x
  %c = lamina.roll %x "c" by -8 : (!x) -> !x
  %d = lamina.slice %x "c" from 0 step 1 : (!x) -> !x
  %e0 = lamina.rename %x ["c"] to ["k"] : (!x) -> tensor<?x4xf32, #lamina.axes<batch, k>>
  %e = lamina.rename %e0 ["k"] to ["c"] : (tensor<?x4xf32, #lamina.axes<batch, k>>) -> !x
  %f0 = lamina.unary neg %x : (!x) -> !x
  %f = lamina.unary neg %f0 : (!x) -> !x
  %g = lamina.unary exp %x : (!x) -> !x
  %h = lamina.unary exp %x : (!x) -> !x
  lamina.yield %a, %b, %c, %d, %e, %f, %g, %h : !x, !x, !x, !x, !x, !x, !x, !x
}

// What would change a bit stays: -0 + 0 is 0, NaN * 0 is NaN.
// CHECK-LABEL: lamina.model @bits
// CHECK: lamina.binary add
// CHECK: lamina.binary mul
// CHECK-NOT: lamina.binary
lamina.model @bits(%x: !x) -> (a: !x, b: !x, c: !x) {
  %zero = lamina.constant dense<0.0> : !s
  %minus = lamina.constant dense<-0.0> : !s
  %a = lamina.binary add %x, %zero : (!x, !s) -> !x
  %b = lamina.binary mul %x, %zero : (!x, !s) -> !x
  %c = lamina.binary add %x, %minus : (!x, !s) -> !x
  lamina.yield %a, %b, %c : !x, !x, !x
}

// A change of order in memory is not the identity.
// CHECK-LABEL: lamina.model @order
// CHECK: lamina.rearrange
lamina.model @order(%x: !x) -> (y: tensor<4x?xf32, #lamina.axes<c, batch>>) {
  %y = lamina.rearrange %x [] to [], [], [] : (!x) -> tensor<4x?xf32, #lamina.axes<c, batch>>
  lamina.yield %y : tensor<4x?xf32, #lamina.axes<c, batch>>
}

// Two movements of a kind are one.
// CHECK-LABEL: lamina.model @movements
// CHECK-NEXT: %[[S:.*]] = lamina.slice %x "c" from 1 step 2
// CHECK-NEXT: %[[R:.*]] = lamina.rename %[[S]] ["c"] to ["e"]
// CHECK-NEXT: %[[E:.*]] = lamina.expand %[[R]]
// CHECK-NEXT: lamina.yield %[[E]]
lamina.model @movements(%x: !x) -> (y: tensor<?x1x2x3xf32, #lamina.axes<batch, e, p, q>>) {
  %a = lamina.slice %x "c" from 1 step 1 : (!x) -> tensor<?x3xf32, #lamina.axes<batch, c>>
  %b = lamina.slice %a "c" from 0 step 2 : (tensor<?x3xf32, #lamina.axes<batch, c>>) -> tensor<?x1xf32, #lamina.axes<batch, c>>
  %c = lamina.rename %b ["c"] to ["d"] : (tensor<?x1xf32, #lamina.axes<batch, c>>) -> tensor<?x1xf32, #lamina.axes<batch, d>>
  %d = lamina.rename %c ["d"] to ["e"] : (tensor<?x1xf32, #lamina.axes<batch, d>>) -> tensor<?x1xf32, #lamina.axes<batch, e>>
  %e = lamina.expand %d : (tensor<?x1xf32, #lamina.axes<batch, e>>) -> tensor<?x1x2xf32, #lamina.axes<batch, e, p>>
  %f = lamina.expand %e : (tensor<?x1x2xf32, #lamina.axes<batch, e, p>>) -> tensor<?x1x2x3xf32, #lamina.axes<batch, e, p, q>>
  lamina.yield %f : tensor<?x1x2x3xf32, #lamina.axes<batch, e, p, q>>
}

// Unused parameters and ops go, asserts and taps do not.
// CHECK-LABEL: lamina.model @dead
// CHECK-NOT: lamina.param
// CHECK: lamina.tap
lamina.model @dead(%x: !x) -> (y: !x) {
  %w = lamina.param "w" "trained" : tensor<4xf32, #lamina.axes<c>>
  %d = lamina.unary exp %x : (!x) -> !x
  lamina.tap %x, "x" : !x
  lamina.yield %x : !x
}
