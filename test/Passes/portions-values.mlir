// A batch in portions gives what it gives as a whole: through repeats, with positions in the batch, means and sums.
// RUN: lamina-opt %s --lamina-evaluate -o /dev/null >%t.whole
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --lamina-evaluate -o %t.mlir >%t.portions
// RUN: diff %t.whole %t.portions
// RUN: FileCheck %s --input-file=%t.mlir
// CHECK: lamina.repeat "portion'" 2
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 4096, l2 = 16384, threads = false>} {
lamina.model @Net_step(shared %x: tensor<2048x4xf32, #lamina.axes<"batch'", c>>, shared %w: tensor<2x4x4xf32, #lamina.axes<up, d, c>>) -> (loss: tensor<f32, #lamina.axes<>>, w: tensor<2x4x4xf32, #lamina.axes<up, d, c>>) attributes {slots = []} {
  %y, %in = lamina.repeat "up" 2 carried(%a = %x : tensor<2048x4xf32, #lamina.axes<"batch'", c>>) stacked(%v = %w : tensor<2x4x4xf32, #lamina.axes<up, d, c>>) index %i -> (tensor<2048x4xf32, #lamina.axes<"batch'", c>>, tensor<2x2048x4xf32, #lamina.axes<up, "batch'", c>>) {
    %0 = lamina.dot %a, %v over ["c"] : (tensor<2048x4xf32, #lamina.axes<"batch'", c>>, tensor<4x4xf32, #lamina.axes<d, c>>) -> tensor<2048x4xf32, #lamina.axes<"batch'", d>>
    %1 = lamina.rename %0 ["d"] to ["c"] : (tensor<2048x4xf32, #lamina.axes<"batch'", d>>) -> tensor<2048x4xf32, #lamina.axes<"batch'", c>>
    %2 = lamina.unary tanh %1 : (tensor<2048x4xf32, #lamina.axes<"batch'", c>>) -> tensor<2048x4xf32, #lamina.axes<"batch'", c>>
    lamina.yield %2, %a : tensor<2048x4xf32, #lamina.axes<"batch'", c>>, tensor<2048x4xf32, #lamina.axes<"batch'", c>>
  }
  %n = lamina.index "batch'" : () -> tensor<2048xi64, #lamina.axes<"batch'">>
  %f = lamina.cast %n : (tensor<2048xi64, #lamina.axes<"batch'">>) -> tensor<2048xf32, #lamina.axes<"batch'">>
  %s = lamina.binary mul %y, %f : (tensor<2048x4xf32, #lamina.axes<"batch'", c>>, tensor<2048xf32, #lamina.axes<"batch'">>) -> tensor<2048x4xf32, #lamina.axes<"batch'", c>>
  %loss = lamina.reduce mean %s over ["batch'", "c"] : (tensor<2048x4xf32, #lamina.axes<"batch'", c>>) -> tensor<f32, #lamina.axes<>>
  %g, %dw = lamina.repeat "up" 2 carried(%b = %s : tensor<2048x4xf32, #lamina.axes<"batch'", c>>) stacked(%k = %in : tensor<2x2048x4xf32, #lamina.axes<up, "batch'", c>>) index %j attributes {reverse} -> (tensor<2048x4xf32, #lamina.axes<"batch'", c>>, tensor<2x4x4xf32, #lamina.axes<up, d, c>>) {
    %0 = lamina.rename %b ["c"] to ["d"] : (tensor<2048x4xf32, #lamina.axes<"batch'", c>>) -> tensor<2048x4xf32, #lamina.axes<"batch'", d>>
    %1 = lamina.dot %0, %k over ["batch'"] : (tensor<2048x4xf32, #lamina.axes<"batch'", d>>, tensor<2048x4xf32, #lamina.axes<"batch'", c>>) -> tensor<4x4xf32, #lamina.axes<d, c>>
    %2 = lamina.unary sin %b : (tensor<2048x4xf32, #lamina.axes<"batch'", c>>) -> tensor<2048x4xf32, #lamina.axes<"batch'", c>>
    lamina.yield %2, %1 : tensor<2048x4xf32, #lamina.axes<"batch'", c>>, tensor<4x4xf32, #lamina.axes<d, c>>
  }
  lamina.yield %loss, %dw : tensor<f32, #lamina.axes<>>, tensor<2x4x4xf32, #lamina.axes<up, d, c>>
}
}
