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
// Of two axes the slower one is cut, so that the steps of a piece lie next to each other.
// CHECK: lamina.dot %{{.+}}, %{{.+}} over ["step'", "k"] : (tensor<32x512x8x2xf32
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Step(shared %a: tensor<9000x32xf32, #lamina.axes<m, c>>, shared %b: tensor<9000x16xf32, #lamina.axes<m, d>>, shared %p: tensor<9001x32xf32, #lamina.axes<n, c>>, shared %q: tensor<9001x16xf32, #lamina.axes<n, d>>, shared %s: tensor<1024x32xf32, #lamina.axes<s, c>>, shared %t: tensor<1024x16xf32, #lamina.axes<s, d>>, shared %u: tensor<16x32x512xf32, #lamina.axes<j, c, k>>, shared %v: tensor<16x16x512xf32, #lamina.axes<j, d, k>>) -> (x: tensor<32x16xf32, #lamina.axes<c, d>>, y: tensor<32x16xf32, #lamina.axes<c, d>>, z: tensor<32x16xf32, #lamina.axes<c, d>>, last: tensor<32x16xf32, #lamina.axes<c, d>>)
    attributes {slots = []} {
  %0 = lamina.dot %a, %b over ["m"] : (tensor<9000x32xf32, #lamina.axes<m, c>>, tensor<9000x16xf32, #lamina.axes<m, d>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  %1 = lamina.dot %p, %q over ["n"] : (tensor<9001x32xf32, #lamina.axes<n, c>>, tensor<9001x16xf32, #lamina.axes<n, d>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  %2 = lamina.dot %s, %t over ["s"] : (tensor<1024x32xf32, #lamina.axes<s, c>>, tensor<1024x16xf32, #lamina.axes<s, d>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  %3 = lamina.dot %u, %v over ["j", "k"] : (tensor<16x32x512xf32, #lamina.axes<j, c, k>>, tensor<16x16x512xf32, #lamina.axes<j, d, k>>) -> tensor<32x16xf32, #lamina.axes<c, d>>
  lamina.yield %0, %1, %2, %3 : tensor<32x16xf32, #lamina.axes<c, d>>, tensor<32x16xf32, #lamina.axes<c, d>>, tensor<32x16xf32, #lamina.axes<c, d>>, tensor<32x16xf32, #lamina.axes<c, d>>
}
}
