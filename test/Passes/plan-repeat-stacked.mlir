// What the rounds of a repeat read in turn keeps its place until the last of them: no kernel of a round writes there. A kernel
// writes what is collected of its round into the whole.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.repeat "up" 2
// CHECK-SAME: collected_one = array<i64: [[PLACE:[0-9]+]]>
// CHECK: lamina.kernel elementwise
// CHECK-SAME: offsets_one = array<i64: [[PLACE]]>
// CHECK: lamina.repeat "up" 2
// CHECK-NOT: offsets_one = array<i64: [[PLACE]]>
// CHECK: lamina.kernel rowwise
// CHECK-NOT: offsets_one = array<i64: [[PLACE]]>
// CHECK: lamina.kernel elementwise
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x64xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x64xf32, #lamina.axes<batch, c>>) {
  %y, %all = lamina.repeat "up" 2 carried(%a = %x : tensor<?x64xf32, #lamina.axes<batch, c>>) stacked() index %i -> (tensor<?x64xf32, #lamina.axes<batch, c>>, tensor<2x?x64xf32, #lamina.axes<up, batch, c>>) {
    %0 = lamina.softmax %a over ["c"] : (tensor<?x64xf32, #lamina.axes<batch, c>>) -> tensor<?x64xf32, #lamina.axes<batch, c>>
    %1 = lamina.unary exp %a : (tensor<?x64xf32, #lamina.axes<batch, c>>) -> tensor<?x64xf32, #lamina.axes<batch, c>>
    lamina.yield %0, %1 : tensor<?x64xf32, #lamina.axes<batch, c>>, tensor<?x64xf32, #lamina.axes<batch, c>>
  }
  %z = lamina.repeat "up" 2 carried(%b = %y : tensor<?x64xf32, #lamina.axes<batch, c>>) stacked(%s = %all : tensor<2x?x64xf32, #lamina.axes<up, batch, c>>) index %i -> tensor<?x64xf32, #lamina.axes<batch, c>> {
    %0 = lamina.softmax %b over ["c"] : (tensor<?x64xf32, #lamina.axes<batch, c>>) -> tensor<?x64xf32, #lamina.axes<batch, c>>
    %1 = lamina.binary mul %0, %s : (tensor<?x64xf32, #lamina.axes<batch, c>>, tensor<?x64xf32, #lamina.axes<batch, c>>) -> tensor<?x64xf32, #lamina.axes<batch, c>>
    %2 = lamina.softmax %1 over ["c"] : (tensor<?x64xf32, #lamina.axes<batch, c>>) -> tensor<?x64xf32, #lamina.axes<batch, c>>
    lamina.yield %2 : tensor<?x64xf32, #lamina.axes<batch, c>>
  }
  lamina.yield %z : tensor<?x64xf32, #lamina.axes<batch, c>>
}
}
