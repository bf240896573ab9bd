// Padding that a contraction reads through windows is stored once; the windows and renames are not. A dear value with two readers is stored
// with what is cheap behind it.
// RUN: lamina-opt %s --lamina-fuse --split-input-file | FileCheck %s
// CHECK-LABEL: lamina.model @Padded
// CHECK: lamina.kernel elementwise
// CHECK-NEXT: lamina.pad
// CHECK-NEXT: lamina.yield
// CHECK: lamina.kernel contraction
// CHECK-NEXT: lamina.window
// CHECK-NEXT: lamina.dot
// CHECK-NOT: lamina.kernel
lamina.model @Padded(%x: tensor<?x9x4xf32, #lamina.axes<batch, t, c>>) -> (y: tensor<?x9x6xf32, #lamina.axes<batch, t, o>>) {
  %w = lamina.param "w" "trained" : tensor<6x4x3xf32, #lamina.axes<o, c, k>>
  %p = lamina.pad %x "t" by 1, 1 fill, 0.0 : (tensor<?x9x4xf32, #lamina.axes<batch, t, c>>) -> tensor<?x11x4xf32, #lamina.axes<batch, t, c>>
  %v = lamina.window %p "t" to "t", "k" size 3 stride 1 dilation 1 : (tensor<?x11x4xf32, #lamina.axes<batch, t, c>>) -> tensor<?x9x3x4xf32, #lamina.axes<batch, t, k, c>>
  %y = lamina.dot %v, %w over ["c", "k"] : (tensor<?x9x3x4xf32, #lamina.axes<batch, t, k, c>>, tensor<6x4x3xf32, #lamina.axes<o, c, k>>) -> tensor<?x9x6xf32, #lamina.axes<batch, t, o>>
  lamina.yield %y : tensor<?x9x6xf32, #lamina.axes<batch, t, o>>
}

// -----

// CHECK-LABEL: lamina.model @Shared
// CHECK: lamina.kernel elementwise
// CHECK-NEXT: lamina.unary exp
// CHECK-NEXT: lamina.unary neg
// CHECK-NEXT: lamina.yield
// CHECK: lamina.kernel elementwise
// CHECK-NEXT: lamina.unary sin
// CHECK: lamina.kernel elementwise
// CHECK-NEXT: lamina.unary neg
// CHECK-NEXT: lamina.unary cos
lamina.model @Shared(%x: tensor<?x9xf32, #lamina.axes<batch, c>>) -> (a: tensor<?x9xf32, #lamina.axes<batch, c>>, b: tensor<?x9xf32, #lamina.axes<batch, c>>) {
  %e = lamina.unary exp %x : (tensor<?x9xf32, #lamina.axes<batch, c>>) -> tensor<?x9xf32, #lamina.axes<batch, c>>
  %n = lamina.unary neg %e : (tensor<?x9xf32, #lamina.axes<batch, c>>) -> tensor<?x9xf32, #lamina.axes<batch, c>>
  %a = lamina.unary sin %n : (tensor<?x9xf32, #lamina.axes<batch, c>>) -> tensor<?x9xf32, #lamina.axes<batch, c>>
  %m = lamina.unary neg %n : (tensor<?x9xf32, #lamina.axes<batch, c>>) -> tensor<?x9xf32, #lamina.axes<batch, c>>
  %b = lamina.unary cos %m : (tensor<?x9xf32, #lamina.axes<batch, c>>) -> tensor<?x9xf32, #lamina.axes<batch, c>>
  lamina.yield %a, %b : tensor<?x9xf32, #lamina.axes<batch, c>>, tensor<?x9xf32, #lamina.axes<batch, c>>
}
