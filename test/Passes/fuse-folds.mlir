// A contraction folds its values into a sum, mean or extreme along all axes that one operand alone brings, or along axes that both
// bring; values that nothing else reads are never stored.
// RUN: lamina-opt %s --lamina-fuse --split-input-file | FileCheck %s
// RUN: lamina-opt %s --lamina-fuse --split-input-file --remark-format=emitRemark --remarks-filter=lamina-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: lamina-opt %s --lamina-fuse --lamina-plan --split-input-file | FileCheck %s --check-prefix=PLAN

// Along the rows and along the lanes of one contraction. The fold across lanes leaves a part for each of three panels.
// CHECK-LABEL: lamina.model @Rows
// CHECK: lamina.kernel contraction {{.*}} -> (tensor<?x40xf32, {{.*}}>, tensor<?x5xf32, {{[^)]*}}>)
// CHECK-NEXT: lamina.dot
// CHECK-NEXT: lamina.unary relu
// CHECK-NEXT: lamina.reduce mean
// CHECK-NEXT: lamina.reduce sum
// CHECK-NEXT: lamina.yield
// CHECK-NOT: lamina.kernel
// REMARK: 'reduce' joins the kernel of 'dot'
// PLAN-LABEL: lamina.model @Rows
// PLAN: lamina.kernel contraction
// PLAN-SAME: fold_scratch = 0 : i64, fold_scratch_one = 0 : i64
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Rows(%x: tensor<?x5x8xf32, #lamina.axes<batch, s, i>>) -> (m: tensor<?x40xf32, #lamina.axes<batch, o>>, r: tensor<?x5xf32, #lamina.axes<batch, s>>) {
  %w = lamina.param "w" "trained" : tensor<40x8xf32, #lamina.axes<o, i>>
  %y = lamina.dot %x, %w over ["i"] : (tensor<?x5x8xf32, #lamina.axes<batch, s, i>>, tensor<40x8xf32, #lamina.axes<o, i>>) -> tensor<?x5x40xf32, #lamina.axes<batch, s, o>>
  %a = lamina.unary relu %y : (tensor<?x5x40xf32, #lamina.axes<batch, s, o>>) -> tensor<?x5x40xf32, #lamina.axes<batch, s, o>>
  %m = lamina.reduce mean %a over ["s"] : (tensor<?x5x40xf32, #lamina.axes<batch, s, o>>) -> tensor<?x40xf32, #lamina.axes<batch, o>>
  %r = lamina.reduce sum %a over ["o"] : (tensor<?x5x40xf32, #lamina.axes<batch, s, o>>) -> tensor<?x5xf32, #lamina.axes<batch, s>>
  lamina.yield %m, %r : tensor<?x40xf32, #lamina.axes<batch, o>>, tensor<?x5xf32, #lamina.axes<batch, s>>
}
}

// -----

// A bias gradient that stands behind another reader comes up to the contraction.
// CHECK-LABEL: lamina.model @Further
// CHECK: lamina.kernel contraction
// CHECK: lamina.dot
// CHECK-NEXT: lamina.reduce sum
// CHECK: lamina.kernel contraction
// REMARK: 'dot' stays out of the kernel of 'dot': it does not map the contraction's elements one to one
// REMARK: 'reduce' joins the kernel of 'dot'
// PLAN-LABEL: lamina.model @Further
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Further(shared %x: tensor<64x8xf32, #lamina.axes<m, i>>, shared %w: tensor<40x8xf32, #lamina.axes<o, i>>) -> (b: tensor<40xf32, #lamina.axes<o>>, g: tensor<40x8xf32, #lamina.axes<o, j>>) attributes {slots = []} {
  %y = lamina.dot %x, %w over ["i"] : (tensor<64x8xf32, #lamina.axes<m, i>>, tensor<40x8xf32, #lamina.axes<o, i>>) -> tensor<64x40xf32, #lamina.axes<m, o>>
  %z = lamina.rename %x ["i"] to ["j"] : (tensor<64x8xf32, #lamina.axes<m, i>>) -> tensor<64x8xf32, #lamina.axes<m, j>>
  %g = lamina.dot %y, %z over ["m"] : (tensor<64x40xf32, #lamina.axes<m, o>>, tensor<64x8xf32, #lamina.axes<m, j>>) -> tensor<40x8xf32, #lamina.axes<o, j>>
  %b = lamina.reduce sum %y over ["m"] : (tensor<64x40xf32, #lamina.axes<m, o>>) -> tensor<40xf32, #lamina.axes<o>>
  lamina.yield %b, %g : tensor<40xf32, #lamina.axes<o>>, tensor<40x8xf32, #lamina.axes<o, j>>
}
}

// -----

// Axes of both sides at once, a part of one side's, a product, and what needs the whole sum stay out.
// CHECK-LABEL: lamina.model @Not
// CHECK: lamina.kernel contraction
// CHECK-NEXT: lamina.dot
// CHECK-NEXT: lamina.reduce max
// CHECK-NEXT: lamina.yield
// CHECK-DAG: lamina.reduce sum {{.*}} over ["s", "o"]
// CHECK-DAG: lamina.reduce sum {{.*}} over ["o"]
// CHECK-DAG: lamina.reduce prod
// REMARK-DAG: 'reduce' stays out of the kernel of 'dot': it folds not all axes of one operand alone
// REMARK-DAG: 'sub' stays out of the kernel of 'dot': it needs all of a reduction that the contraction carries out
// PLAN-LABEL: lamina.model @Not
module attributes {lamina.target = #lamina.target<vector_bytes = 32, vector_registers = 16, l1 = 32768, l2 = 524288, threads = false>} {
lamina.model @Not(%x: tensor<?x5x8xf32, #lamina.axes<batch, s, i>>) -> (a: tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>, b: tensor<?x4xf32, #lamina.axes<batch, p>>, c: tensor<?x5x4xf32, #lamina.axes<batch, s, p>>, d: tensor<?x4x6xf32, #lamina.axes<batch, p, o>>) {
  %w = lamina.param "w" "trained" : tensor<4x6x8xf32, #lamina.axes<p, o, i>>
  %y = lamina.dot %x, %w over ["i"] : (tensor<?x5x8xf32, #lamina.axes<batch, s, i>>, tensor<4x6x8xf32, #lamina.axes<p, o, i>>) -> tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>
  %m = lamina.reduce max %y over ["s"] : (tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>) -> tensor<?x4x6xf32, #lamina.axes<batch, p, o>>
  %a = lamina.binary sub %y, %m : (tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>, tensor<?x4x6xf32, #lamina.axes<batch, p, o>>) -> tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>
  %b = lamina.reduce sum %y over ["s", "o"] : (tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>) -> tensor<?x4xf32, #lamina.axes<batch, p>>
  %c = lamina.reduce sum %y over ["o"] : (tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>) -> tensor<?x5x4xf32, #lamina.axes<batch, s, p>>
  %d = lamina.reduce prod %y over ["s"] : (tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>) -> tensor<?x4x6xf32, #lamina.axes<batch, p, o>>
  lamina.yield %a, %b, %c, %d : tensor<?x5x4x6xf32, #lamina.axes<batch, s, p, o>>, tensor<?x4xf32, #lamina.axes<batch, p>>, tensor<?x5x4xf32, #lamina.axes<batch, s, p>>, tensor<?x4x6xf32, #lamina.axes<batch, p, o>>
}
}
