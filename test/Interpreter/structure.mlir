// Models, parameters, applications, repeats, kernels and extents known at run time. Inlining must not change them.
// RUN: lamina-opt --lamina-evaluate=batch=2 %s | FileCheck %s
// RUN: lamina-opt --lamina-inline --lamina-simplify --lamina-evaluate=batch=2 %s | FileCheck %s

!s = tensor<f32, #lamina.axes<>>
!si = tensor<i64, #lamina.axes<>>

// Carried and collected values, the index, slices of a stacked tensor: y = ((1 + 10 + 0) + 20 + 1) + 30 + 2.
// CHECK: repeat.y[]: 64
// CHECK: repeat.all[blocks: 3, c: 2]: 11 11 32 32 64 64
lamina.model @repeat() -> (y: !s, all: tensor<3x2xf32, #lamina.axes<blocks, c>>) {
  %a = lamina.constant dense<1.0> : !s
  %W = lamina.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32, #lamina.axes<blocks>>
  %y, %all = lamina.repeat "blocks" 3 carried(%x = %a : !s) stacked(%w = %W : tensor<3xf32, #lamina.axes<blocks>>) index %i
      -> (!s, tensor<3x2xf32, #lamina.axes<blocks, c>>) {
    %0 = lamina.apply "" "Add" : !s {
      %p = lamina.binary add %x, %w : (!s, !s) -> !s
      lamina.yield %p : !s
    }
    %1 = lamina.cast %i : (!si) -> !s
    %2 = lamina.binary add %0, %1 : (!s, !s) -> !s
    %3 = lamina.expand %2 : (!s) -> tensor<2xf32, #lamina.axes<c>>
    lamina.yield %2, %3 : !s, tensor<2xf32, #lamina.axes<c>>
  }
  lamina.yield %y, %all : !s, tensor<3x2xf32, #lamina.axes<blocks, c>>
}

// An application in an application; both see the values around them.
// CHECK: nested.y[]: 12
lamina.model @nested() -> (y: !s) {
  %a = lamina.constant dense<3.0> : !s
  %y = lamina.apply "outer" "Outer" : !s {
    %p = lamina.apply "outer.inner" "Inner" : !s {
      %q = lamina.binary add %a, %a : (!s, !s) -> !s
      lamina.yield %q : !s
    }
    %r = lamina.binary add %p, %p : (!s, !s) -> !s
    lamina.yield %r : !s
  }
  lamina.yield %y : !s
}

// A kernel's arguments stand for its operands; its operands' order does not matter.
// CHECK: kernel.y[]: -1
lamina.model @kernel() -> (y: !s) {
  %a = lamina.constant dense<1.0> : !s
  %b = lamina.constant dense<2.0> : !s
  %y = lamina.kernel elementwise (%p = %b : !s, %q = %a : !s) -> !s {
    %r = lamina.binary sub %q, %p : (!s, !s) -> !s
    lamina.yield %r : !s
  }
  lamina.yield %y : !s
}

// An initialiser that fills, and one that computes; the parameter has the axes of the stack in front.
// CHECK: init.w[blocks: 2, c: 2]: 1 2 1 2
lamina.model @init() -> (w: tensor<2x2xf32, #lamina.axes<blocks, c>>) {
  %w = lamina.param "blocks.*.w" "trained" : tensor<2x2xf32, #lamina.axes<blocks, c>> {
    %i = lamina.index "c" : () -> tensor<2xi64, #lamina.axes<c>>
    %f = lamina.cast %i : (tensor<2xi64, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
    %one = lamina.constant dense<1.0> : !s
    %s = lamina.binary add %f, %one : (tensor<2xf32, #lamina.axes<c>>, !s) -> tensor<2xf32, #lamina.axes<c>>
    lamina.yield %s : tensor<2xf32, #lamina.axes<c>>
  }
  lamina.yield %w : tensor<2x2xf32, #lamina.axes<blocks, c>>
}

!bn = tensor<?x?xi64, #lamina.axes<batch, n max 6>>
// The inputs drawn have one element less than the bound: n = 5.
// CHECK: bounded.n[]: 5
// CHECK: bounded.i[n: 5]: 0 1 2 3 4
// CHECK: bounded.half[n: 2]: 1 3
// CHECK: bounded.pairs[o: 4, k: 2]: 0 1 1 2 2 3 3 4
// CHECK: bounded.flat[batch: 2, f: 10]:
lamina.model @bounded(%x: !bn) -> (n: !si, i: tensor<?xi64, #lamina.axes<n max 6>>, half: tensor<?xi64, #lamina.axes<n max 3>>,
    pairs: tensor<?x2xi64, #lamina.axes<o max 5, k>>, flat: tensor<?x?xi64, #lamina.axes<batch, f max 12>>) {
  %n = lamina.extent %x, "n" : (!bn) -> !si
  %i = lamina.index "n" like %x : (!bn) -> tensor<?xi64, #lamina.axes<n max 6>>
  %half = lamina.slice %i "n" from 1 step 2 : (tensor<?xi64, #lamina.axes<n max 6>>) -> tensor<?xi64, #lamina.axes<n max 3>>
  %pairs = lamina.window %i "n" to "o", "k" size 2 stride 1 dilation 1
      : (tensor<?xi64, #lamina.axes<n max 6>>) -> tensor<?x2xi64, #lamina.axes<o max 5, k>>
  %wide = lamina.expand %x : (!bn) -> tensor<?x?x2xi64, #lamina.axes<batch, n max 6, c>>
  %flat = lamina.rearrange %wide [["n"], ["c"]] to [["f", "n", "c"]], ["c"], [2]
      : (tensor<?x?x2xi64, #lamina.axes<batch, n max 6, c>>) -> tensor<?x?xi64, #lamina.axes<batch, f max 12>>
  lamina.yield %n, %i, %half, %pairs, %flat : !si, tensor<?xi64, #lamina.axes<n max 6>>, tensor<?xi64, #lamina.axes<n max 3>>,
      tensor<?x2xi64, #lamina.axes<o max 5, k>>, tensor<?x?xi64, #lamina.axes<batch, f max 12>>
}
