// Each condition of axes, models, parameters and the ops that hold regions.
// RUN: lamina-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{two axes are named 'c'}}
lamina.model @M(%x: tensor<2x2xf32, #lamina.axes<c, c>>) -> () { lamina.yield }

// -----

// expected-error @+1 {{a tensor of 1 dimensions names 2 axes}}
lamina.model @M(%x: tensor<2xf32, #lamina.axes<s, c>>) -> () { lamina.yield }

// -----

// expected-error @+1 {{axis 'n' has the bound 4 and the static extent 3; it can have only one}}
lamina.model @M(%x: tensor<3xf32, #lamina.axes<n max 4>>) -> () { lamina.yield }

// -----

// expected-error @+1 {{axis 'n' has the bound 0; a bound is at least 1}}
lamina.model @M(%x: tensor<?xf32, #lamina.axes<n max 0>>) -> () { lamina.yield }

// -----

// expected-error @+1 {{an axis has an empty name}}
lamina.model @M(%x: tensor<3xf32, #lamina.axes<"">>) -> () { lamina.yield }

// -----

// expected-error @+1 {{two inputs are named 'x'}}
lamina.model @M(%x: tensor<f32, #lamina.axes<>>, %y: tensor<f32, #lamina.axes<>> as "x") -> () { lamina.yield }

// -----

// expected-error @+1 {{two outputs are named 'y'}}
lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> (y: tensor<f32, #lamina.axes<>>, y: tensor<f32, #lamina.axes<>>) { lamina.yield %x, %x : tensor<f32, #lamina.axes<>>, tensor<f32, #lamina.axes<>> }

// -----

// expected-error @+1 {{'lamina.model' op has 1 outputs and 2 names for them}}
"lamina.model"() <{input_names = ["x"], output_names = ["y", "z"], shared = array<i1: false>, sym_name = "M"}> ({
^bb0(%x: tensor<f32, #lamina.axes<>>):
  lamina.yield %x : tensor<f32, #lamina.axes<>>
}) : () -> ()

// -----

// expected-error @+1 {{'lamina.model' op has 1 inputs and says of 0 whether they are shared}}
"lamina.model"() <{input_names = ["x"], output_names = [], shared = array<i1>, sym_name = "M"}> ({
^bb0(%x: tensor<f32, #lamina.axes<>>):
  lamina.yield
}) : () -> ()

// -----

// expected-error @+1 {{the outputs' types differ from those that the body yields}}
lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> (y: tensor<2xf32, #lamina.axes<c>>) { lamina.yield %x : tensor<f32, #lamina.axes<>> }

// -----

// expected-error @+1 {{'lamina.model' op input 'x' has the type 'f32', must be a tensor with named axes}}
lamina.model @M(%x: f32) -> () { lamina.yield }

// -----

// expected-error @+1 {{'lamina.model' op the shared input 'x' has the axis 'batch'}}
lamina.model @M(shared %x: tensor<?xf32, #lamina.axes<batch>>) -> () { lamina.yield }

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.assert' op the condition has element type 'f32', must have bool}}
  lamina.assert %x, "x" : tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.tap' op has an empty path}}
  lamina.tap %x, "" : tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.extent' op the operand has no axis 'n'; its axes are none}}
  %n = lamina.extent %x, "n" : (tensor<f32, #lamina.axes<>>) -> tensor<i64, #lamina.axes<>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op has an empty path}}
  %w = lamina.param "" "trained" : tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op has the role 'learnt', must be 'trained', 'frozen' or 'state'}}
  %w = lamina.param "w" "learnt" : tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op has the type 'tensor<?xf32, #lamina.axes<batch>>', whose extents must be static}}
  %w = lamina.param "w" "trained" : tensor<?xf32, #lamina.axes<batch>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op its path has 2 '*', its type only 1 axes}}
  %w = lamina.param "a.*.b.*.w" "trained" : tensor<2xf32, #lamina.axes<a>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op its initialiser must yield one value}}
  %w = lamina.param "w" "trained" : tensor<f32, #lamina.axes<>> {
    lamina.yield
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op its initialiser gives elements of type 'i64', must be 'f32'}}
  %w = lamina.param "w" "trained" : tensor<f32, #lamina.axes<>> {
    %0 = lamina.constant dense<1> : tensor<i64, #lamina.axes<>>
    lamina.yield %0 : tensor<i64, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op its initialiser has the axis 'c' of extent 3, which one member of the parameter has not}}
  %w = lamina.param "w" "trained" : tensor<2xf32, #lamina.axes<c>> {
    %0 = lamina.constant dense<1.0> : tensor<3xf32, #lamina.axes<c>>
    lamina.yield %0 : tensor<3xf32, #lamina.axes<c>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op its initialiser has the axis 'blocks' of extent 2, which one member of the parameter has not}}
  %w = lamina.param "blocks.*.w" "trained" : tensor<2x2xf32, #lamina.axes<blocks, c>> {
    %0 = lamina.constant dense<1.0> : tensor<2xf32, #lamina.axes<blocks>>
    lamina.yield %0 : tensor<2xf32, #lamina.axes<blocks>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.param' op its initialiser holds 'lamina.param'}}
  %w = lamina.param "w" "trained" : tensor<f32, #lamina.axes<>> {
    %0 = lamina.param "v" "trained" : tensor<f32, #lamina.axes<>>
    %1 = lamina.apply "" "B" : tensor<f32, #lamina.axes<>> {
      lamina.yield %0 : tensor<f32, #lamina.axes<>>
    }
    lamina.yield %1 : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.random' op stands outside of a parameter's initialiser}}
  %0 = lamina.random uniform, 0.0, 1.0 : tensor<f32, #lamina.axes<>>
  lamina.yield
}

// -----

lamina.model @M() -> () {
  %w = lamina.param "w" "trained" : tensor<f32, #lamina.axes<>> {
    // expected-error @+1 {{'lamina.random' op has the arguments INF and 1.000000e+00, must be finite}}
    %0 = lamina.random uniform, 0x7FF0000000000000, 1.0 : tensor<f32, #lamina.axes<>>
    lamina.yield %0 : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  %w = lamina.param "w" "trained" : tensor<f32, #lamina.axes<>> {
    // expected-error @+1 {{'lamina.random' op draws from 2.000000e+00 to 1.000000e+00, must not be empty}}
    %0 = lamina.random uniform, 2.0, 1.0 : tensor<f32, #lamina.axes<>>
    lamina.yield %0 : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  %w = lamina.param "w" "trained" : tensor<f32, #lamina.axes<>> {
    // expected-error @+1 {{'lamina.random' op has the standard deviation -1.000000e+00, must not be negative}}
    %0 = lamina.random normal, 0.0, -1.0 : tensor<f32, #lamina.axes<>>
    lamina.yield %0 : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  %w = lamina.param "w" "trained" : tensor<i64, #lamina.axes<>> {
    // expected-error @+1 {{'lamina.random' op the result has element type 'i64', must have a float}}
    %0 = lamina.random normal, 0.0, 1.0 : tensor<i64, #lamina.axes<>>
    lamina.yield %0 : tensor<i64, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.apply' op its body yields 0 values, must yield 1}}
  %y = lamina.apply "a" "A" : tensor<f32, #lamina.axes<>> {
    lamina.yield
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.apply' op its body yields 'tensor<f32, #lamina.axes<>>' as value 0, the result has 'tensor<2xf32, #lamina.axes<c>>'}}
  %y = lamina.apply "a" "A" : tensor<2xf32, #lamina.axes<c>> {
    lamina.yield %x : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>, %w: tensor<3xf32, #lamina.axes<blocks>>) -> () {
  // expected-error @+1 {{'lamina.repeat' op 'count' is 0, must be at least 1}}
  %y = lamina.repeat "blocks" 0 carried(%c = %x : tensor<f32, #lamina.axes<>>) stacked(%k = %w : tensor<3xf32, #lamina.axes<blocks>>) index %i -> tensor<f32, #lamina.axes<>> {
    lamina.yield %c : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>, %w: tensor<3xf32, #lamina.axes<blocks>>) -> () {
  // expected-error @+1 {{'lamina.repeat' op repeats 2 times, a stacked tensor has extent 3}}
  %y = lamina.repeat "blocks" 2 carried(%c = %x : tensor<f32, #lamina.axes<>>) stacked(%k = %w : tensor<3xf32, #lamina.axes<blocks>>) index %i -> tensor<f32, #lamina.axes<>> {
    lamina.yield %c : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>, %w: tensor<3xf32, #lamina.axes<blocks>>) -> () {
  // expected-error @+1 {{a stacked tensor of type 'tensor<f32, #lamina.axes<>>' lacks the axis 'blocks'}}
  %y = lamina.repeat "blocks" 3 carried(%c = %x : tensor<f32, #lamina.axes<>>) stacked(%k = %x : tensor<f32, #lamina.axes<>>) index %i -> tensor<f32, #lamina.axes<>> {
    lamina.yield %c : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>, %w: tensor<3xf32, #lamina.axes<blocks>>) -> () {
  // expected-error @+1 {{'lamina.repeat' op has 1 results and yields 0 values, of which 1 are carried}}
  %y = lamina.repeat "blocks" 3 carried(%c = %x : tensor<f32, #lamina.axes<>>) stacked(%k = %w : tensor<3xf32, #lamina.axes<blocks>>) index %i -> tensor<f32, #lamina.axes<>> {
    lamina.yield
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>, %w: tensor<3xf32, #lamina.axes<blocks>>) -> () {
  // expected-error @+1 {{'lamina.repeat' op a carried value begins as 'tensor<f32, #lamina.axes<>>', is yielded as 'tensor<2xf32, #lamina.axes<c>>' and results as 'tensor<f32, #lamina.axes<>>'}}
  %y = lamina.repeat "blocks" 3 carried(%c = %x : tensor<f32, #lamina.axes<>>) stacked(%k = %w : tensor<3xf32, #lamina.axes<blocks>>) index %i -> tensor<f32, #lamina.axes<>> {
    %e = lamina.expand %c : (tensor<f32, #lamina.axes<>>) -> tensor<2xf32, #lamina.axes<c>>
    lamina.yield %e : tensor<2xf32, #lamina.axes<c>>
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.repeat' op a collected result has no axis 'blocks'; its axes are none}}
  %y = lamina.repeat "blocks" 3 carried() stacked() index %i -> tensor<f32, #lamina.axes<>> {
    lamina.yield %x : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M(%w: tensor<3xf32, #lamina.axes<blocks>>) -> () {
  // expected-error @+1 {{'lamina.repeat' op a collected value has the axis 'blocks' already}}
  %y = lamina.repeat "blocks" 3 carried() stacked() index %i -> tensor<3xf32, #lamina.axes<blocks>> {
    lamina.yield %w : tensor<3xf32, #lamina.axes<blocks>>
  }
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.repeat' op its body has 0 arguments, must have 1: the index, 0 carried and 0 slices}}
  "lamina.repeat"() <{name = "blocks", count = 3 : i64, operandSegmentSizes = array<i32: 0, 0>}> ({
    lamina.yield
  }) : () -> ()
  lamina.yield
}

// -----

lamina.model @M() -> () {
  // expected-error @+1 {{'lamina.repeat' op the index has the type 'tensor<f32, #lamina.axes<>>', must be a scalar i64}}
  "lamina.repeat"() <{name = "blocks", count = 3 : i64, operandSegmentSizes = array<i32: 0, 0>}> ({
  ^bb0(%i: tensor<f32, #lamina.axes<>>):
    lamina.yield
  }) : () -> ()
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.kernel' op has 1 operands and 0 arguments}}
  "lamina.kernel"(%x) <{kind = #lamina<kernel_kind elementwise>}> ({
    lamina.yield
  }) : (tensor<f32, #lamina.axes<>>) -> ()
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.kernel' op an argument has the type 'tensor<2xf32, #lamina.axes<c>>', its operand 'tensor<f32, #lamina.axes<>>'}}
  "lamina.kernel"(%x) <{kind = #lamina<kernel_kind elementwise>}> ({
  ^bb0(%a: tensor<2xf32, #lamina.axes<c>>):
    lamina.yield
  }) : (tensor<f32, #lamina.axes<>>) -> ()
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.kernel' op of kind 'contraction' holds 0 'lamina.dot', must hold one}}
  %y = lamina.kernel contraction (%a = %x : tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>> {
    lamina.yield %a : tensor<f32, #lamina.axes<>>
  }
  lamina.yield
}

// -----

lamina.model @M(%x: tensor<f32, #lamina.axes<>>) -> () {
  // expected-error @+1 {{'lamina.kernel' op its body yields 0 values, must yield 1}}
  %y = lamina.kernel elementwise (%a = %x : tensor<f32, #lamina.axes<>>) -> tensor<f32, #lamina.axes<>> {
    lamina.yield
  }
  lamina.yield
}
