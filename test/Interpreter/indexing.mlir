// Positions, gathers, scatters and selections.
// RUN: lamina-opt --lamina-evaluate %s | FileCheck %s
// Folding must change no bit; constant tensors, which round, stay out of it.
// RUN: lamina-opt --pass-pipeline='builtin.module(lamina-simplify{max-elements=0},lamina-evaluate)' %s | FileCheck %s

// CHECK: gather.rows[s: 3, b: 3]: 4 5 6 1 2 3 4 5 6
// CHECK: gather.paired[a: 2]: 3 4
// CHECK: gather.scalar[a: 2]: 2 5
lamina.model @gather() -> (rows: tensor<3x3xf32, #lamina.axes<s, b>>, paired: tensor<2xf32, #lamina.axes<a>>, scalar: tensor<2xf32, #lamina.axes<a>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %i = lamina.constant dense<[1, 0, 1]> : tensor<3xi64, #lamina.axes<s>>
  %p = lamina.constant dense<[2, 0]> : tensor<2xi64, #lamina.axes<a>>
  %q = lamina.constant dense<1> : tensor<i32, #lamina.axes<>>
  %rows = lamina.gather %x[%i] along "a" : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<3xi64, #lamina.axes<s>>) -> tensor<3x3xf32, #lamina.axes<s, b>>
  %paired = lamina.gather %x[%p] along "b" : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<2xi64, #lamina.axes<a>>) -> tensor<2xf32, #lamina.axes<a>>
  %scalar = lamina.gather %x[%q] along "b" : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<i32, #lamina.axes<>>) -> tensor<2xf32, #lamina.axes<a>>
  %own = lamina.gather %x[%p] along "b" : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<2xi64, #lamina.axes<a>>) -> tensor<2xf32, #lamina.axes<a>>
  lamina.yield %rows, %paired, %scalar : tensor<3x3xf32, #lamina.axes<s, b>>, tensor<2xf32, #lamina.axes<a>>, tensor<2xf32, #lamina.axes<a>>
}

// CHECK: reorder.y[a: 2]: 7 5
lamina.model @reorder() -> (y: tensor<2xf32, #lamina.axes<a>>) {
  %x = lamina.constant dense<[5.0, 6.0, 7.0]> : tensor<3xf32, #lamina.axes<a>>
  %i = lamina.constant dense<[2, 0]> : tensor<2xi64, #lamina.axes<a>>
  %y = lamina.gather %x[%i] along "a" : (tensor<3xf32, #lamina.axes<a>>, tensor<2xi64, #lamina.axes<a>>) -> tensor<2xf32, #lamina.axes<a>>
  lamina.yield %y : tensor<2xf32, #lamina.axes<a>>
}

// CHECK: scatter.y[v: 3, c: 2]: 3 4 6 8 0 0
// CHECK: scatter.z[c: 2, e: 1]: 9 12
lamina.model @scatter() -> (y: tensor<3x2xf32, #lamina.axes<v, c>>, z: tensor<2x1xf32, #lamina.axes<c, e>>) {
  %u = lamina.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32, #lamina.axes<e, c>>
  %i = lamina.constant dense<[1, 0, 1]> : tensor<3xi64, #lamina.axes<e>>
  %k = lamina.constant dense<[0, 0, 0]> : tensor<3xi64, #lamina.axes<e>>
  %y = lamina.scatter_add %u[%i] along "v" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<3x2xf32, #lamina.axes<v, c>>
  %z = lamina.scatter_add %u[%k] along "e" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<2x1xf32, #lamina.axes<c, e>>
  lamina.yield %y, %z : tensor<3x2xf32, #lamina.axes<v, c>>, tensor<2x1xf32, #lamina.axes<c, e>>
}

// CHECK: one_hot.y[s: 3, k: 3]: 0 0 1 1 0 0 0 0 0
lamina.model @one_hot() -> (y: tensor<3x3xf32, #lamina.axes<s, k>>) {
  %i = lamina.constant dense<[2, 0, 7]> : tensor<3xi64, #lamina.axes<s>>
  %y = lamina.one_hot %i "k" : (tensor<3xi64, #lamina.axes<s>>) -> tensor<3x3xf32, #lamina.axes<s, k>>
  lamina.yield %y : tensor<3x3xf32, #lamina.axes<s, k>>
}

// CHECK: index.y[s: 4]: 0 1 2 3
lamina.model @index() -> (y: tensor<4xi64, #lamina.axes<s>>) {
  %y = lamina.index "s" : () -> tensor<4xi64, #lamina.axes<s>>
  lamina.yield %y : tensor<4xi64, #lamina.axes<s>>
}

// CHECK: select.v[e: 4]: nan 3 3 2
// CHECK: select.i[e: 4]: 2 1 3 4
// CHECK: select.k[e: 5]: 0 3 nan 0 0
// CHECK: select.sorted[e: 5]: 1 2 3 3 nan
// CHECK: select.kn[s: 2, e: 3]: 0 3 0 -1 0 0
lamina.model @select() -> (v: tensor<4xf32, #lamina.axes<e>>, i: tensor<4xi64, #lamina.axes<e>>, k: tensor<5xf32, #lamina.axes<e>>, sorted: tensor<5xf32, #lamina.axes<e>>, kn: tensor<2x3xi64, #lamina.axes<s, e>>) {
  %x = lamina.constant dense<[1.0, 3.0, 0x7FC00000, 3.0, 2.0]> : tensor<5xf32, #lamina.axes<e>>
  %n = lamina.constant dense<[[1, 3, 2], [-1, -1, -2]]> : tensor<2x3xi64, #lamina.axes<s, e>>
  %v, %i = lamina.topk %x "e", 4 : (tensor<5xf32, #lamina.axes<e>>) -> (tensor<4xf32, #lamina.axes<e>>, tensor<4xi64, #lamina.axes<e>>)
  %k = lamina.keep_topk %x "e", 2 : (tensor<5xf32, #lamina.axes<e>>) -> tensor<5xf32, #lamina.axes<e>>
  %sorted = lamina.sort %x "e" : (tensor<5xf32, #lamina.axes<e>>) -> tensor<5xf32, #lamina.axes<e>>
  %kn = lamina.keep_topk %n "e", 1 : (tensor<2x3xi64, #lamina.axes<s, e>>) -> tensor<2x3xi64, #lamina.axes<s, e>>
  lamina.yield %v, %i, %k, %sorted, %kn : tensor<4xf32, #lamina.axes<e>>, tensor<4xi64, #lamina.axes<e>>, tensor<5xf32, #lamina.axes<e>>, tensor<5xf32, #lamina.axes<e>>, tensor<2x3xi64, #lamina.axes<s, e>>
}
