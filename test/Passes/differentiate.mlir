// RUN: lamina-opt --lamina-differentiate --lamina-simplify %s --split-input-file --verify-diagnostics | FileCheck %s

!s = tensor<f32, #lamina.axes<>>
!x = tensor<?x4xf32, #lamina.axes<batch, c>>
!b = tensor<?xf32, #lamina.axes<batch>>

// One contraction for the derivative by x; none for the frozen weight.
// CHECK-LABEL: lamina.model @linear
// CHECK: lamina.dot
// CHECK: lamina.dot
// CHECK-SAME: over ["h"]
// CHECK-NOT: lamina.dot
// CHECK: lamina.yield
lamina.model @linear(%x: !x) -> (g: !x) {
  %w = lamina.param "w" "frozen" : tensor<2x4xf32, #lamina.axes<h, c>>
  %h = lamina.dot %x, %w over ["c"] : (!x, tensor<2x4xf32, #lamina.axes<h, c>>) -> tensor<?x2xf32, #lamina.axes<batch, h>>
  %t = lamina.unary tanh %h : (tensor<?x2xf32, #lamina.axes<batch, h>>) -> tensor<?x2xf32, #lamina.axes<batch, h>>
  %y = lamina.reduce sum %t over ["h"] : (tensor<?x2xf32, #lamina.axes<batch, h>>) -> !b
  %g = lamina.grad %y by %x : (!b, !x) -> !x
  lamina.yield %g : !x
}

// -----

!x = tensor<?x4xf32, #lamina.axes<batch, c>>
!b = tensor<?xf32, #lamina.axes<batch>>

// What stop_gradient hides has no derivative, and the op goes.
// CHECK-LABEL: lamina.model @stopped
// CHECK-NOT: lamina.unary
// CHECK-NOT: lamina.stop_gradient
// CHECK: lamina.yield
lamina.model @stopped(%x: !x) -> (g: !x) {
  %e = lamina.unary exp %x : (!x) -> !x
  %stop = lamina.stop_gradient %e : !x
  %y = lamina.reduce sum %stop over ["c"] : (!x) -> !b
  %g = lamina.grad %y by %x : (!b, !x) -> !x
  lamina.yield %g : !x
}

// -----

!x = tensor<?x4xf32, #lamina.axes<batch, c>>

// The rounds backward read tanh(x), kept, and not the weight's slices, which are there.
// CHECK-LABEL: lamina.model @repeat
// CHECK: lamina.repeat "r" 3
// CHECK-SAME: -> (tensor<?x4xf32, #lamina.axes<batch, c>>, tensor<3x?x4xf32, #lamina.axes<r, batch, c>>)
// CHECK: lamina.repeat "r" 3
// CHECK-SAME: reverse
// CHECK-NOT: lamina.unary tanh
lamina.model @repeat(%x: !x) -> (g: !x) {
  %w = lamina.param "r.*.w" "trained" : tensor<3x4xf32, #lamina.axes<r, c>>
  %y = lamina.repeat "r" 3 carried(%a = %x : !x) stacked(%v = %w : tensor<3x4xf32, #lamina.axes<r, c>>) index %i -> !x {
    %m = lamina.binary mul %a, %v : (!x, tensor<4xf32, #lamina.axes<c>>) -> !x
    %t = lamina.unary tanh %m : (!x) -> !x
    lamina.yield %t : !x
  }
  %z = lamina.reduce sum %y over ["c"] : (!x) -> tensor<?xf32, #lamina.axes<batch>>
  %g = lamina.grad %z by %x : (tensor<?xf32, #lamina.axes<batch>>, !x) -> !x
  lamina.yield %g : !x
}

// -----

!x = tensor<?x4xf32, #lamina.axes<batch, c>>

// A derivative by a weight that all samples share.
lamina.model @shared(%x: !x) -> (g: tensor<?x4xf32, #lamina.axes<batch, c>>) {
  %w = lamina.param "w" "trained" : tensor<4xf32, #lamina.axes<c>>
  %y = lamina.dot %x, %w over ["c"] : (!x, tensor<4xf32, #lamina.axes<c>>) -> tensor<?xf32, #lamina.axes<batch>>
  // expected-error @+1 {{derives a value of each sample by one that all samples share; sum or average it over 'batch' first}}
  %g = lamina.grad %y by %w : (tensor<?xf32, #lamina.axes<batch>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<?x4xf32, #lamina.axes<batch, c>>
  lamina.yield %g : tensor<?x4xf32, #lamina.axes<batch, c>>
}

// -----

!s = tensor<f32, #lamina.axes<>>

// Inside of a repeat by a value from before it.
lamina.model @rounds(shared %x: !s) -> (g: !s) {
  %y = lamina.repeat "r" 3 carried(%a = %x : !s) stacked() index %i -> !s {
    %t = lamina.unary tanh %a : (!s) -> !s
    // expected-error @+1 {{the derivative reaches a value outside of 'repeat' through its rounds; take it after the 'repeat', or of a value of the same round}}
    %g = lamina.grad %t by %x : (!s, !s) -> !s
    lamina.yield %g : !s
  }
  lamina.yield %y : !s
}
