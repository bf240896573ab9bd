// RUN: lamina-opt --lamina-inline --mlir-print-debuginfo --mlir-print-local-scope %s | FileCheck %s

!s = tensor<f32, #lamina.axes<>>

// Applications dissolve, inner ones too, also in a repeat; the ops keep the paths they came by.
// CHECK-LABEL: lamina.model @nested
// CHECK-NOT: lamina.apply
// CHECK: lamina.unary exp {{.*}} loc("net"("net.fc"(
// CHECK-NEXT: lamina.unary tanh {{.*}} loc("net"("
// CHECK: lamina.repeat
// CHECK-NOT: lamina.apply
// CHECK: lamina.unary abs {{.*}} loc("Abs"(
// CHECK-NOT: lamina.apply
lamina.model @nested(%x: !s) -> (y: !s, z: !s) {
  %y = lamina.apply "net" "Net" : !s {
    %p = lamina.apply "net.fc" "Linear" : !s {
      %q = lamina.unary exp %x : (!s) -> !s
      lamina.yield %q : !s
    }
    %r = lamina.unary tanh %p : (!s) -> !s
    lamina.yield %r : !s
  }
  %z = lamina.repeat "blocks" 2 carried(%c = %y : !s) stacked() index %i -> !s {
    %p = lamina.apply "" "Abs" : !s {
      %q = lamina.unary abs %c : (!s) -> !s
      lamina.yield %q : !s
    }
    lamina.yield %p : !s
  }
  lamina.yield %y, %z : !s, !s
}

// An application that yields a value from outside leaves that value.
// CHECK-LABEL: lamina.model @identity
// CHECK-NEXT: lamina.yield %x, %x
lamina.model @identity(%x: !s) -> (y: !s, z: !s) {
  %y, %z = lamina.apply "id" "Identity" : !s, !s {
    lamina.yield %x, %x : !s, !s
  }
  lamina.yield %y, %z : !s, !s
}

// A module without applications stays as it is.
// CHECK-LABEL: lamina.model @nothing
// CHECK-NEXT: lamina.unary exp
// CHECK-NEXT: lamina.yield
lamina.model @nothing(%x: !s) -> (y: !s) {
  %y = lamina.unary exp %x : (!s) -> !s
  lamina.yield %y : !s
}
