// RUN: lamina-opt %s | lamina-opt | FileCheck %s
// RUN: lamina-opt --mlir-print-op-generic %s | lamina-opt | FileCheck %s

// CHECK: lamina.model @Mlp(%image: tensor<?x4xf32, #lamina.axes<batch, c>>, shared %scale: tensor<f32, #lamina.axes<>>) -> (logits: tensor<?x4xf32, #lamina.axes<batch, c>>)
lamina.model @Mlp(%image: tensor<?x4xf32, #lamina.axes<batch, c>>, shared %scale: tensor<f32, #lamina.axes<>>)
    -> (logits: tensor<?x4xf32, #lamina.axes<batch, c>>) {
  // CHECK: lamina.param "blocks.*.weight" "trained" : tensor<8x4xf32, #lamina.axes<blocks, c>>
  %w = lamina.param "blocks.*.weight" "trained" : tensor<8x4xf32, #lamina.axes<blocks, c>> {
    // CHECK: lamina.random uniform, -1.000000e+00, 1.000000e+00 : tensor<4xf32, #lamina.axes<c>>
    %0 = lamina.random uniform, -1.0, 1.0 : tensor<4xf32, #lamina.axes<c>>
    lamina.yield %0 : tensor<4xf32, #lamina.axes<c>>
  }
  // CHECK: lamina.repeat "blocks" 8 carried(%[[X:.*]] = %image : {{.*}}) stacked(%[[W:.*]] = %{{.*}} : {{.*}}) index %{{.*}} -> tensor<?x4xf32, #lamina.axes<batch, c>>
  %y = lamina.repeat "blocks" 8 carried(%x = %image : tensor<?x4xf32, #lamina.axes<batch, c>>)
      stacked(%s = %w : tensor<8x4xf32, #lamina.axes<blocks, c>>) index %i -> tensor<?x4xf32, #lamina.axes<batch, c>> {
    // CHECK: lamina.apply "blocks.*" "Scale" : tensor<?x4xf32, #lamina.axes<batch, c>>
    %p = lamina.apply "blocks.*" "Scale" : tensor<?x4xf32, #lamina.axes<batch, c>> {
      // CHECK: lamina.binary mul %[[X]], %[[W]]
      %m = lamina.binary mul %x, %s : (tensor<?x4xf32, #lamina.axes<batch, c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<?x4xf32, #lamina.axes<batch, c>>
      lamina.yield %m : tensor<?x4xf32, #lamina.axes<batch, c>>
    }
    lamina.yield %p : tensor<?x4xf32, #lamina.axes<batch, c>>
  }
  // CHECK: lamina.constant dense<5.000000e-01> : tensor<f32, #lamina.axes<>>
  %half = lamina.constant dense<0.5> : tensor<f32, #lamina.axes<>>
  // CHECK: lamina.kernel elementwise (%{{.*}} = %{{.*}} : {{.*}}, %{{.*}} = %{{.*}} : {{.*}}) -> tensor<?x4xf32, #lamina.axes<batch, c>> plan {offset = 0 : i64}
  %z = lamina.kernel elementwise (%a = %y : tensor<?x4xf32, #lamina.axes<batch, c>>, %b = %half : tensor<f32, #lamina.axes<>>)
      -> tensor<?x4xf32, #lamina.axes<batch, c>> plan {offset = 0 : i64} {
    %m = lamina.binary mul %a, %b : (tensor<?x4xf32, #lamina.axes<batch, c>>, tensor<f32, #lamina.axes<>>) -> tensor<?x4xf32, #lamina.axes<batch, c>>
    lamina.yield %m : tensor<?x4xf32, #lamina.axes<batch, c>>
  }
  // CHECK: lamina.tap %{{.*}}, "hidden"
  lamina.tap %z, "hidden" : tensor<?x4xf32, #lamina.axes<batch, c>>
  lamina.yield %z : tensor<?x4xf32, #lamina.axes<batch, c>>
}

// CHECK: lamina.test "adds"
lamina.test "adds" {
  %t = lamina.constant dense<true> : tensor<i1, #lamina.axes<>>
  // CHECK: lamina.assert %{{.*}}, "1 == 1"
  lamina.assert %t, "1 == 1" : tensor<i1, #lamina.axes<>>
}

// An input whose name is no SSA identifier keeps it by `as`.
// CHECK: lamina.model @Bounded(%not_an_id: tensor<?x?xi64, #lamina.axes<batch, n max 13>> as "not an id") -> (y: tensor<?x?xi64, #lamina.axes<batch, n max 13>>)
lamina.model @Bounded(%x: tensor<?x?xi64, #lamina.axes<batch, n max 13>> as "not an id") -> (y: tensor<?x?xi64, #lamina.axes<batch, n max 13>>) {
  lamina.yield %x : tensor<?x?xi64, #lamina.axes<batch, n max 13>>
}
