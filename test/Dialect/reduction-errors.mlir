// Each condition of contractions, reductions and normalisations.
// RUN: lamina-opt %s --split-input-file --verify-diagnostics

// A contraction names an axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op names no axis}}
  %y = lamina.dot %x0, %x1 over [] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Axes are distinct.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op names axis 'c' twice}}
  %y = lamina.dot %x0, %x1 over ["c", "c"] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// Both operands have the axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2xf32, #lamina.axes<s>>) -> () {
  // expected-error @+1 {{'lamina.dot' op the right operand has no axis 'c'; its axes are 's'}}
  %y = lamina.dot %x0, %x1 over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2xf32, #lamina.axes<s>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// The left one, too.
lamina.model @M(%x0: tensor<f32, #lamina.axes<>>, %x1: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op the left operand has no axis 'c'; its axes are none}}
  %y = lamina.dot %x0, %x1 over ["c"] : (tensor<f32, #lamina.axes<>>, tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// Contracted extents agree.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<4xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op axis 'c' has extent 4 in operand 1 and 3 before}}
  %y = lamina.dot %x0, %x1 over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<4xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// Element types agree.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<3xf64, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op operands have the element types 'f32' and 'f64'; cast one of them}}
  %y = lamina.dot %x0, %x1 over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<3xf64, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// No products of bools.
lamina.model @M(%x0: tensor<3xi1, #lamina.axes<c>>, %x1: tensor<3xi1, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op the operand has element type 'i1', must have a number}}
  %y = lamina.dot %x0, %x1 over ["c"] : (tensor<3xi1, #lamina.axes<c>>, tensor<3xi1, #lamina.axes<c>>) -> tensor<i1, #lamina.axes<>>
  lamina.yield
}

// -----

// The result lacks what is summed.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<3xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.dot' op the result has an axis 'c' that it must not have}}
  %y = lamina.dot %x0, %x1 over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<3xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// A mean is a float.
lamina.model @M(%x0: tensor<3xi64, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.reduce' op the operand has element type 'i64', must have a float}}
  %y = lamina.reduce mean %x0 over ["c"] : (tensor<3xi64, #lamina.axes<c>>) -> tensor<i64, #lamina.axes<>>
  lamina.yield
}

// -----

// Any takes bool.
lamina.model @M(%x0: tensor<3xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.reduce' op the operand has element type 'f32', must have bool}}
  %y = lamina.reduce any %x0 over ["c"] : (tensor<3xf32, #lamina.axes<c>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

// No sum of bools.
lamina.model @M(%x0: tensor<3xi1, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.reduce' op the operand has element type 'i1', must have a number}}
  %y = lamina.reduce sum %x0 over ["c"] : (tensor<3xi1, #lamina.axes<c>>) -> tensor<i1, #lamina.axes<>>
  lamina.yield
}

// -----

// Argmax takes one axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.reduce' op takes one axis for 'argmax', not 2}}
  %y = lamina.reduce argmax %x0 over ["s", "c"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<i64, #lamina.axes<>>
  lamina.yield
}

// -----

// Argmax gives positions.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.reduce' op the result has element type 'f32', must have 'i64'}}
  %y = lamina.reduce argmax %x0 over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// A reduction of an axis that is not there.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.reduce' op the operand has no axis 'k'; its axes are 's', 'c'}}
  %y = lamina.reduce sum %x0 over ["k"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Softmax is of floats.
lamina.model @M(%x0: tensor<3xi32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.softmax' op the operand has element type 'i32', must have a float}}
  %y = lamina.softmax %x0 over ["c"] : (tensor<3xi32, #lamina.axes<c>>) -> tensor<3xi32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Softmax keeps the type.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.softmax' op the result has no axis 'c'; its axes are 's'}}
  %y = lamina.softmax %x0 over ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// A negative epsilon.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.standardize' op 'eps' is -1.000000e+00, must be finite and not negative}}
  %y = lamina.standardize %x0 over ["c"], -1.0 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Standardize names an axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.standardize' op names no axis}}
  %y = lamina.standardize %x0 over [], 1.0 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// A running sum has an axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.cumulate' op the operand has no axis 't'; its axes are 's', 'c'}}
  %y = lamina.cumulate sum %x0 along "t" : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// No running sum of bools.
lamina.model @M(%x0: tensor<3xi1, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.cumulate' op the operand has element type 'i1', must have a number}}
  %y = lamina.cumulate sum %x0 along "c" : (tensor<3xi1, #lamina.axes<c>>) -> tensor<3xi1, #lamina.axes<c>>
  lamina.yield
}
