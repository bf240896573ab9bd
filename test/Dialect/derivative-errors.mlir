// Each condition of derivatives, assignments and draws.
// RUN: lamina-opt %s --split-input-file --verify-diagnostics

!s = tensor<f32, #lamina.axes<>>
!c = tensor<3xf32, #lamina.axes<c>>

lamina.model @M(shared %x: !c, shared %y: !s) -> () {
  // expected-error @+1 {{'lamina.grad' op derives by 1 values and has 2 results}}
  %g:2 = lamina.grad %y by %x : (!s, !c) -> (!c, !c)
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!i = tensor<i64, #lamina.axes<>>

lamina.model @M(shared %x: !c, shared %y: !i) -> () {
  // expected-error @+1 {{'lamina.grad' op the value has element type 'i64', must have a float}}
  %g = lamina.grad %y by %x : (!i, !c) -> !c
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!d = tensor<f64, #lamina.axes<>>

lamina.model @M(shared %x: !c, shared %y: !d) -> () {
  // expected-error @+1 {{'lamina.grad' op derives a value of 'f64' by one of 'f32'; cast one of them}}
  %g = lamina.grad %y by %x : (!d, !c) -> !c
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>

lamina.model @M(shared %x: !c, shared %y: !c) -> () {
  // expected-error @+1 {{'lamina.grad' op both values have the axis 'c'; rename one of them}}
  %g = lamina.grad %y by %x : (!c, !c) -> !c
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !c, shared %y: !s) -> () {
  // expected-error @+1 {{'lamina.grad' op the result has no axis 'c'; its axes are none}}
  %g = lamina.grad %y by %x : (!s, !c) -> !s
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !c) -> () {
  // expected-error @+1 {{'lamina.backward' op its results must have the types of its values}}
  %y = lamina.backward %x by %x : (!c, !c) -> !s {
  ^bb0(%dy: !s):
    lamina.yield %x : !c
  }
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !c) -> () {
  // expected-error @+1 {{'lamina.backward' op its body must take one cotangent for each result, of its type}}
  %y = lamina.backward %x by %x : (!c, !c) -> !c {
  ^bb0(%dy: !s):
    lamina.yield %x : !c
  }
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !c, shared %z: !s) -> () {
  // expected-error @+1 {{'lamina.backward' op its body must yield one cotangent for each value that it derives by, of its type}}
  %y = lamina.backward %x by %x : (!c, !c) -> !c {
  ^bb0(%dy: !c):
    lamina.yield %z : !s
  }
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>
!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !c) -> () {
  // expected-error @+1 {{'lamina.checkpoint' op its body must end with a 'lamina.yield' of its results' types}}
  %y = lamina.checkpoint : !s {
    lamina.yield %x : !c
  }
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>

lamina.model @M(shared %x: !c) -> () {
  // expected-error @+1 {{'lamina.assign' op has an empty path}}
  lamina.assign "", %x : !c
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.draw' op has an empty path}}
  %u = lamina.draw uniform "" 0 : () -> tensor<4xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.draw' op needs 'like' for a run-time extent}}
  %u = lamina.draw uniform "p" 0 : () -> tensor<?xf32, #lamina.axes<batch>>
  lamina.yield
}

// -----

!c = tensor<3xf32, #lamina.axes<c>>

lamina.model @M(shared %x: !c) -> () {
  // expected-error @+1 {{'lamina.draw' op has 'like' but no run-time extent}}
  %u = lamina.draw uniform "p" 0 like %x : (!c) -> !c
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.draw' op the result has element type 'i64', must have a float}}
  %u = lamina.draw uniform "p" 0 : () -> tensor<4xi64, #lamina.axes<c>>
  lamina.yield
}
