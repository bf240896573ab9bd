// A weight's derivative sums over the samples of a step: a sum that L2 would not keep a panel of is cut into partial sums, which
// the contraction adds up as it goes.
// RUN: lamina-opt %s --lamina-fuse | FileCheck %s
// CHECK: lamina.kernel contraction
// CHECK: lamina.dot %{{.+}}, %{{.+}} over ["step'"] : (tensor<32x9x1000xf32, {{.+}}>, tensor<16x9x1000xf32, {{.+}}>) -> tensor<32x9x16xf32
// CHECK-NEXT: lamina.reduce sum %{{.+}} over ["piece'"]
// CHECK-NEXT: lamina.yield
// A prime number of samples has no equal pieces, and a short sum needs none.
// CHECK: lamina.dot %{{.+}}, %{{.+}} over ["n"]
// CHECK: lamina.dot %{{.+}}, %{{.+}} over ["s"]
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Step(shared %a: tensor<9000x32xf32, #lamina.axes<m, c>>, shared %b: tensor<9000x16xf32, #lamina.axes<m, d>>, shared %p: tensor<9001x32xf32, #lamina.axes<n, c>>, shared %q: tensor<9001x16xf32, #lamina.axes<n, d>>, shared %s: tensor<1024x32xf32, #lamina.axes<s, c>>, shared %t: tensor<1024x16xf32, #lamina.axes<s, d>>) -> (x: tensor<32x16xf32, #lamina.axes<c, d>>, y: tensor<32x16xf32, #lamina.axes<c, d>>, z: tensor<32x16xf32, #lamina.axes<c, d>>)
    attributes {slots = []} {
  %0 = lamina.dot %a, %b over ["m"] : (tensor<9000x32xf32, #lamina.axes<m, c>>, tensor<9000x16xf32, #lamina.axes<m, d>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  %1 = lamina.dot %p, %q over ["n"] : (tensor<9001x32xf32, #lamina.axes<n, c>>, tensor<9001x16xf32, #lamina.axes<n, d>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  %2 = lamina.dot %s, %t over ["s"] : (tensor<1024x32xf32, #lamina.axes<s, c>>, tensor<1024x16xf32, #lamina.axes<s, d>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  lamina.yield %0, %1, %2 : tensor<32x16xf32, #lamina.axes<c, d>>, tensor<32x16xf32, #lamina.axes<c, d>>, tensor<32x16xf32, #lamina.axes<c, d>>
}
}
