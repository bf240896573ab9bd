// RUN: lamina-opt --lamina-train-step %s --split-input-file --verify-diagnostics

!s = tensor<f32, #lamina.axes<>>

// expected-error @+1 {{the loss has the type 'tensor<?xf32, #lamina.axes<batch>>', must be a float without axes; average it over 'batch'}}
lamina.model @M(%x: tensor<?xf32, #lamina.axes<batch>>) -> (y: tensor<?xf32, #lamina.axes<batch>>)
    attributes {train = {optimizer = [{link = "sgd"}]}} {
  lamina.yield %x : tensor<?xf32, #lamina.axes<batch>>
}

// -----

!s = tensor<f32, #lamina.axes<>>

// expected-error @+1 {{nothing is trained: no parameter of the role 'trained' fits 'only'}}
lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {optimizer = [{link = "sgd"}]}} {
  lamina.yield %x : !s
}

// -----

!s = tensor<f32, #lamina.axes<>>

// expected-error @+1 {{the optimizer has no rule; add one of 'sgd', 'adam', 'adamw', 'lamb', 'lion', 'muon'}}
lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {optimizer = [{link = "clip_norm", max = 1.0}]}} {
  lamina.yield %x : !s
}

// -----

!s = tensor<f32, #lamina.axes<>>

// expected-error @+1 {{the optimizer has two rules, 'sgd' and 'adam'}}
lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {optimizer = [{link = "sgd"}, {link = "adam"}]}} {
  lamina.yield %x : !s
}

// -----

!s = tensor<f32, #lamina.axes<>>

// expected-error @+1 {{'sdg' is no link of an optimizer}}
lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {optimizer = [{link = "sdg"}]}} {
  lamina.yield %x : !s
}

// -----

!s = tensor<f32, #lamina.axes<>>

// expected-error @+1 {{a batch has 0 samples, must have at least 1}}
lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {batch = 0, optimizer = [{link = "sgd"}]}} {
  lamina.yield %x : !s
}

// -----

!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {optimizer = [{link = "muon"}]}} {
  // expected-error @+1 {{'muon' updates matrices, but 'b' has 1 axis; give it an optimizer of its own in a 'group'}}
  %b = lamina.param "b" "trained" : tensor<2xf32, #lamina.axes<c>>
  %y = lamina.reduce sum %b over ["c"] : (tensor<2xf32, #lamina.axes<c>>) -> !s
  lamina.yield %y : !s
}

// -----

!s = tensor<f32, #lamina.axes<>>

lamina.model @M(shared %x: !s) -> (y: !s) attributes {train = {optimizer = [{link = "sgd"}], groups = [{patterns = ["r.0.*"], optimizer = {link = "adam"}}]}} {
  // expected-error @+1 {{the members of 'r.*.b' have different optimizers, but one 'repeat' updates them all}}
  %b = lamina.param "r.*.b" "trained" : tensor<2xf32, #lamina.axes<r>>
  %y = lamina.reduce sum %b over ["r"] : (tensor<2xf32, #lamina.axes<r>>) -> !s
  lamina.yield %y : !s
}
