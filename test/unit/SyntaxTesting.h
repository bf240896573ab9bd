// What the tests of Syntax share: parse a text, show its errors as lines, and the sample sources.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_SYNTAXTESTING_H
#define TEST_UNIT_SYNTAXTESTING_H

#include "compiler/Syntax/Parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lamina::testing {

/// A text and what the parser made of it.
struct Parsed {
  explicit Parsed(std::string text, const SourceLimits &limits = {})
      : diagnostics(sources), file(sources.add("t.lam", std::move(text))),
        module(parse(file, diagnostics, limits)) {}

  /// `line:column: message`, in the order in which they were found.
  std::vector<std::string> errors() const {
    std::vector<std::string> result;
    for (const Diagnostic &diagnostic : diagnostics.all())
      result.push_back(at(diagnostic.range) + ": " + diagnostic.message);
    return result;
  }
  std::string at(SourceRange range) const {
    LineColumn place = sources.lineColumn(range.file, range.begin);
    return std::to_string(place.line) + ":" + std::to_string(place.column);
  }
  std::string tree() const { return printTree(module, sources); }
  std::string formatted() const { return format(module, sources); }

  SourceManager sources;
  Diagnostics diagnostics;
  uint32_t file;
  ast::Module module;
};

/// The text as the body of a block, from line 2 on, indented by two.
inline std::string inBlock(const std::string &statements) {
  return "block B(x: [c]) -> [c] {\n  " + statements + "\n}\n";
}

inline const std::vector<std::string> kSamples = {
    R"(/// MLP-Mixer. Tolstikhin et al. 2021, arXiv:2105.01601.
import std.nn

block TwoLayer<axis d, hidden: int, act: block = gelu>(x: [.., d]) -> [.., d] {
  layer fc1 = Linear<d -> hid: hidden>
  layer fc2 = Linear<hid -> d>
  return x |> fc1 |> act |> fc2
}

block MixerBlock<axis s, axis c, tokens: int, channels: int>(x: [s, c]) -> [s, c] {
  layer norm1 = LayerNorm<c>
  layer mlp_tokens   = TwoLayer<s, hidden = tokens>
  x = x + mlp_tokens(norm1(x))
  return x + mlp_channels(norm2(x))
}

model Mixer<patch = 16, dim = 768, depth = 12, tokens = 384, channels = 3072, classes = 1000, size = 224>
    (image: f32[rgb: 3, h: size, w: size]) -> f32[classes] {
  layer stem = Linear<p -> c: dim>
  x = rearrange(image, [rgb, h: (gh ph), w: (gw pw)] -> [s: (gh gw), p: (rgb ph pw)], ph: patch, pw: patch)
  repeat depth as blocks { x = MixerBlock<s, c, tokens, channels>(x) }
  return x |> norm |> mean<s> |> head
}

model Mixer_S16 = Mixer<dim = 512, depth = 8, tokens = 256, channels = 2048>

train Mixer_S16 {
  data {
    files = image_folder("imagenet", size = 224)
    image = files.image
  }
  loss      = cross_entropy(smoothing = 0.1)
  optimizer = clip_norm(1.0) |> adamw(lr = 1e-3, weight_decay = 0.05)
  schedule  = cosine(warmup = 5 epochs)
  batch = 1024, epochs = 300, seed = 0
}
)",
    R"(train Digits {
  data {
    table = csv("digits.csv")                                   # a table: all sources of a block have the same rows
    image = f32(table[0..64]) / 16                              # one sample; binds the model's input of that name
    split = stratified(label, train = 0.8, val = 0.2, seed = 0)
    augment { image = image + 0.05 * normal<p>() }              # training split only; may name batch (mixup)
  }
  objective {
    logits = Digits(image)
    loss   = cross_entropy(logits, label, smoothing = 0.1)
    metric accuracy = argmax<classes>(logits) == label
  }
  optimizer = sam(rho = 0.05) |> clip_norm(1.0) |> adamw(lr = 1e-3, weight_decay = 0.05) |> ema(0.999)
  group "*.bias", "*norm*" { weight_decay = 0 }
  schedule  = cosine(warmup = 5 epochs, final = 0.01)
  batch = 64, epochs = 30, seed = 0
  stop = patience(5, max = val.accuracy), keep = best(max = val.accuracy)
  every 1 steps { decoder.weight[d, n] <- decoder.weight[d, n] / norm<d>(decoder.weight[d, n]) }
  with n = M<c -> ()>(weights = f)
  stage cut { model = Net<hidden = 64>, carry = prune(by = "l2") }
  fit Net.scale = row
}
train quick from Digits { epochs = 3 }
)",
    R"(model PoolFormer<dims = [64, 128, 320, 512], depths = [2, 2, 6, 2], ratios = [4, 4, 4, 4], size = 224, classes = 1000>
    (image: f32[c: 3, h: size, w: size]) -> f32[classes] {
  layer patch_embed = Conv2d<c -> c: dims[0], k = 7, stride = 4, pad = 2>
  layer stages = [[PoolBlock<c, ratio = r> for j in 0..n] for n, r in zip(depths, ratios)]
  layer downs  = [Conv2d<c -> c: n, k = 3, stride = 2, pad = 1> for n in dims[1..]]
  x = patch_embed(image)
  for i, stage in enumerate(stages) {
    if i > 0 { x = downs[i - 1](x) }
    for b in stage { x = b(x) }
  }
  return x |> norm |> mean<h, w> |> head
}
)",
    R"(@precision(bf16)
@sparsity(block = (16, 1), keep = 0.1)
block All<axes i -> axes o, axis h = h, f: fn, g: [block] = [a, b], k: int = 3, bias = true,>
    (x: f32[n: <= 13, ..], shared y: sparse f32[a, b: _], z: [..] = none) -> (out: [..], aux: f32) {
  frozen layer a = B<c> each e: n + 1
  frozen param w: [o, i] = kaiming_uniform(fan_in = in_)
  param v
  state m: [c] = zeros
  let D: [k: n, n] = cos(pi * (2*index<n>() + 1) * index<k>() / (2.0*n))
  tap hidden = x
  m <- 0.9 * m + 0.1 * mean<batch>(x)
  model = Net<hidden = 64>
  a, b = f(x)
  _ = f(x, none, true, false, not x, "s\n", -x ** -2)
  y: [s, c] = (a == b and c != d) or (e <= f)
  repeat i in 0..n as blocks { x = x }
  scan<t, reverse>(x, y) { emit y = x }
  if c > 0 { x = 1 } else if c < 0 { x = 2 } else { x = 3 }
  q = a.weight[o, i], r = a["*.hidden"], s = x[..], t = x[1..], u = x[..2], v = x[-2..-1], w = a.model<c>(x)
  e = [], f = (), g = (a,), h = (k: size, 3), l = [f(i) for i in 0..n if i % 2 == 0]
  t = if c then a else if d then b // 2 else (if e then 1 else 2)
  assert x == y
  return x, y
  backward(dy, dz) { x: dy * 2, y: dz }
}
let GeGlu = Glu<act = gelu>
fn square(x) = x * x
test "norms" { assert all<n>(abs(LayerNorm<n>(x) - y) < 1e-5) }
)"};

} // namespace lamina::testing

#endif // TEST_UNIT_SYNTAXTESTING_H
