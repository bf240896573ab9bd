// Elementwise ops: the corners of their definitions.
// RUN: lamina-opt --lamina-evaluate %s | FileCheck %s
// Folding must change no bit; constant tensors, which round, stay out of it.
// RUN: lamina-opt --pass-pipeline='builtin.module(lamina-simplify{max-elements=0},lamina-evaluate)' %s | FileCheck %s

// CHECK: unary.neg[c: 5]: 2.5 0.5 -0.5 -1.5 -2.5
// CHECK: unary.abs[c: 5]: 2.5 0.5 0.5 1.5 2.5
// CHECK: unary.sign[c: 5]: -1 -1 1 1 1
// CHECK: unary.floor[c: 5]: -3 -1 0 1 2
// CHECK: unary.ceil[c: 5]: -2 -0 1 2 3
// CHECK: unary.round[c: 5]: -2 -0 0 2 2
// CHECK: unary.relu[c: 5]: 0 0 0.5 1.5 2.5
lamina.model @unary() -> (neg: tensor<5xf32, #lamina.axes<c>>, abs: tensor<5xf32, #lamina.axes<c>>, sign: tensor<5xf32, #lamina.axes<c>>, floor: tensor<5xf32, #lamina.axes<c>>, ceil: tensor<5xf32, #lamina.axes<c>>, round: tensor<5xf32, #lamina.axes<c>>, relu: tensor<5xf32, #lamina.axes<c>>) {
  %x = lamina.constant dense<[-2.5, -0.5, 0.5, 1.5, 2.5]> : tensor<5xf32, #lamina.axes<c>>
  %neg = lamina.unary neg %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  %abs = lamina.unary abs %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  %sign = lamina.unary sign %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  %floor = lamina.unary floor %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  %ceil = lamina.unary ceil %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  %round = lamina.unary round %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  %relu = lamina.unary relu %x : (tensor<5xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  lamina.yield %neg, %abs, %sign, %floor, %ceil, %round, %relu : tensor<5xf32, #lamina.axes<c>>, tensor<5xf32, #lamina.axes<c>>, tensor<5xf32, #lamina.axes<c>>, tensor<5xf32, #lamina.axes<c>>, tensor<5xf32, #lamina.axes<c>>, tensor<5xf32, #lamina.axes<c>>, tensor<5xf32, #lamina.axes<c>>
}

// CHECK: functions.exp[c: 2]: 1.28402542 2.11700002
// CHECK: functions.log1p[c: 2]: 0.223143551 0.559615788
// CHECK: functions.expm1[c: 2]: 0.284025417 1.11700002
// CHECK: functions.sin[c: 2]: 0.247403959 0.68163876
// CHECK: functions.cos[c: 2]: 0.968912422 0.731688869
// CHECK: functions.tan[c: 2]: 0.255341921 0.93159646
// CHECK: functions.sinh[c: 2]: 0.252612317 0.822316732
// CHECK: functions.cosh[c: 2]: 1.0314131 1.29468328
// CHECK: functions.tanh[c: 2]: 0.244918662 0.635148952
// CHECK: functions.erf[c: 2]: 0.27632639 0.711155634
// CHECK: functions.sigmoid[c: 2]: 0.562176501 0.679178699
// CHECK: functions.softplus[c: 2]: 0.82593942 1.13687101
// CHECK: functions.sqrt[c: 2]: 0.5 0.866025404
// CHECK: functions.rsqrt[c: 2]: 2 1.15470054
// CHECK: functions.log[c: 2]: -1.38629436 -0.287682072
lamina.model @functions() -> (exp: tensor<2xf64, #lamina.axes<c>>, log1p: tensor<2xf64, #lamina.axes<c>>, expm1: tensor<2xf64, #lamina.axes<c>>, sin: tensor<2xf64, #lamina.axes<c>>, cos: tensor<2xf64, #lamina.axes<c>>, tan: tensor<2xf64, #lamina.axes<c>>, sinh: tensor<2xf64, #lamina.axes<c>>, cosh: tensor<2xf64, #lamina.axes<c>>, tanh: tensor<2xf64, #lamina.axes<c>>, erf: tensor<2xf64, #lamina.axes<c>>, sigmoid: tensor<2xf64, #lamina.axes<c>>, softplus: tensor<2xf64, #lamina.axes<c>>, sqrt: tensor<2xf64, #lamina.axes<c>>, rsqrt: tensor<2xf64, #lamina.axes<c>>, log: tensor<2xf64, #lamina.axes<c>>) {
  %x = lamina.constant dense<[0.25, 0.75]> : tensor<2xf64, #lamina.axes<c>>
  %exp = lamina.unary exp %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %log1p = lamina.unary log1p %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %expm1 = lamina.unary expm1 %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %sin = lamina.unary sin %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %cos = lamina.unary cos %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %tan = lamina.unary tan %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %sinh = lamina.unary sinh %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %cosh = lamina.unary cosh %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %tanh = lamina.unary tanh %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %erf = lamina.unary erf %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %sigmoid = lamina.unary sigmoid %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %softplus = lamina.unary softplus %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %sqrt = lamina.unary sqrt %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %rsqrt = lamina.unary rsqrt %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  %log = lamina.unary log %x : (tensor<2xf64, #lamina.axes<c>>) -> tensor<2xf64, #lamina.axes<c>>
  lamina.yield %exp, %log1p, %expm1, %sin, %cos, %tan, %sinh, %cosh, %tanh, %erf, %sigmoid, %softplus, %sqrt, %rsqrt, %log : tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>, tensor<2xf64, #lamina.axes<c>>
}

// CHECK: far_from_zero.sigmoid[c: 3]: 0 0.5 1
// CHECK: far_from_zero.softplus[c: 3]: 0 0.693147181 1000
// CHECK: far_from_zero.tanh[c: 3]: -1 0 1
// CHECK: far_from_zero.exp[c: 3]: 0 1 inf
lamina.model @far_from_zero() -> (sigmoid: tensor<3xf32, #lamina.axes<c>>, softplus: tensor<3xf32, #lamina.axes<c>>, tanh: tensor<3xf32, #lamina.axes<c>>, exp: tensor<3xf32, #lamina.axes<c>>) {
  %x = lamina.constant dense<[-1000.0, 0.0, 1000.0]> : tensor<3xf32, #lamina.axes<c>>
  %sigmoid = lamina.unary sigmoid %x : (tensor<3xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
  %softplus = lamina.unary softplus %x : (tensor<3xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
  %tanh = lamina.unary tanh %x : (tensor<3xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
  %exp = lamina.unary exp %x : (tensor<3xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
  lamina.yield %sigmoid, %softplus, %tanh, %exp : tensor<3xf32, #lamina.axes<c>>, tensor<3xf32, #lamina.axes<c>>, tensor<3xf32, #lamina.axes<c>>, tensor<3xf32, #lamina.axes<c>>
}

// CHECK: nan.relu[c: 2]: nan 1
// CHECK: nan.sign[c: 2]: nan 1
// CHECK: nan.abs[c: 2]: nan 1
// CHECK: nan.is[c: 2]: 1 0
// CHECK: nan.min[c: 2]: nan nan
// CHECK: nan.max[c: 2]: nan nan
// CHECK: nan.ne[c: 2]: 1 0
lamina.model @nan() -> (relu: tensor<2xf32, #lamina.axes<c>>, sign: tensor<2xf32, #lamina.axes<c>>, abs: tensor<2xf32, #lamina.axes<c>>, is: tensor<2xi1, #lamina.axes<c>>, min: tensor<2xf32, #lamina.axes<c>>, max: tensor<2xf32, #lamina.axes<c>>, ne: tensor<2xi1, #lamina.axes<c>>) {
  %x = lamina.constant dense<[0x7FC00000, 1.0]> : tensor<2xf32, #lamina.axes<c>>
  %y = lamina.constant dense<[2.0, 0x7FC00000]> : tensor<2xf32, #lamina.axes<c>>
  %relu = lamina.unary relu %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  %sign = lamina.unary sign %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  %abs = lamina.unary abs %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  %is = lamina.unary isnan %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2xi1, #lamina.axes<c>>
  %min = lamina.binary min %x, %y : (tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  %max = lamina.binary max %x, %y : (tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  %ne = lamina.binary ne %x, %x : (tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>) -> tensor<2xi1, #lamina.axes<c>>
  lamina.yield %relu, %sign, %abs, %is, %min, %max, %ne : tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>, tensor<2xi1, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>, tensor<2xi1, #lamina.axes<c>>
}

// CHECK: arithmetic.add[c: 4]: 9 -5 5 -9
// CHECK: arithmetic.sub[c: 4]: 5 -9 9 -5
// CHECK: arithmetic.mul[c: 4]: 14 -14 -14 14
// CHECK: arithmetic.div[c: 4]: 3.5 -3.5 -3.5 3.5
// CHECK: arithmetic.floordiv[c: 4]: 3 -4 -4 3
// CHECK: arithmetic.mod[c: 4]: 1 1 -1 -1
// CHECK: arithmetic.min[c: 4]: 2 -7 -2 -7
// CHECK: arithmetic.max[c: 4]: 7 2 7 -2
lamina.model @arithmetic() -> (add: tensor<4xf32, #lamina.axes<c>>, sub: tensor<4xf32, #lamina.axes<c>>, mul: tensor<4xf32, #lamina.axes<c>>, div: tensor<4xf32, #lamina.axes<c>>, floordiv: tensor<4xf32, #lamina.axes<c>>, mod: tensor<4xf32, #lamina.axes<c>>, min: tensor<4xf32, #lamina.axes<c>>, max: tensor<4xf32, #lamina.axes<c>>) {
  %x = lamina.constant dense<[7.0, -7.0, 7.0, -7.0]> : tensor<4xf32, #lamina.axes<c>>
  %y = lamina.constant dense<[2.0, 2.0, -2.0, -2.0]> : tensor<4xf32, #lamina.axes<c>>
  %add = lamina.binary add %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %sub = lamina.binary sub %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %mul = lamina.binary mul %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %div = lamina.binary div %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %floordiv = lamina.binary floordiv %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %mod = lamina.binary mod %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %min = lamina.binary min %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  %max = lamina.binary max %x, %y : (tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  lamina.yield %add, %sub, %mul, %div, %floordiv, %mod, %min, %max : tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>
}

// CHECK: integers.add[c: 5]: 9 -5 5 5 2147483647
// CHECK: integers.mul[c: 5]: 14 -14 -14 0 -2147483648
// CHECK: integers.floordiv[c: 5]: 3 -4 -4 0 -2147483648
// CHECK: integers.mod[c: 5]: 1 1 -1 0 0
lamina.model @integers() -> (add: tensor<5xi32, #lamina.axes<c>>, mul: tensor<5xi32, #lamina.axes<c>>, floordiv: tensor<5xi32, #lamina.axes<c>>, mod: tensor<5xi32, #lamina.axes<c>>) {
  %x = lamina.constant dense<[7, -7, 7, 5, -2147483648]> : tensor<5xi32, #lamina.axes<c>>
  %y = lamina.constant dense<[2, 2, -2, 0, -1]> : tensor<5xi32, #lamina.axes<c>>
  %add = lamina.binary add %x, %y : (tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>) -> tensor<5xi32, #lamina.axes<c>>
  %mul = lamina.binary mul %x, %y : (tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>) -> tensor<5xi32, #lamina.axes<c>>
  %floordiv = lamina.binary floordiv %x, %y : (tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>) -> tensor<5xi32, #lamina.axes<c>>
  %mod = lamina.binary mod %x, %y : (tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>) -> tensor<5xi32, #lamina.axes<c>>
  lamina.yield %add, %mul, %floordiv, %mod : tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>, tensor<5xi32, #lamina.axes<c>>
}

// CHECK: bits.and[c: 4]: 2 64 1 0
// CHECK: bits.or[c: 4]: 7 -1 63 -7
// CHECK: bits.xor[c: 4]: 5 -65 62 -7
// CHECK: bits.shift_left[c: 4]: 48 0 -9223372036854775808 -16
// CHECK: bits.shift_right[c: 4]: 0 -1 0 -4
lamina.model @bits() -> (and: tensor<4xi64, #lamina.axes<c>>, or: tensor<4xi64, #lamina.axes<c>>, xor: tensor<4xi64, #lamina.axes<c>>, shift_left: tensor<4xi64, #lamina.axes<c>>, shift_right: tensor<4xi64, #lamina.axes<c>>) {
  %x = lamina.constant dense<[6, -1, 1, -8]> : tensor<4xi64, #lamina.axes<c>>
  %y = lamina.constant dense<[3, 64, 63, 1]> : tensor<4xi64, #lamina.axes<c>>
  %and = lamina.binary and %x, %y : (tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>) -> tensor<4xi64, #lamina.axes<c>>
  %or = lamina.binary or %x, %y : (tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>) -> tensor<4xi64, #lamina.axes<c>>
  %xor = lamina.binary xor %x, %y : (tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>) -> tensor<4xi64, #lamina.axes<c>>
  %shift_left = lamina.binary shift_left %x, %y : (tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>) -> tensor<4xi64, #lamina.axes<c>>
  %shift_right = lamina.binary shift_right %x, %y : (tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>) -> tensor<4xi64, #lamina.axes<c>>
  lamina.yield %and, %or, %xor, %shift_left, %shift_right : tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>
}

// CHECK: powers.i[c: 4]: 81 -1 0 1
// CHECK: powers.r[c: 2]: 1.41421356 -8
lamina.model @powers() -> (i: tensor<4xi64, #lamina.axes<c>>, r: tensor<2xf32, #lamina.axes<c>>) {
  %x = lamina.constant dense<[3, -1, 2, 0]> : tensor<4xi64, #lamina.axes<c>>
  %y = lamina.constant dense<[4, -3, -1, 0]> : tensor<4xi64, #lamina.axes<c>>
  %f = lamina.constant dense<[2.0, -2.0]> : tensor<2xf32, #lamina.axes<c>>
  %g = lamina.constant dense<[0.5, 3.0]> : tensor<2xf32, #lamina.axes<c>>
  %i = lamina.binary pow %x, %y : (tensor<4xi64, #lamina.axes<c>>, tensor<4xi64, #lamina.axes<c>>) -> tensor<4xi64, #lamina.axes<c>>
  %r = lamina.binary pow %f, %g : (tensor<2xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield %i, %r : tensor<4xi64, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>
}

// CHECK: compare.eq[c: 3]: 0 1 0
// CHECK: compare.ne[c: 3]: 1 0 1
// CHECK: compare.lt[c: 3]: 1 0 0
// CHECK: compare.le[c: 3]: 1 1 0
// CHECK: compare.gt[c: 3]: 0 0 1
// CHECK: compare.ge[c: 3]: 0 1 1
lamina.model @compare() -> (eq: tensor<3xi1, #lamina.axes<c>>, ne: tensor<3xi1, #lamina.axes<c>>, lt: tensor<3xi1, #lamina.axes<c>>, le: tensor<3xi1, #lamina.axes<c>>, gt: tensor<3xi1, #lamina.axes<c>>, ge: tensor<3xi1, #lamina.axes<c>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<c>>
  %y = lamina.constant dense<2.0> : tensor<f32, #lamina.axes<>>
  %eq = lamina.binary eq %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<3xi1, #lamina.axes<c>>
  %ne = lamina.binary ne %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<3xi1, #lamina.axes<c>>
  %lt = lamina.binary lt %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<3xi1, #lamina.axes<c>>
  %le = lamina.binary le %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<3xi1, #lamina.axes<c>>
  %gt = lamina.binary gt %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<3xi1, #lamina.axes<c>>
  %ge = lamina.binary ge %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<f32, #lamina.axes<>>) -> tensor<3xi1, #lamina.axes<c>>
  lamina.yield %eq, %ne, %lt, %le, %gt, %ge : tensor<3xi1, #lamina.axes<c>>, tensor<3xi1, #lamina.axes<c>>, tensor<3xi1, #lamina.axes<c>>, tensor<3xi1, #lamina.axes<c>>, tensor<3xi1, #lamina.axes<c>>, tensor<3xi1, #lamina.axes<c>>
}

// CHECK: align.z[b: 3, a: 2]: 11 12 21 22 31 32
lamina.model @align() -> (z: tensor<3x2xf32, #lamina.axes<b, a>>) {
  %x = lamina.constant dense<[1.0, 2.0]> : tensor<2xf32, #lamina.axes<a>>
  %y = lamina.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32, #lamina.axes<b>>
  %z = lamina.binary add %x, %y : (tensor<2xf32, #lamina.axes<a>>, tensor<3xf32, #lamina.axes<b>>) -> tensor<3x2xf32, #lamina.axes<b, a>>
  lamina.yield %z : tensor<3x2xf32, #lamina.axes<b, a>>
}

// CHECK: where.z[s: 2, d: 2]: 1 2 nan nan
lamina.model @where() -> (z: tensor<2x2xf32, #lamina.axes<s, d>>) {
  %c = lamina.constant dense<[true, false]> : tensor<2xi1, #lamina.axes<s>>
  %x = lamina.constant dense<[1.0, 2.0]> : tensor<2xf32, #lamina.axes<d>>
  %y = lamina.constant dense<0x7FC00000> : tensor<f32, #lamina.axes<>>
  %z = lamina.where %c, %x, %y : (tensor<2xi1, #lamina.axes<s>>, tensor<2xf32, #lamina.axes<d>>, tensor<f32, #lamina.axes<>>) -> tensor<2x2xf32, #lamina.axes<s, d>>
  lamina.yield %z : tensor<2x2xf32, #lamina.axes<s, d>>
}

// CHECK: cast.i[c: 6]: 2 -2 300 -2147483648 0 0
// CHECK: cast.u[c: 6]: 2 0 255 0 0 0
// CHECK: cast.b[c: 6]: 1 1 1 1 1 0
// CHECK: cast.i_8[c: 6]: 44 -1 1 -128 0 2
// CHECK: cast.u_8[c: 6]: 44 255 1 128 0 2
// CHECK: cast.i_32[c: 6]: 300 -1 1 128 0 2
// CHECK: cast.f[c: 6]: 300 -1 4.2949673e+09 128 0 2
lamina.model @cast() -> (i: tensor<6xi32, #lamina.axes<c>>, u: tensor<6xui8, #lamina.axes<c>>, b: tensor<6xi1, #lamina.axes<c>>, i_8: tensor<6xi8, #lamina.axes<c>>, u_8: tensor<6xui8, #lamina.axes<c>>, i_32: tensor<6xi32, #lamina.axes<c>>, f: tensor<6xf64, #lamina.axes<c>>) {
  %x = lamina.constant dense<[2.7, -2.7, 300.0, -1.0e10, 0x7FC00000, 0.0]> : tensor<6xf32, #lamina.axes<c>>
  %n = lamina.constant dense<[300, -1, 4294967297, 128, 0, 2]> : tensor<6xi64, #lamina.axes<c>>
  %i = lamina.cast %x : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xi32, #lamina.axes<c>>
  %u = lamina.cast %x : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xui8, #lamina.axes<c>>
  %b = lamina.cast %x : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xi1, #lamina.axes<c>>
  %i_8 = lamina.cast %n : (tensor<6xi64, #lamina.axes<c>>) -> tensor<6xi8, #lamina.axes<c>>
  %u_8 = lamina.cast %n : (tensor<6xi64, #lamina.axes<c>>) -> tensor<6xui8, #lamina.axes<c>>
  %i_32 = lamina.cast %n : (tensor<6xi64, #lamina.axes<c>>) -> tensor<6xi32, #lamina.axes<c>>
  %f = lamina.cast %n : (tensor<6xi64, #lamina.axes<c>>) -> tensor<6xf64, #lamina.axes<c>>
  lamina.yield %i, %u, %b, %i_8, %u_8, %i_32, %f : tensor<6xi32, #lamina.axes<c>>, tensor<6xui8, #lamina.axes<c>>, tensor<6xi1, #lamina.axes<c>>, tensor<6xi8, #lamina.axes<c>>, tensor<6xui8, #lamina.axes<c>>, tensor<6xi32, #lamina.axes<c>>, tensor<6xf64, #lamina.axes<c>>
}
