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

// So are layers of a list within a repeat: their parameters, stacked for the repeat already, are stacked once more.
// REMARK: 2 layers of 'blocks.*.st' are one repeat
// CHECK-LABEL: lamina.model @nested
// CHECK: %[[W:.*]] = lamina.param "blocks.*.st.*.w" "trained" : tensor<5x2x4xf32, #lamina.axes<blocks, st_2, c>>
// CHECK-NOT: lamina.param
// CHECK: lamina.repeat "blocks" 5 carried(%{{.*}} = %x
// CHECK-SAME: stacked(%[[B:[a-z0-9_]+]] = %[[W]] : tensor<5x2x4xf32, #lamina.axes<blocks, st_2, c>>)
// CHECK: lamina.repeat "st_2" 2
// CHECK-SAME: stacked(%{{.*}} = %[[B]] : tensor<2x4xf32, #lamina.axes<st_2, c>>)
// CHECK: lamina.apply "blocks.*.st.*" "Scale"
// CHECK-NOT: lamina.apply
lamina.model @nested(%x: !v) -> (y: !v) {
  %w0 = lamina.param "blocks.*.st.0.w" "trained" : tensor<5x4xf32, #lamina.axes<blocks, c>>
  %w1 = lamina.param "blocks.*.st.1.w" "trained" : tensor<5x4xf32, #lamina.axes<blocks, c>>
  %y = lamina.repeat "blocks" 5 carried(%c = %x : !v)
      stacked(%s0 = %w0 : tensor<5x4xf32, #lamina.axes<blocks, c>>, %s1 = %w1 : tensor<5x4xf32, #lamina.axes<blocks, c>>) index %i -> !v {
    %0 = lamina.apply "blocks.*.st.0" "Scale" : !v {
      %p = lamina.binary mul %c, %s0 : (!v, !w) -> !v
      lamina.yield %p : !v
    }
    %1 = lamina.apply "blocks.*.st.1" "Scale" : !v {
      %p = lamina.binary mul %0, %s1 : (!v, !w) -> !v
      lamina.yield %p : !v
    }
    lamina.yield %1 : !v
  }
  lamina.yield %y : !v
}
