// Makes random programs: each rule picks earlier values that fit and appends one statement.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Program.h"

#include <algorithm>
#include <optional>

namespace lamina::fuzz {
namespace {

constexpr int64_t kMaxElements = 1500;
constexpr int64_t kExtents[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 33};

class Generator {
public:
  Generator(uint64_t seed) : random(seed) {}

  Program run(size_t length) {
    for (const char *name : {"a", "b", "c", "d"})
      extents.push_back({name, kExtents[below(std::size(kExtents))]});
    if (below(3) == 0) {
      extents[0].isBounded = true;
      program.bound = extents[0].extent;
    }
    size_t inputs = 1 + below(3);
    for (size_t i = 0; i < inputs; ++i)
      addInput();
    while (program.statements.size() < inputs + length)
      (this->*rules[below(std::size(rules))])();
    program.outputs = {program.statements.size() - 1};
    if (below(3) == 0)
      addOutput(inputs + below(length));
    return std::move(program);
  }

private:
  using Rule = void (Generator::*)();

  size_t below(size_t bound) { return random() % bound; }
  std::string number() { return std::to_string(double(below(31)) / 10 - 1.5); }

  /// An index of an earlier value, later ones more often.
  size_t pick() {
    size_t count = program.statements.size();
    return std::max(below(count), below(count));
  }
  const Axes &axesOf(size_t value) const { return program.statements[value].axes; }
  std::string fresh() { return "n" + std::to_string(++freshNames); }

  void add(std::string expression, std::vector<size_t> operands, Axes axes,
           std::string layer = "") {
    if (sizeOf(axes) <= kMaxElements)
      program.statements.push_back(
          {std::move(expression), std::move(layer), std::move(operands), std::move(axes)});
  }

  void addOutput(size_t value) {
    if (value != program.outputs.front())
      program.outputs.push_back(value);
  }

  void addInput() {
    Axes axes;
    for (const Axis &axis : extents)
      if (below(2) && sizeOf(axes) * axis.extent <= kMaxElements)
        axes.push_back(axis);
    if (axes.empty())
      axes.push_back(extents[below(extents.size())]);
    program.statements.push_back({"", "", {}, axes});
  }

  /// The axes of two values aligned by name; nothing if an axis has two extents.
  std::optional<Axes> aligned(size_t left, size_t right) const {
    Axes axes = axesOf(left);
    for (const Axis &axis : axesOf(right)) {
      const Axis *other = find(axes, axis.name);
      if (other && (other->extent != axis.extent || other->isBounded != axis.isBounded))
        return std::nullopt;
      if (!other)
        axes.push_back(axis);
    }
    return axes;
  }

  static Axes without(const Axes &axes, const std::string &name) {
    Axes rest;
    std::copy_if(axes.begin(), axes.end(), std::back_inserter(rest),
                 [&](const Axis &axis) { return axis.name != name; });
    return rest;
  }

  static Axes with(Axes axes, const std::string &name, int64_t extent) {
    for (Axis &axis : axes)
      if (axis.name == name)
        axis.extent = extent;
    return axes;
  }

  /// A value and one of its axes; nothing if it has none.
  std::optional<std::pair<size_t, Axis>> pickAny() {
    size_t value = pick();
    if (axesOf(value).empty())
      return std::nullopt;
    return std::pair(value, axesOf(value)[below(axesOf(value).size())]);
  }

  /// The same, but of a static extent.
  std::optional<std::pair<size_t, Axis>> pickAxis() {
    auto picked = pickAny();
    return picked && picked->second.isBounded ? std::nullopt : picked;
  }

  /// Whether the first `count` axes of a value exist and are static.
  bool startsStatic(size_t value, size_t count) const {
    const Axes &all = axesOf(value);
    return all.size() >= count && std::none_of(all.begin(), all.begin() + count,
                                               [](const Axis &axis) { return axis.isBounded; });
  }

  void unary() {
    static const char *const forms[] = {"exp(-abs($0))",
                                        "tanh($0)",
                                        "erf($0)",
                                        "sigmoid($0)",
                                        "relu($0)",
                                        "gelu($0)",
                                        "silu($0)",
                                        "abs($0)",
                                        "sin($0)",
                                        "cos($0)",
                                        "-$0",
                                        "softplus($0)",
                                        "hardswish($0)",
                                        "gelu_tanh($0)",
                                        "sqrt(abs($0))",
                                        "log1p(abs($0))",
                                        "clamp($0, -1, 1)",
                                        "elu($0)",
                                        "rsqrt(1 + $0 * $0)",
                                        "expm1(-abs($0))"};
    size_t value = pick();
    add(forms[below(std::size(forms))], {value}, axesOf(value));
  }

  void withNumber() {
    static const char *const forms[] = {"$0 * ", "$0 + ", "max($0, ", "min($0, ", "$0 - "};
    size_t value = pick(), form = below(std::size(forms));
    add(forms[form] + ("(" + number() + ")") + (form == 2 || form == 3 ? ")" : ""), {value},
        axesOf(value));
  }

  void binary() {
    static const char *const forms[] = {"$0 + $1",     "$0 - $1",     "$0 * $1",
                                        "max($0, $1)", "min($0, $1)", "$0 / (1 + abs($1))"};
    size_t left = pick(), right = pick();
    if (auto axes = aligned(left, right))
      add(forms[below(std::size(forms))], {left, right}, *axes);
  }

  void choose() {
    size_t left = pick(), right = pick();
    if (auto axes = aligned(left, right))
      add("where($0 > (" + number() + "), $0, $1)", {left, right}, *axes);
  }

  void linear() {
    auto picked = pickAxis();
    if (!picked)
      return;
    auto [value, axis] = *picked;
    std::string made = below(2) ? axis.name : fresh();
    int64_t extent = below(3) ? kExtents[below(std::size(kExtents))] : axis.extent;
    Axes axes = without(axesOf(value), axis.name);
    axes.push_back({made, extent});
    std::string bias = below(2) ? "" : ", bias = false";
    add("@($0)", {value}, axes,
        "Linear<" + axis.name + " -> " + made + ": " + std::to_string(extent) + bias + ">");
  }

  void linearOfTwo() {
    size_t value = pick();
    const Axes &all = axesOf(value);
    if (!startsStatic(value, 2))
      return;
    std::string made = fresh();
    int64_t extent = kExtents[below(std::size(kExtents))];
    Axes axes(all.begin() + 2, all.end());
    axes.push_back({made, extent});
    add("@($0)", {value}, axes,
        "Linear<(" + all[0].name + ", " + all[1].name + ") -> " + made + ": " +
            std::to_string(extent) + ">");
  }

  void dot() {
    auto picked = pickAny();
    size_t right = pick();
    if (!picked)
      return;
    auto axes = aligned(picked->first, right);
    if (axes && find(axesOf(right), picked->second.name) && sizeOf(*axes) <= 20 * kMaxElements)
      add("dot<" + picked->second.name + ">($0, $1)", {picked->first, right},
          without(*axes, picked->second.name));
  }

  void reduce() {
    static const char *const kinds[] = {"sum", "mean", "max", "min", "logsumexp", "var", "norm"};
    if (auto picked = pickAny())
      add(std::string(kinds[below(std::size(kinds))]) + "<" + picked->second.name + ">($0)",
          {picked->first}, without(axesOf(picked->first), picked->second.name));
  }

  void normalise() {
    static const char *const forms[] = {"softmax<%>($0)", "log_softmax<%>($0)",
                                        "standardize<%>($0, 0.1)", "cumsum<%>($0)"};
    auto picked = pickAny();
    if (!picked)
      return;
    std::string form = forms[below(std::size(forms))];
    add(form.replace(form.find('%'), 1, picked->second.name), {picked->first},
        axesOf(picked->first));
  }

  void layer() {
    static const char *const forms[] = {"LayerNorm<%, eps = 0.1>", "RMSNorm<%, eps = 0.1>",
                                        "Mlp<%, hidden = 9>", "Glu<%, hidden = 5>",
                                        "SwiGlu<%, hidden = 17, bias = false>"};
    auto picked = pickAxis();
    if (!picked)
      return;
    std::string form = forms[below(std::size(forms))];
    add("@($0)", {picked->first}, axesOf(picked->first),
        form.replace(form.find('%'), 1, picked->second.name));
  }

  void repeat() {
    auto picked = pickAxis();
    if (!picked)
      return;
    std::string axis = picked->second.name;
    add("$0\n  repeat 3 as rounds_^ { ^ = tanh(^ + Mlp<" + axis + ", hidden = 7>(LayerNorm<" +
            axis + ", eps = 0.1>(^))) }",
        {picked->first}, axesOf(picked->first));
  }

  void merge() {
    size_t value = pick();
    const Axes &all = axesOf(value);
    if (!startsStatic(value, 2))
      return;
    std::string made = fresh(), first = all[0].name, second = all[1].name;
    Axes axes(all.begin() + 2, all.end());
    axes.push_back({made, all[0].extent * all[1].extent});
    add("rearrange($0, [" + first + ", " + second + "] -> [" + made + ": (" + first + " " + second +
            ")])",
        {value}, axes);
  }

  void split() {
    auto picked = pickAxis();
    if (!picked)
      return;
    auto [value, axis] = *picked;
    int64_t parts = axis.extent % 2 == 0 ? 2 : axis.extent % 3 == 0 ? 3 : 1;
    std::string slow = fresh(), fast = fresh();
    Axes axes = without(axesOf(value), axis.name);
    axes.push_back({slow, parts});
    axes.push_back({fast, axis.extent / parts});
    add("rearrange($0, [" + axis.name + ": (" + slow + " " + fast + ")] -> [" + slow + ", " + fast +
            "], " + slow + ": " + std::to_string(parts) + ")",
        {value}, axes);
  }

  void rename() {
    auto picked = pickAny();
    if (!picked)
      return;
    std::string made = fresh();
    Axes axes = without(axesOf(picked->first), picked->second.name);
    axes.push_back({made, picked->second.extent, picked->second.isBounded});
    add("rename<" + picked->second.name + " -> " + made + ">($0)", {picked->first}, axes);
  }

  void slice() {
    auto picked = pickAxis();
    if (!picked || picked->second.extent < 2)
      return;
    auto [value, axis] = *picked;
    int64_t low = below(axis.extent - 1), high = low + 1 + below(axis.extent - low);
    add("slice<" + axis.name + ", " + std::to_string(low) + ".." + std::to_string(high) + ">($0)",
        {value}, with(axesOf(value), axis.name, high - low));
  }

  void takeOne() {
    if (auto picked = pickAxis())
      add("take<" + picked->second.name + ", " + std::to_string(below(picked->second.extent)) +
              ">($0)",
          {picked->first}, without(axesOf(picked->first), picked->second.name));
  }

  void concat() {
    auto picked = pickAxis();
    if (!picked)
      return;
    auto [value, axis] = *picked;
    size_t other = pick();
    const Axis *joined = find(axesOf(other), axis.name);
    if (joined && with(axesOf(other), axis.name, axis.extent) == axesOf(value))
      add("concat<" + axis.name + ">([$0, $1])", {value, other},
          with(axesOf(value), axis.name, axis.extent + joined->extent));
  }

  void pad() {
    static const char *const modes[] = {"", ", mode = edge", ", mode = circular", ", fill = 0.5"};
    auto picked = pickAxis();
    if (!picked)
      return;
    auto [value, axis] = *picked;
    int64_t low = below(2), high = below(2);
    add("pad<" + axis.name + ": (" + std::to_string(low) + ", " + std::to_string(high) + ")" +
            modes[below(std::size(modes))] + ">($0)",
        {value}, with(axesOf(value), axis.name, axis.extent + low + high));
  }

  void move() {
    auto picked = pickAny();
    if (!picked)
      return;
    bool rolls = below(2) && !picked->second.isBounded;
    add((rolls ? "roll<" : "shift<") + picked->second.name + ", " +
            std::to_string(int64_t(below(5)) - 2) + ">($0)",
        {picked->first}, axesOf(picked->first));
  }

  void window() {
    auto picked = pickAxis();
    if (!picked || picked->second.extent < 3)
      return;
    auto [value, axis] = *picked;
    int64_t size = 2 + below(2), stride = 1 + below(2);
    std::string made = fresh();
    Axes axes = with(axesOf(value), axis.name, (axis.extent - size) / stride + 1);
    axes.push_back({made, size});
    add("window<" + axis.name + " -> (" + axis.name + ", " + made + ": " + std::to_string(size) +
            "), stride = " + std::to_string(stride) + ">($0)",
        {value}, axes);
  }

  void convolve() {
    size_t value = pick();
    const Axes &all = axesOf(value);
    if (!startsStatic(value, 3))
      return;
    std::string made = fresh(), i = all[0].name, h = all[1].name, w = all[2].name;
    int64_t channels = 1 + below(20);
    Axes axes(all.begin() + 1, all.end());
    axes.push_back({made, channels});
    add("@($0)", {value}, axes,
        "Conv2d<" + i + " -> " + made + ": " + std::to_string(channels) +
            ", k = 3, pad = 1, h = " + h + ", w = " + w + ">");
  }

  static constexpr Rule rules[] = {
      &Generator::unary,  &Generator::unary,  &Generator::withNumber, &Generator::binary,
      &Generator::binary, &Generator::binary, &Generator::choose,     &Generator::linear,
      &Generator::linear, &Generator::linear, &Generator::linear,     &Generator::dot,
      &Generator::dot,    &Generator::reduce, &Generator::normalise,  &Generator::layer,
      &Generator::layer,  &Generator::merge,  &Generator::split,      &Generator::rename,
      &Generator::slice,  &Generator::concat, &Generator::takeOne,    &Generator::pad,
      &Generator::move,   &Generator::window, &Generator::convolve,   &Generator::linearOfTwo,
      &Generator::repeat};

  std::mt19937_64 random;
  Axes extents;
  Program program;
  int freshNames = 0;
};

} // namespace

Program generate(uint64_t seed, size_t length) { return Generator(seed).run(length); }

} // namespace lamina::fuzz
