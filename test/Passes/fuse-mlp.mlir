// A two-layer network becomes two contraction kernels, bias and activation inside.
// RUN: lamina-opt %s --lamina-fuse | FileCheck %s
// RUN: lamina-opt %s --lamina-fuse=fuse=false | FileCheck %s --check-prefix=EACH
// CHECK-LABEL: lamina.model @Net
// CHECK: lamina.kernel contraction
// CHECK: lamina.dot
// CHECK-NEXT: lamina.binary add
// CHECK-NEXT: lamina.unary relu
// CHECK-NEXT: lamina.yield
// CHECK: lamina.kernel contraction
// CHECK: lamina.dot
// CHECK-NEXT: lamina.binary add
// CHECK-NEXT: lamina.yield
// CHECK-NOT: lamina.kernel
// EACH-COUNT-5: lamina.kernel
// EACH-NOT: lamina.kernel
lamina.model @Net(%x0: tensor<?x784xf32, #lamina.axes<batch, a0>> as "x") -> (y: tensor<?x10xf32, #lamina.axes<batch, a2>>) {
  %w0 = lamina.param "fc0.weight" "trained" : tensor<512x784xf32, #lamina.axes<a1, a0>>
  %b0 = lamina.param "fc0.bias" "trained" : tensor<512xf32, #lamina.axes<a1>>
  %d0 = lamina.dot %x0, %w0 over ["a0"] : (tensor<?x784xf32, #lamina.axes<batch, a0>>, tensor<512x784xf32, #lamina.axes<a1, a0>>) -> tensor<?x512xf32, #lamina.axes<batch, a1>>
  %s0 = lamina.binary add %d0, %b0 : (tensor<?x512xf32, #lamina.axes<batch, a1>>, tensor<512xf32, #lamina.axes<a1>>) -> tensor<?x512xf32, #lamina.axes<batch, a1>>
  %x1 = lamina.unary relu %s0 : (tensor<?x512xf32, #lamina.axes<batch, a1>>) -> tensor<?x512xf32, #lamina.axes<batch, a1>>
  %w1 = lamina.param "fc1.weight" "trained" : tensor<10x512xf32, #lamina.axes<a2, a1>>
  %b1 = lamina.param "fc1.bias" "trained" : tensor<10xf32, #lamina.axes<a2>>
  %d1 = lamina.dot %x1, %w1 over ["a1"] : (tensor<?x512xf32, #lamina.axes<batch, a1>>, tensor<10x512xf32, #lamina.axes<a2, a1>>) -> tensor<?x10xf32, #lamina.axes<batch, a2>>
  %s1 = lamina.binary add %d1, %b1 : (tensor<?x10xf32, #lamina.axes<batch, a2>>, tensor<10xf32, #lamina.axes<a2>>) -> tensor<?x10xf32, #lamina.axes<batch, a2>>
  lamina.yield %s1 : tensor<?x10xf32, #lamina.axes<batch, a2>>
}
