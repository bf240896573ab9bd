// RUN: lamina-opt --lamina-widen --split-input-file --verify-diagnostics %s | FileCheck %s

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>
!s = tensor<?xf32, #lamina.axes<batch>>

// Inputs are widened, outputs narrowed; what is zero beyond already needs no mask.
// CHECK-LABEL: lamina.model @sum(%x: tensor<?x?xf32, #lamina.axes<batch, n max 13>>)
// CHECK: %[[W:.*]] = lamina.widen %x
// CHECK: %[[Y:.*]] = lamina.unary exp %[[W]] : (tensor<?x13xf32, #lamina.axes<batch, n>>)
// CHECK: lamina.reduce sum %[[W]]
// CHECK: %[[I:.*]] = lamina.index "n" : () -> tensor<13xi64, #lamina.axes<n>>
// CHECK: %[[N:.*]] = lamina.extent %x, "n"
// CHECK: %[[IN:.*]] = lamina.binary lt %[[I]], %[[N]]
// CHECK: %[[M:.*]] = lamina.where %[[IN]], %[[Y]],
// CHECK: lamina.reduce sum %[[M]]
// CHECK: %[[O:.*]] = lamina.narrow %[[Y]] ["n"] like %x ["n"]
// CHECK: lamina.yield %[[O]]
lamina.model @sum(%x: !b) -> (y: !b, a: !s, c: !s) {
  %y = lamina.unary exp %x : (!b) -> !b
  %a = lamina.reduce sum %x over ["n"] : (!b) -> !s
  %c = lamina.reduce sum %y over ["n"] : (!b) -> !s
  lamina.yield %y, %a, %c : !b, !s, !s
}

// -----

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>
!s = tensor<?xf32, #lamina.axes<batch>>
!m = tensor<?x?xf32, #lamina.axes<batch, m max 13>>

// The extent of a renamed axis is the input's; a largest element is masked with -inf; a mean divides by the run-time extent.
// CHECK-LABEL: lamina.model @renamed
// CHECK: lamina.rename %{{.*}} ["n"] to ["m"] : (tensor<?x13xf32
// CHECK: lamina.index "m"
// CHECK: lamina.extent %x, "n"
// CHECK: lamina.where {{.*}}
// CHECK: lamina.reduce max
// CHECK: lamina.binary div
// CHECK: lamina.narrow %{{.*}} ["m"] like %x ["n"]
lamina.model @renamed(%x: !b) -> (y: !m, a: !s, c: !s) {
  %y = lamina.rename %x ["n"] to ["m"] : (!b) -> !m
  %a = lamina.reduce max %y over ["m"] : (!m) -> !s
  %c = lamina.reduce mean %y over ["m"] : (!m) -> !s
  lamina.yield %y, %a, %c : !m, !s, !s
}

// -----

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>

// Carried values keep their run-time extent.
// CHECK-LABEL: lamina.model @repeated
// CHECK: lamina.repeat "r" 2 carried(%{{.*}} = %{{.*}} : tensor<?x13xf32, #lamina.axes<batch, n>>)
// CHECK: lamina.where
// CHECK: lamina.softmax
lamina.model @repeated(%x: !b) -> (y: !b) {
  %y = lamina.repeat "r" 2 carried(%c = %x : !b) stacked() index %i -> !b {
    %z = lamina.softmax %c over ["n"] : (!b) -> !b
    lamina.yield %z : !b
  }
  lamina.yield %y : !b
}

// -----

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>

lamina.model @rolled(%x: !b) -> (y: !b) {
  // expected-error @+1 {{'lamina.roll' op works along axis 'n', whose extent is known at run time only}}
  %y = lamina.roll %x "n" by 1 : (!b) -> !b
  lamina.yield %y : !b
}
