// What stands in front of a contraction alone is computed while it packs the operand: the scale of an input, and of a norm all but
// the statistics. A value with two readers is stored.
// RUN: lamina-opt %s --lamina-fuse --split-input-file | FileCheck %s
// RUN: lamina-opt %s --lamina-fuse --split-input-file --remark-format=emitRemark --remarks-filter=lamina-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// CHECK-LABEL: lamina.model @Scaled
// CHECK: lamina.kernel contraction
// CHECK-NEXT: lamina.constant
// CHECK-NEXT: lamina.binary div
// CHECK-NEXT: lamina.dot
// CHECK-NOT: lamina.kernel
lamina.model @Scaled(%x: tensor<?x8xf32, #lamina.axes<batch, i>>) -> (y: tensor<?x6xf32, #lamina.axes<batch, o>>) {
  %w = lamina.param "w" "trained" : tensor<6x8xf32, #lamina.axes<o, i>>
  %c = lamina.constant dense<16.0> : tensor<f32, #lamina.axes<>>
  %s = lamina.binary div %x, %c : (tensor<?x8xf32, #lamina.axes<batch, i>>, tensor<f32, #lamina.axes<>>) -> tensor<?x8xf32, #lamina.axes<batch, i>>
  %y = lamina.dot %s, %w over ["i"] : (tensor<?x8xf32, #lamina.axes<batch, i>>, tensor<6x8xf32, #lamina.axes<o, i>>) -> tensor<?x6xf32, #lamina.axes<batch, o>>
  lamina.yield %y : tensor<?x6xf32, #lamina.axes<batch, o>>
}

// -----

// The statistics are a kernel of two numbers a row.
// REMARK: 'sub' stays out of the kernel of 'reduce': the contraction that reads it computes it while it packs its operand
// REMARK: 'mul' is computed while the contraction packs its operand
// CHECK-LABEL: lamina.model @Norm
// CHECK: %[[STATISTICS:[0-9]+]]:2 = lamina.kernel rowwise
// CHECK: lamina.yield {{.*}} : tensor<?x5xf32, {{[^,]*, [^,]*}}>, tensor<?x5xf32,
// CHECK: lamina.kernel contraction{{.*}}%[[STATISTICS]]#
// CHECK: lamina.binary sub
// CHECK-NEXT: lamina.binary mul
// CHECK-NEXT: lamina.binary mul
// CHECK-NEXT: lamina.dot
// CHECK-NOT: lamina.kernel
lamina.model @Norm(%x: tensor<?x5x8xf32, #lamina.axes<batch, s, i>>) -> (y: tensor<?x5x6xf32, #lamina.axes<batch, s, o>>) {
  %w = lamina.param "w" "trained" : tensor<6x8xf32, #lamina.axes<o, i>>
  %g = lamina.param "g" "trained" : tensor<8xf32, #lamina.axes<i>>
  %n = lamina.standardize %x over ["i"], 1.0e-5 : (tensor<?x5x8xf32, #lamina.axes<batch, s, i>>) -> tensor<?x5x8xf32, #lamina.axes<batch, s, i>>
  %s = lamina.binary mul %n, %g : (tensor<?x5x8xf32, #lamina.axes<batch, s, i>>, tensor<8xf32, #lamina.axes<i>>) -> tensor<?x5x8xf32, #lamina.axes<batch, s, i>>
  %y = lamina.dot %s, %w over ["i"] : (tensor<?x5x8xf32, #lamina.axes<batch, s, i>>, tensor<6x8xf32, #lamina.axes<o, i>>) -> tensor<?x5x6xf32, #lamina.axes<batch, s, o>>
  lamina.yield %y : tensor<?x5x6xf32, #lamina.axes<batch, s, o>>
}

// -----

// CHECK-LABEL: lamina.model @Twice
// CHECK: lamina.kernel rowwise
// CHECK-NEXT: lamina.standardize
// CHECK: lamina.kernel contraction
// CHECK-NEXT: lamina.dot
// CHECK: lamina.kernel contraction
// CHECK-NEXT: lamina.dot
lamina.model @Twice(%x: tensor<?x8xf32, #lamina.axes<batch, i>>) -> (y: tensor<?x6xf32, #lamina.axes<batch, o>>, z: tensor<?x6xf32, #lamina.axes<batch, o>>) {
  %v = lamina.param "v" "trained" : tensor<6x8xf32, #lamina.axes<o, i>>
  %w = lamina.param "w" "trained" : tensor<6x8xf32, #lamina.axes<o, i>>
  %n = lamina.standardize %x over ["i"], 1.0e-5 : (tensor<?x8xf32, #lamina.axes<batch, i>>) -> tensor<?x8xf32, #lamina.axes<batch, i>>
  %y = lamina.dot %n, %v over ["i"] : (tensor<?x8xf32, #lamina.axes<batch, i>>, tensor<6x8xf32, #lamina.axes<o, i>>) -> tensor<?x6xf32, #lamina.axes<batch, o>>
  %z = lamina.dot %n, %w over ["i"] : (tensor<?x8xf32, #lamina.axes<batch, i>>, tensor<6x8xf32, #lamina.axes<o, i>>) -> tensor<?x6xf32, #lamina.axes<batch, o>>
  lamina.yield %y, %z : tensor<?x6xf32, #lamina.axes<batch, o>>, tensor<?x6xf32, #lamina.axes<batch, o>>
}
