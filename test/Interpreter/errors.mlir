// What stops a run, and asserts that fail: reported where they stand.
// RUN: lamina-opt --lamina-run-tests --split-input-file --verify-diagnostics %s

lamina.test "an index too large" {
  %x = lamina.constant dense<1.0> : tensor<3xf32, #lamina.axes<id>>
  %i = lamina.constant dense<[0, 3]> : tensor<2xi64, #lamina.axes<s>>
  // expected-error @+1 {{index 3 is outside of axis 'id' of extent 3}}
  %y = lamina.gather %x[%i] along "id" : (tensor<3xf32, #lamina.axes<id>>, tensor<2xi64, #lamina.axes<s>>) -> tensor<2xf32, #lamina.axes<s>>
}

// -----

lamina.test "a negative index does not wrap" {
  %x = lamina.constant dense<1.0> : tensor<3xf32, #lamina.axes<id>>
  %i = lamina.constant dense<-1> : tensor<i64, #lamina.axes<>>
  // expected-error @+1 {{index -1 is outside of axis 'id' of extent 3}}
  %y = lamina.gather %x[%i] along "id" : (tensor<3xf32, #lamina.axes<id>>, tensor<i64, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>>
}

// -----

lamina.test "a scatter checks its index" {
  %u = lamina.constant dense<1.0> : tensor<2xf32, #lamina.axes<e>>
  %i = lamina.constant dense<[0, 5]> : tensor<2xi64, #lamina.axes<e>>
  // expected-error @+1 {{index 5 is outside of axis 'v' of extent 4}}
  %y = lamina.scatter_add %u[%i] along "v" : (tensor<2xf32, #lamina.axes<e>>, tensor<2xi64, #lamina.axes<e>>) -> tensor<4xf32, #lamina.axes<v>>
}

// -----

lamina.test "an assert counts its failures" {
  %c = lamina.constant dense<[true, false, false]> : tensor<3xi1, #lamina.axes<c>>
  // expected-error @+1 {{assert failed: x == y (2 of 3)}}
  lamina.assert %c, "x == y" : tensor<3xi1, #lamina.axes<c>>
  // expected-error @+1 {{assert failed: the next one runs too (2 of 3)}}
  lamina.assert %c, "the next one runs too" : tensor<3xi1, #lamina.axes<c>>
}

// -----

lamina.test "a parameter without a value" {
  // expected-error @+1 {{parameter 'blocks.0.w' is not given and has no initial value}}
  %w = lamina.param "blocks.*.w" "frozen" : tensor<2x3xf32, #lamina.axes<blocks, c>>
}
