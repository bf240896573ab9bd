// Ops that make numbers of positions and scalars alone stand in the one kernel that stores the last of them, however many they
// are and how often they read each other. What reads memory on the way is stored as ever.
// RUN: lamina-opt %s --lamina-fuse | FileCheck %s
// CHECK-LABEL: lamina.model @Drawn
// CHECK: lamina.kernel elementwise
// CHECK-COUNT-6: lamina.binary
// CHECK: lamina.kernel rowwise
// CHECK-NOT: lamina.kernel elementwise
// CHECK-LABEL: lamina.model @Read
// CHECK: lamina.kernel elementwise
// CHECK-NEXT: lamina.binary div
// CHECK-NEXT: lamina.yield
// The kernel of numbers made of nothing has the order of its type, whatever its ops would give.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s --check-prefix=ORDER
// ORDER: lamina.kernel elementwise {{.*}} -> tensor<16x64xf32, #lamina.axes<b, c>>
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Drawn(shared %seed: tensor<f32, #lamina.axes<>>) -> (x: tensor<16xf32, #lamina.axes<b>>, y: tensor<64xf32, #lamina.axes<c>>) {
  %i = lamina.index "c" : () -> tensor<64xi64, #lamina.axes<c>>
  %j = lamina.index "b" : () -> tensor<16xi64, #lamina.axes<b>>
  %c = lamina.cast %i : (tensor<64xi64, #lamina.axes<c>>) -> tensor<64xf32, #lamina.axes<c>>
  %b = lamina.cast %j : (tensor<16xi64, #lamina.axes<b>>) -> tensor<16xf32, #lamina.axes<b>>
  %0 = lamina.binary div %c, %seed : (tensor<64xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<64xf32, #lamina.axes<c>>
  %1 = lamina.binary div %0, %b : (tensor<64xf32, #lamina.axes<c>>, tensor<16xf32, #lamina.axes<b>>) -> tensor<64x16xf32, #lamina.axes<c, b>>
  %2 = lamina.binary div %1, %0 : (tensor<64x16xf32, #lamina.axes<c, b>>, tensor<64xf32, #lamina.axes<c>>) -> tensor<64x16xf32, #lamina.axes<c, b>>
  %3 = lamina.binary div %2, %1 : (tensor<64x16xf32, #lamina.axes<c, b>>, tensor<64x16xf32, #lamina.axes<c, b>>) -> tensor<64x16xf32, #lamina.axes<c, b>>
  %4 = lamina.binary div %3, %2 : (tensor<64x16xf32, #lamina.axes<c, b>>, tensor<64x16xf32, #lamina.axes<c, b>>) -> tensor<64x16xf32, #lamina.axes<c, b>>
  %5 = lamina.binary div %4, %3 : (tensor<64x16xf32, #lamina.axes<c, b>>, tensor<64x16xf32, #lamina.axes<c, b>>) -> tensor<16x64xf32, #lamina.axes<b, c>>
  %x = lamina.reduce sum %5 over ["c"] : (tensor<16x64xf32, #lamina.axes<b, c>>) -> tensor<16xf32, #lamina.axes<b>>
  %y = lamina.reduce sum %5 over ["b"] : (tensor<16x64xf32, #lamina.axes<b, c>>) -> tensor<64xf32, #lamina.axes<c>>
  lamina.yield %x, %y : tensor<16xf32, #lamina.axes<b>>, tensor<64xf32, #lamina.axes<c>>
}
lamina.model @Read(shared %a: tensor<64xf32, #lamina.axes<c>>) -> (x: tensor<64xf32, #lamina.axes<c>>, y: tensor<64xf32, #lamina.axes<c>>) {
  %0 = lamina.binary div %a, %a : (tensor<64xf32, #lamina.axes<c>>, tensor<64xf32, #lamina.axes<c>>) -> tensor<64xf32, #lamina.axes<c>>
  %1 = lamina.binary div %0, %a : (tensor<64xf32, #lamina.axes<c>>, tensor<64xf32, #lamina.axes<c>>) -> tensor<64xf32, #lamina.axes<c>>
  %2 = lamina.binary div %1, %0 : (tensor<64xf32, #lamina.axes<c>>, tensor<64xf32, #lamina.axes<c>>) -> tensor<64xf32, #lamina.axes<c>>
  lamina.yield %1, %2 : tensor<64xf32, #lamina.axes<c>>, tensor<64xf32, #lamina.axes<c>>
}
}
