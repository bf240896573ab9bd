// A step whose samples do not depend on each other goes through its batch in portions: what lies between forward and
// backward is kept for one portion, sums over samples are carried on.
// RUN: lamina-opt %s --lamina-fuse --remarks-filter=lamina-fuse -o %t 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: FileCheck %s --input-file=%t
// WHY: the batch of 8192 is gone through in portions of 1024
// WHY: the batch of 8192 is not cut into portions: samples depend on each other there

// CHECK: lamina.model @Net_step
// CHECK: lamina.repeat "portion'" 8
// The position of a sample is that in the batch.
// CHECK: lamina.constant dense<1024> : tensor<i64
// CHECK: lamina.index "batch'"
// CHECK-NEXT: lamina.binary add
// CHECK: lamina.kernel contraction
// CHECK: lamina.yield {{.+}} : tensor<1024x256xf32
// The mean of the batch is the sum of the portions' shares.
// CHECK: lamina.reduce sum %{{.+}} over ["batch'"] : (tensor<1024xf32
// CHECK-NEXT: lamina.constant dense<8.192000e+03>
// CHECK-NEXT: lamina.binary div
// CHECK-NEXT: lamina.binary add
// CHECK: lamina.dot %{{.+}}, %{{.+}} over ["batch'"] : (tensor<1024x256xf32, {{.+}}>, tensor<{{.+}}>) -> tensor<256x64xf32
// CHECK-NEXT: lamina.binary add
// What needs the whole batch stands behind.
// CHECK: lamina.sort {{.+}} : (tensor<8192xf32

// CHECK: lamina.model @Normed_step
// CHECK-NOT: "portion'"
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net_step(shared %x: tensor<8192x64xf32, #lamina.axes<"batch'", c>>, shared %w: tensor<256x64xf32, #lamina.axes<d, c>>) -> (loss: tensor<f32, #lamina.axes<>>, order: tensor<8192xf32, #lamina.axes<"batch'">>, w: tensor<256x64xf32, #lamina.axes<d, c>>) attributes {slots = []} {
  %0 = lamina.dot %x, %w over ["c"] : (tensor<8192x64xf32, #lamina.axes<"batch'", c>>, tensor<256x64xf32, #lamina.axes<d, c>>) -> tensor<8192x256xf32, #lamina.axes<"batch'", d>>
  // A tap has no result, and does not stand in the way.
  lamina.tap %0, "hidden" : tensor<8192x256xf32, #lamina.axes<"batch'", d>>
  %1 = lamina.unary relu %0 : (tensor<8192x256xf32, #lamina.axes<"batch'", d>>) -> tensor<8192x256xf32, #lamina.axes<"batch'", d>>
  %n = lamina.index "batch'" : () -> tensor<8192xi64, #lamina.axes<"batch'">>
  %f = lamina.cast %n : (tensor<8192xi64, #lamina.axes<"batch'">>) -> tensor<8192xf32, #lamina.axes<"batch'">>
  %2 = lamina.binary mul %1, %f : (tensor<8192x256xf32, #lamina.axes<"batch'", d>>, tensor<8192xf32, #lamina.axes<"batch'">>) -> tensor<8192x256xf32, #lamina.axes<"batch'", d>>
  %3 = lamina.reduce sum %2 over ["d"] : (tensor<8192x256xf32, #lamina.axes<"batch'", d>>) -> tensor<8192xf32, #lamina.axes<"batch'">>
  %loss = lamina.reduce mean %3 over ["batch'"] : (tensor<8192xf32, #lamina.axes<"batch'">>) -> tensor<f32, #lamina.axes<>>
  %order = lamina.sort %3 "batch'" : (tensor<8192xf32, #lamina.axes<"batch'">>) -> tensor<8192xf32, #lamina.axes<"batch'">>
  %dw = lamina.dot %2, %x over ["batch'"] : (tensor<8192x256xf32, #lamina.axes<"batch'", d>>, tensor<8192x64xf32, #lamina.axes<"batch'", c>>) -> tensor<256x64xf32, #lamina.axes<d, c>>
  lamina.yield %loss, %order, %dw : tensor<f32, #lamina.axes<>>, tensor<8192xf32, #lamina.axes<"batch'">>, tensor<256x64xf32, #lamina.axes<d, c>>
}
lamina.model @Normed_step(shared %x: tensor<8192x64xf32, #lamina.axes<"batch'", c>>, shared %w: tensor<256x64xf32, #lamina.axes<d, c>>) -> (w: tensor<256x64xf32, #lamina.axes<d, c>>) attributes {slots = []} {
  %0 = lamina.dot %x, %w over ["c"] : (tensor<8192x64xf32, #lamina.axes<"batch'", c>>, tensor<256x64xf32, #lamina.axes<d, c>>) -> tensor<8192x256xf32, #lamina.axes<"batch'", d>>
  %1 = lamina.standardize %0 over ["batch'"], 1.0e-5 : (tensor<8192x256xf32, #lamina.axes<"batch'", d>>) -> tensor<8192x256xf32, #lamina.axes<"batch'", d>>
  %dw = lamina.dot %1, %x over ["batch'"] : (tensor<8192x256xf32, #lamina.axes<"batch'", d>>, tensor<8192x64xf32, #lamina.axes<"batch'", c>>) -> tensor<256x64xf32, #lamina.axes<d, c>>
  lamina.yield %dw : tensor<256x64xf32, #lamina.axes<d, c>>
}
}
