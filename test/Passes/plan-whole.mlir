// A right operand that several blocks of rows read is staged once, where staging is more than a copy: here the weight lies
// across. One whose lanes are neighbours in memory is staged panel by panel, as is one that few rows read.
// RUN: lamina-opt %s --lamina-fuse --lamina-plan | FileCheck %s
// CHECK: lamina.kernel contraction
// CHECK-SAME: right_scratch
// CHECK: lamina.kernel contraction
// CHECK-NOT: right_scratch
// CHECK: lamina.kernel contraction
// CHECK-NOT: right_scratch
// CHECK: lamina.yield
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Step(shared %x: tensor<1024x512xf32, #lamina.axes<n, c>>, shared %few: tensor<128x512xf32, #lamina.axes<m, c>>, shared %across: tensor<256x512xf32, #lamina.axes<d, c>>, shared %along: tensor<512x256xf32, #lamina.axes<c, d>>) -> (a: tensor<1024x256xf32, #lamina.axes<n, d>>, b: tensor<1024x256xf32, #lamina.axes<n, d>>, c: tensor<128x256xf32, #lamina.axes<m, d>>) attributes {slots = []} {
  %0 = lamina.dot %x, %across over ["c"] : (tensor<1024x512xf32, #lamina.axes<n, c>>, tensor<256x512xf32, #lamina.axes<d, c>>) -> tensor<1024x256xf32, #lamina.axes<n, d>>
  %1 = lamina.dot %x, %along over ["c"] : (tensor<1024x512xf32, #lamina.axes<n, c>>, tensor<512x256xf32, #lamina.axes<c, d>>) -> tensor<1024x256xf32, #lamina.axes<n, d>>
  %2 = lamina.dot %few, %across over ["c"] : (tensor<128x512xf32, #lamina.axes<m, c>>, tensor<256x512xf32, #lamina.axes<d, c>>) -> tensor<128x256xf32, #lamina.axes<m, d>>
  lamina.yield %0, %1, %2 : tensor<1024x256xf32, #lamina.axes<n, d>>, tensor<1024x256xf32, #lamina.axes<n, d>>, tensor<128x256xf32, #lamina.axes<m, d>>
}
}
