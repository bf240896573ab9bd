// Contractions, reductions, normalisations and running sums.
// RUN: lamina-opt --lamina-evaluate %s | FileCheck %s
// Folding must change no bit; constant tensors, which round, stay out of it.
// RUN: lamina-opt --pass-pipeline='builtin.module(lamina-simplify{max-elements=0},lamina-evaluate)' %s | FileCheck %s

// CHECK: dot.y[h: 2, a: 2]: 1 4 6 15
// CHECK: dot.z[a: 2]: 1 5
// CHECK: dot.s[]: 6
lamina.model @dot() -> (y: tensor<2x2xf32, #lamina.axes<h, a>>, z: tensor<2xf32, #lamina.axes<a>>, s: tensor<f32, #lamina.axes<>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %w = lamina.constant dense<[[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]]> : tensor<2x3xf32, #lamina.axes<h, b>>
  %v = lamina.constant dense<[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.dot %x, %w over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<2x3xf32, #lamina.axes<h, b>>) -> tensor<2x2xf32, #lamina.axes<h, a>>
  %z = lamina.dot %x, %v over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %s = lamina.dot %x, %v over ["b", "a"] : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield %y, %z, %s : tensor<2x2xf32, #lamina.axes<h, a>>, tensor<2xf32, #lamina.axes<a>>, tensor<f32, #lamina.axes<>>
}

// CHECK: reduce.sum[a: 2]: 6 15
// CHECK: reduce.mean[a: 2]: 2 5
// CHECK: reduce.max[a: 2]: 3 6
// CHECK: reduce.min[a: 2]: 1 4
// CHECK: reduce.prod[a: 2]: 6 120
// CHECK: reduce.var[a: 2]: 0.666666667 0.666666667
// CHECK: reduce.norm[a: 2]: 3.74165739 8.77496439
// CHECK: reduce.logsumexp[a: 2]: 3.40760596 6.40760596
// CHECK: reduce.argmax[b: 3]: 1 1 1
// CHECK: reduce.all_axes[]: 21
lamina.model @reduce() -> (sum: tensor<2xf32, #lamina.axes<a>>, mean: tensor<2xf32, #lamina.axes<a>>, max: tensor<2xf32, #lamina.axes<a>>, min: tensor<2xf32, #lamina.axes<a>>, prod: tensor<2xf32, #lamina.axes<a>>, var: tensor<2xf32, #lamina.axes<a>>, norm: tensor<2xf32, #lamina.axes<a>>, logsumexp: tensor<2xf32, #lamina.axes<a>>, argmax: tensor<3xi64, #lamina.axes<b>>, all_axes: tensor<f32, #lamina.axes<>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %sum = lamina.reduce sum %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %mean = lamina.reduce mean %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %max = lamina.reduce max %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %min = lamina.reduce min %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %prod = lamina.reduce prod %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %var = lamina.reduce var %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %norm = lamina.reduce norm %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %logsumexp = lamina.reduce logsumexp %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  %argmax = lamina.reduce argmax %x over ["a"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<3xi64, #lamina.axes<b>>
  %all_axes = lamina.reduce sum %x over ["b", "a"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield %sum, %mean, %max, %min, %prod, %var, %norm, %logsumexp, %argmax, %all_axes : tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>, tensor<3xi64, #lamina.axes<b>>, tensor<f32, #lamina.axes<>>
}

// CHECK: ties.first[]: 1
// CHECK: ties.nan[]: 1
// CHECK: ties.max[]: nan
lamina.model @ties() -> (first: tensor<i64, #lamina.axes<>>, nan: tensor<i64, #lamina.axes<>>, max: tensor<f32, #lamina.axes<>>) {
  %x = lamina.constant dense<[1.0, 2.0, 2.0, 0.0]> : tensor<4xf32, #lamina.axes<c>>
  %n = lamina.constant dense<[1.0, 0x7FC00000, 9.0, 0x7FC00000]> : tensor<4xf32, #lamina.axes<c>>
  %first = lamina.reduce argmax %x over ["c"] : (tensor<4xf32, #lamina.axes<c>>) -> tensor<i64, #lamina.axes<>>
  %nan = lamina.reduce argmax %n over ["c"] : (tensor<4xf32, #lamina.axes<c>>) -> tensor<i64, #lamina.axes<>>
  %max = lamina.reduce max %n over ["c"] : (tensor<4xf32, #lamina.axes<c>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield %first, %nan, %max : tensor<i64, #lamina.axes<>>, tensor<i64, #lamina.axes<>>, tensor<f32, #lamina.axes<>>
}

// CHECK: bools.any[a: 2]: 1 1
// CHECK: bools.all[a: 2]: 0 1
lamina.model @bools() -> (any: tensor<2xi1, #lamina.axes<a>>, all: tensor<2xi1, #lamina.axes<a>>) {
  %x = lamina.constant dense<[[true, false], [true, true]]> : tensor<2x2xi1, #lamina.axes<a, b>>
  %any = lamina.reduce any %x over ["b"] : (tensor<2x2xi1, #lamina.axes<a, b>>) -> tensor<2xi1, #lamina.axes<a>>
  %all = lamina.reduce all %x over ["b"] : (tensor<2x2xi1, #lamina.axes<a, b>>) -> tensor<2xi1, #lamina.axes<a>>
  lamina.yield %any, %all : tensor<2xi1, #lamina.axes<a>>, tensor<2xi1, #lamina.axes<a>>
}

// CHECK: small_integers.s[]: -54
// CHECK: small_integers.u_s[]: 46
// CHECK: small_integers.m[]: 200
lamina.model @small_integers() -> (s: tensor<i8, #lamina.axes<>>, u_s: tensor<ui8, #lamina.axes<>>, m: tensor<ui8, #lamina.axes<>>) {
  %x = lamina.constant dense<[100, 100, 2]> : tensor<3xi8, #lamina.axes<c>>
  %u = lamina.constant dense<[200, 100, 2]> : tensor<3xui8, #lamina.axes<c>>
  %s = lamina.reduce sum %x over ["c"] : (tensor<3xi8, #lamina.axes<c>>) -> tensor<i8, #lamina.axes<>>
  %u_s = lamina.reduce sum %u over ["c"] : (tensor<3xui8, #lamina.axes<c>>) -> tensor<ui8, #lamina.axes<>>
  %m = lamina.reduce max %u over ["c"] : (tensor<3xui8, #lamina.axes<c>>) -> tensor<ui8, #lamina.axes<>>
  lamina.yield %s, %u_s, %m : tensor<i8, #lamina.axes<>>, tensor<ui8, #lamina.axes<>>, tensor<ui8, #lamina.axes<>>
}

// CHECK: softmax.y[b: 3, a: 2]: 0.0900305732 0.0900305732 0.244728471 0.244728471 0.665240956 0.665240956
// CHECK: softmax.l[a: 2, b: 3]: -2.40760596 -1.40760596 -0.407605964 -2.40760596 -1.40760596 -0.407605964
lamina.model @softmax() -> (y: tensor<3x2xf32, #lamina.axes<b, a>>, l: tensor<2x3xf32, #lamina.axes<a, b>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.softmax %x over ["b"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<3x2xf32, #lamina.axes<b, a>>
  %l = lamina.softmax %x over ["b"] {log} : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield %y, %l : tensor<3x2xf32, #lamina.axes<b, a>>, tensor<2x3xf32, #lamina.axes<a, b>>
}

// CHECK: far.y[c: 2]: 1 0
// CHECK: far.l[]: 1000
lamina.model @far() -> (y: tensor<2xf32, #lamina.axes<c>>, l: tensor<f32, #lamina.axes<>>) {
  %x = lamina.constant dense<[1000.0, 0.0]> : tensor<2xf32, #lamina.axes<c>>
  %y = lamina.softmax %x over ["c"] : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  %l = lamina.reduce logsumexp %x over ["c"] : (tensor<2xf32, #lamina.axes<c>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield %y, %l : tensor<2xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>
}

// CHECK: standardize.y[a: 2, b: 3]: -0.9258201 0 0.9258201 -0.9258201 0 0.9258201
lamina.model @standardize() -> (y: tensor<2x3xf32, #lamina.axes<a, b>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.standardize %x over ["b"], 0.5 : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield %y : tensor<2x3xf32, #lamina.axes<a, b>>
}

// CHECK: cumulate.s[a: 2, b: 3]: 1 3 6 4 9 15
// CHECK: cumulate.p[b: 3, a: 2]: 1 4 2 10 3 18
lamina.model @cumulate() -> (s: tensor<2x3xf32, #lamina.axes<a, b>>, p: tensor<3x2xf32, #lamina.axes<b, a>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %s = lamina.cumulate sum %x along "b" : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  %p = lamina.cumulate prod %x along "a" : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<3x2xf32, #lamina.axes<b, a>>
  lamina.yield %s, %p : tensor<2x3xf32, #lamina.axes<a, b>>, tensor<3x2xf32, #lamina.axes<b, a>>
}
