// RUN: lamina-opt %s --split-input-file --verify-diagnostics

!f = tensor<2x3xf32, #lamina.axes<s, c>>
!i = tensor<2x3xi64, #lamina.axes<s, c>>
lamina.test "unary takes floats" {
  %x = lamina.constant dense<1> : !i
  // expected-error @+1 {{'lamina.unary' op the operand has element type 'i64', must have a float}}
  %y = lamina.unary exp %x : (!i) -> !i
}

// -----

!f = tensor<2x3xf32, #lamina.axes<s, c>>
lamina.test "not takes bits" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.unary' op the operand has element type 'f32', must have bool or an integer}}
  %y = lamina.unary not %x : (!f) -> !f
}

// -----

lamina.test "neg takes numbers" {
  %x = lamina.constant dense<true> : tensor<i1, #lamina.axes<>>
  // expected-error @+1 {{'lamina.unary' op the operand has element type 'i1', must have a number}}
  %y = lamina.unary neg %x : (tensor<i1, #lamina.axes<>>) -> tensor<i1, #lamina.axes<>>
}

// -----

!f = tensor<2x3xf32, #lamina.axes<s, c>>
lamina.test "isnan gives bool" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.unary' op the result has element type 'f32', must have 'i1'}}
  %y = lamina.unary isnan %x : (!f) -> !f
}

// -----

!f = tensor<2x3xf32, #lamina.axes<s, c>>
lamina.test "an axis is missing" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.unary' op the result has no axis 's'; its axes are 'c'}}
  %y = lamina.unary exp %x : (!f) -> tensor<3xf32, #lamina.axes<c>>
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
lamina.test "an axis is too many" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.unary' op the result has an axis 's' that it must not have}}
  %y = lamina.unary exp %x : (!f) -> tensor<2x3xf32, #lamina.axes<s, c>>
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
lamina.test "an extent differs" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.unary' op axis 'c' of the result has extent 4, must have 3}}
  %y = lamina.unary exp %x : (!f) -> tensor<4xf32, #lamina.axes<c>>
}

// -----

lamina.test "a tensor without names" {
  // expected-error @+1 {{'lamina.constant' op result #0 must be tensor with named axes, but got 'tensor<3xf32>'}}
  %x = lamina.constant dense<1.0> : tensor<3xf32>
}

// -----

lamina.test "operands disagree" {
  %x = lamina.constant dense<1.0> : tensor<3xf32, #lamina.axes<c>>
  %y = lamina.constant dense<1.0> : tensor<4xf32, #lamina.axes<c>>
  // expected-error @+1 {{'lamina.binary' op axis 'c' has extent 4 in operand 1 and 3 before}}
  %z = lamina.binary add %x, %y : (tensor<3xf32, #lamina.axes<c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
!d = tensor<3xf64, #lamina.axes<c>>
lamina.test "element types differ" {
  %x = lamina.constant dense<1.0> : !f
  %y = lamina.constant dense<1.0> : !d
  // expected-error @+1 {{'lamina.binary' op operands have the element types 'f32' and 'f64'; cast one of them}}
  %z = lamina.binary add %x, %y : (!f, !d) -> !f
}

// -----

!i = tensor<3xi64, #lamina.axes<c>>
lamina.test "division is for floats" {
  %x = lamina.constant dense<1> : !i
  // expected-error @+1 {{'lamina.binary' op the operand has element type 'i64', must have a float}}
  %z = lamina.binary div %x, %x : (!i, !i) -> !i
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
lamina.test "xor takes bits" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.binary' op the operand has element type 'f32', must have bool or an integer}}
  %z = lamina.binary xor %x, %x : (!f, !f) -> !f
}

// -----

!b = tensor<3xi1, #lamina.axes<c>>
lamina.test "shifts take integers" {
  %x = lamina.constant dense<true> : !b
  // expected-error @+1 {{'lamina.binary' op the operand has element type 'i1', must have an integer}}
  %z = lamina.binary shift_left %x, %x : (!b, !b) -> !b
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
lamina.test "a comparison gives bool" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.binary' op the result has element type 'f32', must have 'i1'}}
  %z = lamina.binary lt %x, %x : (!f, !f) -> !f
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
lamina.test "the condition is bool" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.where' op the condition has element type 'f32', must have bool}}
  %z = lamina.where %x, %x, %x : (!f, !f, !f) -> !f
}

// -----

!b = tensor<3xi1, #lamina.axes<c>>
!f = tensor<3xf32, #lamina.axes<c>>
!d = tensor<3xf64, #lamina.axes<c>>
lamina.test "the values have one type" {
  %c = lamina.constant dense<true> : !b
  %x = lamina.constant dense<1.0> : !f
  %y = lamina.constant dense<1.0> : !d
  // expected-error @+1 {{'lamina.where' op operands have the element types 'f32' and 'f64'; cast one of them}}
  %z = lamina.where %c, %x, %y : (!b, !f, !d) -> !f
}

// -----

!f = tensor<3xf32, #lamina.axes<c>>
lamina.test "a cast keeps the axes" {
  %x = lamina.constant dense<1.0> : !f
  // expected-error @+1 {{'lamina.cast' op axis 'c' of the result has extent 4, must have 3}}
  %z = lamina.cast %x : (!f) -> tensor<4xi64, #lamina.axes<c>>
}
