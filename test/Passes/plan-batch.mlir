// RUN: not lamina-opt %s --lamina-fuse --lamina-plan 2>&1 | FileCheck %s
// A tile of the batch is not the batch: its statistics would be wrong.
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Mean(%x: tensor<?x4xf32, #lamina.axes<batch, c>>) -> (y: tensor<4xf32, #lamina.axes<c>>) {
  // CHECK: [[@LINE+1]]:8: error: 'reduce' works along 'batch', of which compiled code sees a tile at a time; statistics over the batch are for training and for the interpreter
  %y = lamina.reduce mean %x over ["batch"] : (tensor<?x4xf32, #lamina.axes<batch, c>>) -> tensor<4xf32, #lamina.axes<c>>
  lamina.yield %y : tensor<4xf32, #lamina.axes<c>>
}
}
