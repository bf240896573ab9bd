// RUN: lamina-opt --lamina-roll %s | FileCheck %s
// RUN: lamina-opt --lamina-roll --remark-format=emitRemark --remarks-filter=lamina-roll -o /dev/null %s 2>&1 | FileCheck %s --check-prefix=REMARK

!v = tensor<?x4xf32, #lamina.axes<batch, c>>
!w = tensor<4xf32, #lamina.axes<c>>

// Equal layers, each reading the one before, are one repeat; what is the same for all of them stays outside.
// REMARK: 3 layers of 'st' are one repeat
// CHECK-LABEL: lamina.model @equal
// CHECK: %[[W:.*]] = lamina.param "st.*.w" "trained" : tensor<3x4xf32, #lamina.axes<st, c>>
// CHECK-NOT: lamina.param "st.
// CHECK: %[[Y:.*]] = lamina.repeat "st" 3 carried(%[[C:.*]] = %x
// CHECK-SAME: stacked(%[[S:.*]] = %[[W]]
// CHECK: lamina.apply "st.*" "Scale"
// CHECK: lamina.binary mul %[[C]], %[[S]]
// CHECK: lamina.binary add %{{.*}}, %x
// CHECK-NOT: lamina.apply
// CHECK: lamina.yield %[[Y]]
lamina.model @equal(%x: !v) -> (y: !v) {
  %w0 = lamina.param "st.0.w" "trained" : !w
  %w1 = lamina.param "st.1.w" "trained" : !w
  %w2 = lamina.param "st.2.w" "trained" : !w
  %0 = lamina.apply "st.0" "Scale" : !v {
    %p = lamina.binary mul %x, %w0 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  %1 = lamina.binary add %0, %x : (!v, !v) -> !v
  %2 = lamina.apply "st.1" "Scale" : !v {
    %p = lamina.binary mul %1, %w1 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  %3 = lamina.binary add %2, %x : (!v, !v) -> !v
  %4 = lamina.apply "st.2" "Scale" : !v {
    %p = lamina.binary mul %3, %w2 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  %5 = lamina.binary add %4, %x : (!v, !v) -> !v
  lamina.yield %5 : !v
}

// Other ops, or a value that is read elsewhere: as they were.
// CHECK-LABEL: lamina.model @different
// CHECK-NOT: lamina.repeat
// CHECK: lamina.apply "st.1" "Scale"
lamina.model @different(%x: !v) -> (y: !v) {
  %w0 = lamina.param "st.0.w" "trained" : !w
  %w1 = lamina.param "st.1.w" "trained" : !w
  %0 = lamina.apply "st.0" "Scale" : !v {
    %p = lamina.binary mul %x, %w0 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  %1 = lamina.apply "st.1" "Scale" : !v {
    %p = lamina.binary add %0, %w1 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  lamina.yield %1 : !v
}

// CHECK-LABEL: lamina.model @read
// CHECK-NOT: lamina.repeat
// CHECK: lamina.apply "st.1" "Scale"
lamina.model @read(%x: !v) -> (y: !v, z: !v) {
  %w0 = lamina.param "st.0.w" "trained" : !w
  %w1 = lamina.param "st.1.w" "trained" : !w
  %0 = lamina.apply "st.0" "Scale" : !v {
    %p = lamina.binary mul %x, %w0 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  %1 = lamina.apply "st.1" "Scale" : !v {
    %p = lamina.binary mul %0, %w1 : (!v, !w) -> !v
    lamina.yield %p : !v
  }
  lamina.yield %1, %0 : !v, !v
}
