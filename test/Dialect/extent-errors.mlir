// Each condition of widen and narrow.
// RUN: lamina-opt %s --split-input-file --verify-diagnostics

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>

// As long as the bound.
lamina.model @M(%x: !b) -> () {
  // expected-error @+1 {{'lamina.widen' op}}
  %w = lamina.widen %x : (!b) -> tensor<?x12xf32, #lamina.axes<batch, n>>
  lamina.yield
}

// -----

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>
!w = tensor<?x13xf32, #lamina.axes<batch, n>>

// One tensor and one name for each axis.
lamina.model @M(%x: !b) -> () {
  %w = lamina.widen %x : (!b) -> !w
  // expected-error @+1 {{'lamina.narrow' op narrows 1 axes like 1 tensors along 2 axes}}
  %y = lamina.narrow %w ["n"] like %x ["n", "n"] : (!w, !b) -> !b
  lamina.yield
}

// -----

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>
!w = tensor<?x13xf32, #lamina.axes<batch, n>>

// An axis that is there.
lamina.model @M(%x: !b) -> () {
  %w = lamina.widen %x : (!b) -> !w
  // expected-error @+1 {{'lamina.narrow' op}}
  %y = lamina.narrow %w ["c"] like %x ["n"] : (!w, !b) -> !b
  lamina.yield
}

// -----

!b = tensor<?x?xf32, #lamina.axes<batch, n max 13>>
!w = tensor<?x12xf32, #lamina.axes<batch, n>>

// No longer than it is.
lamina.model @M(%x: !b, %w: !w) -> () {
  // expected-error @+1 {{'lamina.narrow' op narrows axis 'n' of extent 12 to one of extent <= 13}}
  %y = lamina.narrow %w ["n"] like %x ["n"] : (!w, !b) -> !b
  lamina.yield
}

// -----

!s = tensor<?x13xf32, #lamina.axes<batch, n>>

// Like what has a run-time extent.
lamina.model @M(%x: !s) -> () {
  // expected-error @+1 {{'lamina.narrow' op narrows axis 'n' of extent 13 to one of extent 13}}
  %y = lamina.narrow %x ["n"] like %x ["n"] : (!s, !s) -> tensor<?x?xf32, #lamina.axes<batch, n max 13>>
  lamina.yield
}
