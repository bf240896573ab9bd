// Each condition of positions, gathers, scatters and selections.
// RUN: lamina-opt %s --split-input-file --verify-diagnostics

// A position along the axis of the result.
lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.index' op the result has no axis 'k'; its axes are 'c'}}
  %y = lamina.index "k" : () -> tensor<3xi64, #lamina.axes<c>>
  lamina.yield
}

// -----

// A run-time extent needs a value that has it.
lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.index' op axis 'n' has no static extent; give a value that has it by 'like'}}
  %y = lamina.index "n" : () -> tensor<?xi64, #lamina.axes<n max 4>>
  lamina.yield
}

// -----

// A static extent needs none.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.index' op axis 'c' has the static extent 3 and needs no 'like'}}
  %y = lamina.index "c" like %x0 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<3xi64, #lamina.axes<c>>
  lamina.yield
}

// -----

// The value has the axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.index' op 'like' has no axis 'n'; its axes are 's', 'c'}}
  %y = lamina.index "n" like %x0 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<?xi64, #lamina.axes<n max 4>>
  lamina.yield
}

// -----

// Positions are i64.
lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.index' op the result has element type 'f32', must have 'i64'}}
  %y = lamina.index "c" : () -> tensor<3xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// An index is an integer.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2xf32, #lamina.axes<k>>) -> () {
  // expected-error @+1 {{'lamina.gather' op the index has element type 'f32', must have i32 or i64}}
  %y = lamina.gather %x0[%x1] along "s" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2xf32, #lamina.axes<k>>) -> tensor<2x3xf32, #lamina.axes<k, c>>
  lamina.yield
}

// -----

// The table has the axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2xi64, #lamina.axes<k>>) -> () {
  // expected-error @+1 {{'lamina.gather' op the table has no axis 't'; its axes are 's', 'c'}}
  %y = lamina.gather %x0[%x1] along "t" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2xi64, #lamina.axes<k>>) -> tensor<2x3xf32, #lamina.axes<k, c>>
  lamina.yield
}

// -----

// Paired axes agree.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2xi64, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.gather' op axis 'c' has extent 2 in the index and 3 in the table}}
  %y = lamina.gather %x0[%x1] along "s" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2xi64, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// The result has the axes of both.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2xi64, #lamina.axes<k>>) -> () {
  // expected-error @+1 {{'lamina.gather' op the result has no axis 'k'; its axes are 'c'}}
  %y = lamina.gather %x0[%x1] along "s" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2xi64, #lamina.axes<k>>) -> tensor<3xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// A scatter makes its axis.
lamina.model @M(%x0: tensor<3x2xf32, #lamina.axes<e, c>>, %x1: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.scatter_add' op the result has no axis 'v'; its axes are 'c'}}
  %y = lamina.scatter_add %x0[%x1] along "v" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// What is dropped is summed over the index.
lamina.model @M(%x0: tensor<3x2xf32, #lamina.axes<e, c>>, %x1: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.scatter_add' op axis 'c' of the updates is neither in the result nor in the index}}
  %y = lamina.scatter_add %x0[%x1] along "v" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<4xf32, #lamina.axes<v>>
  lamina.yield
}

// -----

// The axis made is not one of the updates.
lamina.model @M(%x0: tensor<3x2xf32, #lamina.axes<e, c>>, %x1: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.scatter_add' op axis 'c' of the updates is the one that is made}}
  %y = lamina.scatter_add %x0[%x1] along "c" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// No scatter of bools.
lamina.model @M(%x0: tensor<3xi1, #lamina.axes<e>>, %x1: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.scatter_add' op the updates has element type 'i1', must have a number}}
  %y = lamina.scatter_add %x0[%x1] along "v" : (tensor<3xi1, #lamina.axes<e>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<4xi1, #lamina.axes<v>>
  lamina.yield
}

// -----

// Updates and index agree.
lamina.model @M(%x0: tensor<3x2xf32, #lamina.axes<e, c>>, %x1: tensor<4xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.scatter_add' op axis 'e' has extent 4 in operand 1 and 3 before}}
  %y = lamina.scatter_add %x0[%x1] along "v" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<4xi64, #lamina.axes<e>>) -> tensor<4x2xf32, #lamina.axes<v, c>>
  lamina.yield
}

// -----

// The extent made is static.
lamina.model @M(%x0: tensor<3x2xf32, #lamina.axes<e, c>>, %x1: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.scatter_add' op axis 'v' of the result has no static extent}}
  %y = lamina.scatter_add %x0[%x1] along "v" : (tensor<3x2xf32, #lamina.axes<e, c>>, tensor<3xi64, #lamina.axes<e>>) -> tensor<?x2xf32, #lamina.axes<v max 4, c>>
  lamina.yield
}

// -----

// One-hot makes a new axis.
lamina.model @M(%x0: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.one_hot' op the index has the axis 'e' that is made}}
  %y = lamina.one_hot %x0 "e" : (tensor<3xi64, #lamina.axes<e>>) -> tensor<3xf32, #lamina.axes<e>>
  lamina.yield
}

// -----

// One-hot has its axis.
lamina.model @M(%x0: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.one_hot' op the result has no axis 'k'; its axes are 'e'}}
  %y = lamina.one_hot %x0 "k" : (tensor<3xi64, #lamina.axes<e>>) -> tensor<3xf32, #lamina.axes<e>>
  lamina.yield
}

// -----

// One-hot of a static extent.
lamina.model @M(%x0: tensor<3xi64, #lamina.axes<e>>) -> () {
  // expected-error @+1 {{'lamina.one_hot' op axis 'k' of the result has no static extent}}
  %y = lamina.one_hot %x0 "k" : (tensor<3xi64, #lamina.axes<e>>) -> tensor<3x?xf32, #lamina.axes<e, k max 4>>
  lamina.yield
}

// -----

// At least one.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.topk' op 'k' is 0, must be at least 1}}
  %y:2 = lamina.topk %x0 "c", 0 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> (tensor<2x0xf32, #lamina.axes<s, c>>, tensor<2x0xi64, #lamina.axes<s, c>>)
  lamina.yield
}

// -----

// At most all.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.topk' op 'k' is 4, axis 'c' has only 3 elements}}
  %y:2 = lamina.topk %x0 "c", 4 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> (tensor<2x4xf32, #lamina.axes<s, c>>, tensor<2x4xi64, #lamina.axes<s, c>>)
  lamina.yield
}

// -----

// The values.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.topk' op axis 'c' of the first result has extent 3, must have 2}}
  %y:2 = lamina.topk %x0 "c", 2 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2x2xi64, #lamina.axes<s, c>>)
  lamina.yield
}

// -----

// The positions.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.topk' op the second result has element type 'i32', must have 'i64'}}
  %y:2 = lamina.topk %x0 "c", 2 : (tensor<2x3xf32, #lamina.axes<s, c>>) -> (tensor<2x2xf32, #lamina.axes<s, c>>, tensor<2x2xi32, #lamina.axes<s, c>>)
  lamina.yield
}

// -----

// Some of a static extent.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<n max 4>>) -> () {
  // expected-error @+1 {{'lamina.topk' op axis 'n' has no static extent}}
  %v, %i = lamina.topk %x0 "n", 2 : (tensor<?xf32, #lamina.axes<n max 4>>) -> (tensor<2xf32, #lamina.axes<n>>, tensor<2xi64, #lamina.axes<n>>)
  lamina.yield
}

// -----

// All that there are may be kept, but not more than there can be.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<n max 4>>) -> () {
  %x = lamina.keep_topk %x0 "n", 4 : (tensor<?xf32, #lamina.axes<n max 4>>) -> tensor<?xf32, #lamina.axes<n max 4>>
  // expected-error @+1 {{'lamina.keep_topk' op 'k' is 5, axis 'n' has only 4 elements}}
  %y = lamina.keep_topk %x0 "n", 5 : (tensor<?xf32, #lamina.axes<n max 4>>) -> tensor<?xf32, #lamina.axes<n max 4>>
  lamina.yield
}

// -----

// Sort numbers.
lamina.model @M(%x0: tensor<3xi1, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.sort' op the operand has element type 'i1', must have a number}}
  %y = lamina.sort %x0 "c" : (tensor<3xi1, #lamina.axes<c>>) -> tensor<3xi1, #lamina.axes<c>>
  lamina.yield
}

// -----

// Sort an axis that is there.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.sort' op the operand has no axis 'k'; its axes are 's', 'c'}}
  %y = lamina.sort %x0 "k" : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}
