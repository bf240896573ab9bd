// RUN: lamina-opt --lamina-simplify %s | FileCheck %s
// RUN: lamina-opt --pass-pipeline='builtin.module(lamina-simplify{max-elements=4})' --remarks-filter=lamina-simplify --remark-policy=all --remark-format=emitRemark %s 2>&1 | FileCheck %s --check-prefix=SMALL

!c = tensor<6xi64, #lamina.axes<c>>
!f = tensor<6xf32, #lamina.axes<c>>

// A tree of positions and constants is one constant.
// CHECK-LABEL: lamina.model @tree
// CHECK-NEXT: %[[C:.*]] = lamina.constant dense<[1.000000e+00, 3.000000e+00, 5.000000e+00, 7.000000e+00, 9.000000e+00, 1.100000e+01]>
// CHECK-NEXT: lamina.yield %[[C]]
// With a small cap it stays and says why.
// SMALL: remark: [Missed] unfolded{{.*}}a constant of more than 4 elements
// SMALL: remark: [Missed] unfolded{{.*}}index 9 is outside of axis 'id' of extent 2
// SMALL-LABEL: lamina.model @tree
// SMALL: lamina.index
// SMALL: lamina.binary
lamina.model @tree() -> (y: !f) {
  %i = lamina.index "c" : () -> !c
  %x = lamina.cast %i : (!c) -> !f
  %two = lamina.constant dense<2.0> : tensor<f32, #lamina.axes<>>
  %one = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
  %m = lamina.binary mul %x, %two : (!f, tensor<f32, #lamina.axes<>>) -> !f
  %y = lamina.binary add %m, %one : (!f, tensor<f32, #lamina.axes<>>) -> !f
  lamina.yield %y : !f
}

// The tree rounds once: 0.1 is 0.1f, its square less 0.01f in double is 2.98e-10, in f32 it would be 9.31e-10.
// CHECK-LABEL: lamina.model @rounds_once
// CHECK-NEXT: lamina.constant dense<5.21540644E-10>
lamina.model @rounds_once() -> (y: tensor<f32, #lamina.axes<>>) {
  %x = lamina.constant dense<0.1> : tensor<f32, #lamina.axes<>>
  %h = lamina.constant dense<0.01> : tensor<f32, #lamina.axes<>>
  %s = lamina.binary mul %x, %x : (tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
  %y = lamina.binary sub %s, %h : (tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield %y : tensor<f32, #lamina.axes<>>
}

// A position by itself and a repetition by itself stay: they cost a kernel nothing.
// CHECK-LABEL: lamina.model @positions
// CHECK-NEXT: lamina.constant dense<3.000000e+00> : tensor<f32
// CHECK-NEXT: lamina.index
// CHECK-NEXT: lamina.expand
lamina.model @positions() -> (i: !c, e: !f) {
  %i = lamina.index "c" : () -> !c
  %a = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
  %b = lamina.constant dense<2.0> : tensor<f32, #lamina.axes<>>
  %s = lamina.binary add %a, %b : (tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
  %e = lamina.expand %s : (tensor<f32, #lamina.axes<>>) -> !f
  lamina.yield %i, %e : !c, !f
}

// An index out of range is the run's error, not the compiler's crash.
// CHECK-LABEL: lamina.model @out_of_range
// CHECK: lamina.gather
lamina.model @out_of_range() -> (y: tensor<f32, #lamina.axes<>>) {
  %t = lamina.constant dense<[1.0, 2.0]> : tensor<2xf32, #lamina.axes<id>>
  %i = lamina.constant dense<9> : tensor<i64, #lamina.axes<>>
  %y = lamina.gather %t[%i] along "id" : (tensor<2xf32, #lamina.axes<id>>, tensor<i64, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield %y : tensor<f32, #lamina.axes<>>
}

// What depends on an input or a parameter stays.
// CHECK-LABEL: lamina.model @input
// CHECK: lamina.binary add %x,
lamina.model @input(%x: tensor<?xf32, #lamina.axes<batch>>) -> (y: tensor<?xf32, #lamina.axes<batch>>) {
  %a = lamina.constant dense<1.0> : tensor<f32, #lamina.axes<>>
  %y = lamina.binary add %x, %a : (tensor<?xf32, #lamina.axes<batch>>, tensor<f32, #lamina.axes<>>) -> tensor<?xf32, #lamina.axes<batch>>
  lamina.yield %y : tensor<?xf32, #lamina.axes<batch>>
}
