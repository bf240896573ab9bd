// Each op that moves elements, by hand.
// RUN: lamina-opt --lamina-evaluate %s | FileCheck %s
// Folding must change no bit; constant tensors, which round, stay out of it.
// RUN: lamina-opt --pass-pipeline='builtin.module(lamina-simplify{max-elements=0},lamina-evaluate)' %s | FileCheck %s

// CHECK: transpose.y[b: 3, a: 2]: 1 4 2 5 3 6
lamina.model @transpose() -> (y: tensor<3x2xf32, #lamina.axes<b, a>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.rearrange %x [] to [], [], [] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<3x2xf32, #lamina.axes<b, a>>
  lamina.yield %y : tensor<3x2xf32, #lamina.axes<b, a>>
}

// CHECK: merge.y[m: 6]: 1 4 2 5 3 6
lamina.model @merge() -> (y: tensor<6xf32, #lamina.axes<m>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.rearrange %x [["a"], ["b"]] to [["m", "b", "a"]], ["a", "b"], [2, 3] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<6xf32, #lamina.axes<m>>
  lamina.yield %y : tensor<6xf32, #lamina.axes<m>>
}

// CHECK: split.y[d: 3, h: 2]: 0 3 1 4 2 5
lamina.model @split() -> (y: tensor<3x2xf32, #lamina.axes<d, h>>) {
  %x = lamina.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<6xf32, #lamina.axes<c>>
  %y = lamina.rearrange %x [["c", "h", "d"]] to [["d"], ["h"]], ["h", "d"], [2, 3] : (tensor<6xf32, #lamina.axes<c>>) -> tensor<3x2xf32, #lamina.axes<d, h>>
  lamina.yield %y : tensor<3x2xf32, #lamina.axes<d, h>>
}

// CHECK: patches.y[s: 2, p: 4]: 0 1 4 5 2 3 6 7
lamina.model @patches() -> (y: tensor<2x4xi64, #lamina.axes<s, p>>) {
  %x = lamina.constant dense<[[0, 1, 2, 3], [4, 5, 6, 7]]> : tensor<2x4xi64, #lamina.axes<h, w>>
  %y = lamina.rearrange %x [["h", "gh", "ph"], ["w", "gw", "pw"]] to [["s", "gh", "gw"], ["p", "ph", "pw"]], ["gh", "ph", "gw", "pw"], [1, 2, 2, 2] : (tensor<2x4xi64, #lamina.axes<h, w>>) -> tensor<2x4xi64, #lamina.axes<s, p>>
  lamina.yield %y : tensor<2x4xi64, #lamina.axes<s, p>>
}

// CHECK: part_named_like_an_axis.y[e: 4, h: 2]: 0 1 4 5 2 3 6 7
lamina.model @part_named_like_an_axis() -> (y: tensor<4x2xf32, #lamina.axes<e, h>>) {
  %x = lamina.constant dense<[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]> : tensor<4x2xf32, #lamina.axes<c, h>>
  %y = lamina.rearrange %x [["c", "h", "d"]] to [["e", "d", "h"]], ["h", "d"], [2, 2] : (tensor<4x2xf32, #lamina.axes<c, h>>) -> tensor<4x2xf32, #lamina.axes<e, h>>
  lamina.yield %y : tensor<4x2xf32, #lamina.axes<e, h>>
}

// CHECK: rename.y[b: 2, a: 3]: 1 2 3 4 5 6
// CHECK: rename.z[a: 3, b: 2]: 1 4 2 5 3 6
lamina.model @rename() -> (y: tensor<2x3xf32, #lamina.axes<b, a>>, z: tensor<3x2xf32, #lamina.axes<a, b>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.rename %x ["a", "b"] to ["b", "a"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2x3xf32, #lamina.axes<b, a>>
  %z = lamina.rename %x ["a", "b"] to ["b", "a"] : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<3x2xf32, #lamina.axes<a, b>>
  lamina.yield %y, %z : tensor<2x3xf32, #lamina.axes<b, a>>, tensor<3x2xf32, #lamina.axes<a, b>>
}

// CHECK: concat.y[a: 2, b: 4]: 1 2 3 9 4 5 6 9
lamina.model @concat() -> (y: tensor<2x4xf32, #lamina.axes<a, b>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %t = lamina.constant dense<[7.0, 8.0]> : tensor<2xf32, #lamina.axes<a>>
  %u = lamina.constant dense<9.0> : tensor<1xf32, #lamina.axes<b>>
  %y = lamina.concat %x, %u along "b" : (tensor<2x3xf32, #lamina.axes<a, b>>, tensor<1xf32, #lamina.axes<b>>) -> tensor<2x4xf32, #lamina.axes<a, b>>
  lamina.yield %y : tensor<2x4xf32, #lamina.axes<a, b>>
}

// CHECK: slice.y[c: 3]: 1 3 5
// CHECK: slice.z[c: 2]: 3 5
lamina.model @slice() -> (y: tensor<3xf32, #lamina.axes<c>>, z: tensor<2xf32, #lamina.axes<c>>) {
  %x = lamina.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<6xf32, #lamina.axes<c>>
  %y = lamina.slice %x "c" from 1 step 2 : (tensor<6xf32, #lamina.axes<c>>) -> tensor<3xf32, #lamina.axes<c>>
  %z = lamina.slice %y "c" from 1 step 1 : (tensor<3xf32, #lamina.axes<c>>) -> tensor<2xf32, #lamina.axes<c>>
  lamina.yield %y, %z : tensor<3xf32, #lamina.axes<c>>, tensor<2xf32, #lamina.axes<c>>
}

// CHECK: take.y[a: 2]: 3 6
lamina.model @take() -> (y: tensor<2xf32, #lamina.axes<a>>) {
  %x = lamina.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32, #lamina.axes<a, b>>
  %y = lamina.take %x "b" at 2 : (tensor<2x3xf32, #lamina.axes<a, b>>) -> tensor<2xf32, #lamina.axes<a>>
  lamina.yield %y : tensor<2xf32, #lamina.axes<a>>
}

// CHECK: expand.y[s: 2, c: 2]: 1 2 1 2
// CHECK: expand.z[c: 2, t: 2, s: 2]: 1 1 1 1 2 2 2 2
lamina.model @expand() -> (y: tensor<2x2xf32, #lamina.axes<s, c>>, z: tensor<2x2x2xf32, #lamina.axes<c, t, s>>) {
  %x = lamina.constant dense<[1.0, 2.0]> : tensor<2xf32, #lamina.axes<c>>
  %y = lamina.expand %x : (tensor<2xf32, #lamina.axes<c>>) -> tensor<2x2xf32, #lamina.axes<s, c>>
  %z = lamina.expand %y : (tensor<2x2xf32, #lamina.axes<s, c>>) -> tensor<2x2x2xf32, #lamina.axes<c, t, s>>
  lamina.yield %y, %z : tensor<2x2xf32, #lamina.axes<s, c>>, tensor<2x2x2xf32, #lamina.axes<c, t, s>>
}

// CHECK: pad_fill.y[w: 6]: 0.5 0.5 1 2 3 0.5
lamina.model @pad_fill() -> (y: tensor<6xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
  %y = lamina.pad %x "w" by 2, 1 fill, 0.5 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<6xf32, #lamina.axes<w>>
  lamina.yield %y : tensor<6xf32, #lamina.axes<w>>
}

// CHECK: pad_edge.y[w: 6]: 1 1 1 2 3 3
lamina.model @pad_edge() -> (y: tensor<6xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
  %y = lamina.pad %x "w" by 2, 1 edge, 0.5 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<6xf32, #lamina.axes<w>>
  lamina.yield %y : tensor<6xf32, #lamina.axes<w>>
}

// CHECK: pad_reflect.y[w: 6]: 3 2 1 2 3 2
lamina.model @pad_reflect() -> (y: tensor<6xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
  %y = lamina.pad %x "w" by 2, 1 reflect, 0.5 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<6xf32, #lamina.axes<w>>
  lamina.yield %y : tensor<6xf32, #lamina.axes<w>>
}

// CHECK: pad_circular.y[w: 6]: 2 3 1 2 3 1
lamina.model @pad_circular() -> (y: tensor<6xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
  %y = lamina.pad %x "w" by 2, 1 circular, 0.5 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<6xf32, #lamina.axes<w>>
  lamina.yield %y : tensor<6xf32, #lamina.axes<w>>
}

// CHECK: roll.y[w: 3]: 3 1 2
// CHECK: roll.z[w: 3]: 2 3 1
// CHECK: roll.v[w: 3]: 1 2 3
lamina.model @roll() -> (y: tensor<3xf32, #lamina.axes<w>>, z: tensor<3xf32, #lamina.axes<w>>, v: tensor<3xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
  %y = lamina.roll %x "w" by 1 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  %z = lamina.roll %x "w" by -4 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  %v = lamina.roll %x "w" by 3 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  lamina.yield %y, %z, %v : tensor<3xf32, #lamina.axes<w>>, tensor<3xf32, #lamina.axes<w>>, tensor<3xf32, #lamina.axes<w>>
}

// CHECK: shift.y[w: 3]: -1 1 2
// CHECK: shift.z[w: 3]: 3 0 0
// CHECK: shift.v[w: 3]: 0 0 0
lamina.model @shift() -> (y: tensor<3xf32, #lamina.axes<w>>, z: tensor<3xf32, #lamina.axes<w>>, v: tensor<3xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32, #lamina.axes<w>>
  %y = lamina.shift %x "w" by 1, -1.0 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  %z = lamina.shift %x "w" by -2, 0.0 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  %v = lamina.shift %x "w" by 9, 0.0 : (tensor<3xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  lamina.yield %y, %z, %v : tensor<3xf32, #lamina.axes<w>>, tensor<3xf32, #lamina.axes<w>>, tensor<3xf32, #lamina.axes<w>>
}

// CHECK: window.y[o: 2, k: 2]: 0 3 2 5
// CHECK: window.z[w: 2, k: 3]: 0 1 2 3 4 5
lamina.model @window() -> (y: tensor<2x2xf32, #lamina.axes<o, k>>, z: tensor<2x3xf32, #lamina.axes<w, k>>) {
  %x = lamina.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<6xf32, #lamina.axes<w>>
  %y = lamina.window %x "w" to "o", "k" size 2 stride 2 dilation 3 : (tensor<6xf32, #lamina.axes<w>>) -> tensor<2x2xf32, #lamina.axes<o, k>>
  %z = lamina.window %x "w" to "w", "k" size 3 stride 3 dilation 1 : (tensor<6xf32, #lamina.axes<w>>) -> tensor<2x3xf32, #lamina.axes<w, k>>
  lamina.yield %y, %z : tensor<2x2xf32, #lamina.axes<o, k>>, tensor<2x3xf32, #lamina.axes<w, k>>
}

// The values of torch.nn.functional.interpolate (nearest-exact, bilinear, bicubic).
// CHECK: resize.near[w: 3]: 1 4 8
// CHECK: resize.up[w: 8]: 1 1.25 1.75 2.5 3.5 5 7 8
// CHECK: resize.down[w: 2]: 1.85714286 5.42857143
// CHECK: resize.plain[w: 2]: 1.5 6
// CHECK: resize.cubic[w: 8]: 0.89453125 1.15625 1.5625 2.41796875 3.16015625 5.1171875 7.1640625 8.421875
lamina.model @resize() -> (near: tensor<3xf32, #lamina.axes<w>>, up: tensor<8xf32, #lamina.axes<w>>, down: tensor<2xf32, #lamina.axes<w>>, plain: tensor<2xf32, #lamina.axes<w>>, cubic: tensor<8xf32, #lamina.axes<w>>) {
  %x = lamina.constant dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf32, #lamina.axes<w>>
  %near = lamina.resize %x "w" nearest antialias false : (tensor<4xf32, #lamina.axes<w>>) -> tensor<3xf32, #lamina.axes<w>>
  %up = lamina.resize %x "w" linear antialias true : (tensor<4xf32, #lamina.axes<w>>) -> tensor<8xf32, #lamina.axes<w>>
  %down = lamina.resize %x "w" linear antialias true : (tensor<4xf32, #lamina.axes<w>>) -> tensor<2xf32, #lamina.axes<w>>
  %plain = lamina.resize %x "w" linear antialias false : (tensor<4xf32, #lamina.axes<w>>) -> tensor<2xf32, #lamina.axes<w>>
  %cubic = lamina.resize %x "w" bicubic antialias false : (tensor<4xf32, #lamina.axes<w>>) -> tensor<8xf32, #lamina.axes<w>>
  lamina.yield %near, %up, %down, %plain, %cubic : tensor<3xf32, #lamina.axes<w>>, tensor<8xf32, #lamina.axes<w>>, tensor<2xf32, #lamina.axes<w>>, tensor<2xf32, #lamina.axes<w>>, tensor<8xf32, #lamina.axes<w>>
}
