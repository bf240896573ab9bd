// RUN: not lamina-opt %s --lamina-fuse --lamina-plan --lamina-emit-kernels 2>&1 | FileCheck %s
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Net(%x: tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> (y: tensor<?x?xf32, #lamina.axes<batch, n max 13>>) {
  // CHECK: [[@LINE+1]]:8: error: 'lamina.kernel' op makes axis 'n' of run-time extent; 'lamina-widen' makes it static
  %y = lamina.unary neg %x : (tensor<?x?xf32, #lamina.axes<batch, n max 13>>) -> tensor<?x?xf32, #lamina.axes<batch, n max 13>>
  lamina.yield %y : tensor<?x?xf32, #lamina.axes<batch, n max 13>>
}
}
