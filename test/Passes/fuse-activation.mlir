// An activation that reads the sum twice joins whole; a rename back to the old axis, the residual and
// the order that the signature wants join, too.
// RUN: lamina-opt %s --lamina-fuse | FileCheck %s
// RUN: lamina-opt %s --lamina-fuse --remark-format=emitRemark --remarks-filter=lamina-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// CHECK: lamina.kernel contraction
// CHECK-NEXT: lamina.dot
// CHECK-NEXT: lamina.unary sigmoid
// CHECK-NEXT: lamina.binary mul
// CHECK-NEXT: lamina.rename
// CHECK-NEXT: lamina.binary add
// CHECK-NEXT: lamina.rearrange
// CHECK-NEXT: lamina.yield
// CHECK-NOT: lamina.kernel
// REMARK: 'sigmoid' joins the kernel of 'dot'
// REMARK: 'rename' joins the kernel of 'dot'
lamina.model @Silu(%x: tensor<?x8xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x8xf32, #lamina.axes<batch, c>>) {
  %w = lamina.param "w" "trained" : tensor<8x8xf32, #lamina.axes<o, c>>
  %d = lamina.dot %x, %w over ["c"] : (tensor<?x8xf32, #lamina.axes<batch, c>>, tensor<8x8xf32, #lamina.axes<o, c>>) -> tensor<?x8xf32, #lamina.axes<batch, o>>
  %s = lamina.unary sigmoid %d : (tensor<?x8xf32, #lamina.axes<batch, o>>) -> tensor<?x8xf32, #lamina.axes<batch, o>>
  %m = lamina.binary mul %d, %s : (tensor<?x8xf32, #lamina.axes<batch, o>>, tensor<?x8xf32, #lamina.axes<batch, o>>) -> tensor<?x8xf32, #lamina.axes<batch, o>>
  %r = lamina.rename %m ["o"] to ["c"] : (tensor<?x8xf32, #lamina.axes<batch, o>>) -> tensor<?x8xf32, #lamina.axes<batch, c>>
  %y = lamina.binary add %x, %r : (tensor<?x8xf32, #lamina.axes<batch, c>>, tensor<?x8xf32, #lamina.axes<batch, c>>) -> tensor<?x8xf32, #lamina.axes<batch, c>>
  %z = lamina.rearrange %y [] to [], [], [] : (tensor<?x8xf32, #lamina.axes<batch, c>>) -> tensor<?x8xf32, #lamina.axes<batch, c>>
  lamina.yield %z : tensor<?x8xf32, #lamina.axes<batch, c>>
}
