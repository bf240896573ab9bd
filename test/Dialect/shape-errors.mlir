// Each condition of axis algebra and neighbourhoods.
// RUN: lamina-opt %s --split-input-file --verify-diagnostics

// As many parts as extents.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op names 2 parts and gives 1 extents}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"], ["b"]], ["a", "b"], [2] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield
}

// -----

// Parts are not empty.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op part 'a' has extent 0, must be at least 1}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"], ["b"]], ["a", "b"], [0, 3] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield
}

// -----

// One extent a part.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op gives the extent of part 'a' twice}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"], ["b"]], ["a", "a"], [2, 3] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield
}

// -----

// A part without an extent.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op does not give the extent of part 'b'}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"], ["b"]], ["a"], [2] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield
}

// -----

// A group is an array.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op has the group "c", must be an array of an axis and its parts}}
  %y = lamina.rearrange %x0 ["c"] to [], [], [] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// The axis is there.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op the operand has no axis 'd'; its axes are 'c'}}
  %y = lamina.rearrange %x0 [["d"]] to [["d"]], [], [] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// The axis is split once.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op splits axis 'c' twice}}
  %y = lamina.rearrange %x0 [["c", "a"], ["c", "b"]] to [["a"], ["b"]], ["a", "b"], [6, 6] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Parts make up the axis.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op splits axis 'c' of extent 6 into parts of 8 together}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"], ["b"]], ["a", "b"], [2, 4] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2x4xf32, #lamina.axes<a, b>>
  lamina.yield
}

// -----

// A part is split off once.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op splits off part 'a' twice}}
  %y = lamina.rearrange %x0 [["c", "a", "a"]] to [["a"]], ["a"], [2] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<a>>
  lamina.yield
}

// -----

// A part is not lost.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op drops part 'b'}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"]], ["a", "b"], [2, 3] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<a>>
  lamina.yield
}

// -----

// A part is merged once.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op merges part 'a', which is not split off or merged already}}
  %y = lamina.rearrange %x0 [["c", "a", "b"]] to [["a"], ["b"], ["d", "a"]], ["a", "b"], [2, 3] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2x3xf32, #lamina.axes<a, b>>
  lamina.yield
}

// -----

// The axis made is new.
lamina.model @M(%x0: tensor<6x2xf32, #lamina.axes<c, d>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op makes two axes of the name 'd'}}
  %y = lamina.rearrange %x0 [["c"]] to [["d", "c"]], ["c"], [6] : (tensor<6x2xf32, #lamina.axes<c, d>>) -> tensor<6xf32, #lamina.axes<d>>
  lamina.yield
}

// -----

// A part given the extent of another axis.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op part 'c' has extent 5, the axis has 6}}
  %y = lamina.rearrange %x0 [["c"]] to [["d", "c"]], ["c"], [5] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xf32, #lamina.axes<d>>
  lamina.yield
}

// -----

// One part of unknown extent.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<n max 6>>) -> () {
  // expected-error @+1 {{'lamina.rearrange' op axis 'n' is split into two parts of unknown extent}}
  %y = lamina.rearrange %x0 [["n", "a", "b"]] to [["a"], ["b"]], ["a", "b"], [-9223372036854775808, -9223372036854775808] : (tensor<?xf32, #lamina.axes<n max 6>>) -> tensor<6xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// As many names as axes.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.rename' op renames 2 axes to 1 names}}
  %y = lamina.rename %x0 ["s", "c"] to ["t"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Rename what is there.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.rename' op the operand has no axis 'k'; its axes are 's', 'c'}}
  %y = lamina.rename %x0 ["k"] to ["t"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Names stay distinct.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.rename' op makes two axes of the name 'c'}}
  %y = lamina.rename %x0 ["s"] to ["c"] : (tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Something to join.
lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.concat' op joins no tensors}}
  %y = lamina.concat along "c" : () -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Each has the axis.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2xf32, #lamina.axes<s>>) -> () {
  // expected-error @+1 {{'lamina.concat' op operand 1 has no axis 'c'; its axes are 's'}}
  %y = lamina.concat %x0, %x1 along "c" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2xf32, #lamina.axes<s>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// The other axes agree.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<3x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.concat' op axis 's' has extent 3 in operand 1 and 2 before}}
  %y = lamina.concat %x0, %x1 along "c" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<3x3xf32, #lamina.axes<s, c>>) -> tensor<2x3xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// One element type.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2x3xf64, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.concat' op operands have the element types 'f32' and 'f64'; cast one of them}}
  %y = lamina.concat %x0, %x1 along "c" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2x3xf64, #lamina.axes<s, c>>) -> tensor<2x6xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Extents add up.
lamina.model @M(%x0: tensor<2x3xf32, #lamina.axes<s, c>>, %x1: tensor<2x3xf32, #lamina.axes<s, c>>) -> () {
  // expected-error @+1 {{'lamina.concat' op axis 'c' of the result has extent 5, must have 6}}
  %y = lamina.concat %x0, %x1 along "c" : (tensor<2x3xf32, #lamina.axes<s, c>>, tensor<2x3xf32, #lamina.axes<s, c>>) -> tensor<2x5xf32, #lamina.axes<s, c>>
  lamina.yield
}

// -----

// Batch is not joined.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<batch>>, %x1: tensor<?xf32, #lamina.axes<batch>>) -> () {
  // expected-error @+1 {{'lamina.concat' op joins along 'batch', whose extent is not known}}
  %y = lamina.concat %x0, %x1 along "batch" : (tensor<?xf32, #lamina.axes<batch>>, tensor<?xf32, #lamina.axes<batch>>) -> tensor<?xf32, #lamina.axes<batch>>
  lamina.yield
}

// -----

// From the first element on.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.slice' op 'low' is -1, must be at least 0}}
  %y = lamina.slice %x0 "c" from -1 step 1 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Forwards.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.slice' op 'step' is 0, must be at least 1}}
  %y = lamina.slice %x0 "c" from 0 step 0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Not beyond the end.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.slice' op takes 3 elements from 2 by 2, axis 'c' has only 6}}
  %y = lamina.slice %x0 "c" from 2 step 2 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Static stays static.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.slice' op axis 'c' has the static extent 6, so must the result}}
  %y = lamina.slice %x0 "c" from 2 step 2 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<?xf32, #lamina.axes<c max 3>>
  lamina.yield
}

// -----

// The bound of a slice.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<n max 6>>) -> () {
  // expected-error @+1 {{'lamina.slice' op axis 'n' of the result has extent <= 6, must have <= 2}}
  %y = lamina.slice %x0 "n" from 2 step 2 : (tensor<?xf32, #lamina.axes<n max 6>>) -> tensor<?xf32, #lamina.axes<n max 6>>
  lamina.yield
}

// -----

// An element that is there.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.take' op takes element 6 of axis 'c', which has 6}}
  %y = lamina.take %x0 "c" at 6 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

// Taken from a static extent.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<n max 6>>) -> () {
  // expected-error @+1 {{'lamina.take' op axis 'n' has no static extent}}
  %y = lamina.take %x0 "n" at 0 : (tensor<?xf32, #lamina.axes<n max 6>>) -> tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

// Expand keeps what is there.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.expand' op the result has no axis 'c'; its axes are 's'}}
  %y = lamina.expand %x0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<s>>
  lamina.yield
}

// -----

// New axes are static.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.expand' op the new axis 'batch' has no static extent}}
  %y = lamina.expand %x0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<?x6xf32, #lamina.axes<batch, c>>
  lamina.yield
}

// -----

// Pads do not cut.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.pad' op 'low' is -1, must be at least 0}}
  %y = lamina.pad %x0 "c" by -1, 0 fill, 0.0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Neither at the end.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.pad' op 'high' is -2, must be at least 0}}
  %y = lamina.pad %x0 "c" by 0, -2 fill, 0.0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<4xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// A mirror has no more than its cells.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.pad' op reflects 6 cells of axis 'c', which has 6; at most 5 can be}}
  %y = lamina.pad %x0 "c" by 6, 0 reflect, 0.0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<12xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// The padded extent.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.pad' op axis 'c' of the result has extent 7, must have 8}}
  %y = lamina.pad %x0 "c" by 1, 1 edge, 0.0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<7xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Batch is not padded.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<batch>>) -> () {
  // expected-error @+1 {{'lamina.pad' op pads 'batch', whose extent is not known}}
  %y = lamina.pad %x0 "batch" by 1, 1 edge, 0.0 : (tensor<?xf32, #lamina.axes<batch>>) -> tensor<?xf32, #lamina.axes<batch>>
  lamina.yield
}

// -----

// Roll an axis that is there.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.roll' op the operand has no axis 'k'; its axes are 'c'}}
  %y = lamina.roll %x0 "k" by 1 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Shift keeps the type.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.shift' op axis 'c' of the result has extent 5, must have 6}}
  %y = lamina.shift %x0 "c" by 1, 0.0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<c>>
  lamina.yield
}

// -----

// A window has cells.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.window' op 'size' is 0, must be at least 1}}
  %y = lamina.window %x0 "c" to "o", "k" size 0 stride 1 dilation 1 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6x0xf32, #lamina.axes<o, k>>
  lamina.yield
}

// -----

// A window moves.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.window' op 'stride' is 0, must be at least 1}}
  %y = lamina.window %x0 "c" to "o", "k" size 2 stride 0 dilation 1 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6x2xf32, #lamina.axes<o, k>>
  lamina.yield
}

// -----

// A window is dilated by at least one.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.window' op 'dilation' is 0, must be at least 1}}
  %y = lamina.window %x0 "c" to "o", "k" size 2 stride 1 dilation 0 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<6x2xf32, #lamina.axes<o, k>>
  lamina.yield
}

// -----

// A window fits.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.window' op a window of 4 cells, dilated by 2, does not fit axis 'c' of extent 6}}
  %y = lamina.window %x0 "c" to "o", "k" size 4 stride 1 dilation 2 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<1x4xf32, #lamina.axes<o, k>>
  lamina.yield
}

// -----

// The axes made are new.
lamina.model @M(%x0: tensor<6x2xf32, #lamina.axes<c, k>>) -> () {
  // expected-error @+1 {{'lamina.window' op the operand has the axis 'k' that is made}}
  %y = lamina.window %x0 "c" to "o", "k" size 2 stride 1 dilation 1 : (tensor<6x2xf32, #lamina.axes<c, k>>) -> tensor<5x2xf32, #lamina.axes<o, k>>
  lamina.yield
}

// -----

// The axes made differ.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.window' op makes two axes of the name 'o'}}
  %y = lamina.window %x0 "c" to "o", "o" size 2 stride 1 dilation 1 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<5xf32, #lamina.axes<o>>
  lamina.yield
}

// -----

// The count of windows.
lamina.model @M(%x0: tensor<6xf32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.window' op axis 'o' of the result has extent 3, must have 2}}
  %y = lamina.window %x0 "c" to "o", "k" size 3 stride 2 dilation 1 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<3x3xf32, #lamina.axes<o, k>>
  lamina.yield
}

// -----

// Windows do not mix samples.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<batch>>) -> () {
  // expected-error @+1 {{'lamina.window' op slides over 'batch', whose extent is not known}}
  %y = lamina.window %x0 "batch" to "o", "k" size 2 stride 1 dilation 1 : (tensor<?xf32, #lamina.axes<batch>>) -> tensor<?x2xf32, #lamina.axes<batch, k>>
  lamina.yield
}

// -----

// Resize floats.
lamina.model @M(%x0: tensor<6xi32, #lamina.axes<c>>) -> () {
  // expected-error @+1 {{'lamina.resize' op the operand has element type 'i32', must have a float}}
  %y = lamina.resize %x0 "c" linear antialias true : (tensor<6xi32, #lamina.axes<c>>) -> tensor<3xi32, #lamina.axes<c>>
  lamina.yield
}

// -----

// Resize static extents.
lamina.model @M(%x0: tensor<?xf32, #lamina.axes<n max 6>>) -> () {
  // expected-error @+1 {{'lamina.resize' op axis 'n' has no static extent}}
  %y = lamina.resize %x0 "n" linear antialias true : (tensor<?xf32, #lamina.axes<n max 6>>) -> tensor<3xf32, #lamina.axes<n>>
  lamina.yield
}
