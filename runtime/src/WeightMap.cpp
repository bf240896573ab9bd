// Parses `.map` files: one rule a line, `theirs -> ours how`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/WeightMap.h"

#include "lamina/Input.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace lamina::runtime {
namespace {

constexpr int64_t kMaxFile = 4 << 20;

struct TransformForm {
  std::string_view name;
  Transform::Kind kind;
  size_t least, most; ///< arguments
  std::string_view usage;
};
constexpr TransformForm kForms[] = {
    {"reshape", Transform::Kind::Reshape, 1, 32, "reshape(512, -1)"},
    {"transpose", Transform::Kind::Transpose, 0, 0, "transpose"},
    {"permute", Transform::Kind::Permute, 1, 32, "permute(1, 0, 2)"},
    {"split", Transform::Kind::Split, 2, 2, "split(axis, n)"},
    {"stack", Transform::Kind::Stack, 1, 1, "stack(axis)"},
    {"flip", Transform::Kind::Flip, 1, 1, "flip(axis)"},
    {"slice", Transform::Kind::Slice, 3, 3, "slice(axis, lo, hi)"},
    {"squeeze", Transform::Kind::Squeeze, 1, 1, "squeeze(axis)"},
    {"unsqueeze", Transform::Kind::Unsqueeze, 1, 1, "unsqueeze(axis)"},
    {"negate", Transform::Kind::Negate, 0, 0, "negate"},
};

/// Reads one line. `column` (from 0) is where the parser stands, and where an error stands after a
/// failure.
class LineParser {
public:
  explicit LineParser(std::string_view text) : text(text) {}
  size_t column = 0;

  Result<Rule> parse() {
    Rule rule;
    const size_t arrow = text.find("->");
    if (arrow == std::string_view::npos)
      return fail(text.size(), "a rule needs '->' between their name and ours");
    if (Status status = left(rule, arrow); !status)
      return status.failure();
    column = arrow + 2;
    if (Status status = right(rule); !status)
      return status.failure();
    if (Status status = chain(rule); !status)
      return status.failure();
    return rule;
  }

private:
  Failure fail(size_t at, const std::string &message) {
    column = at;
    return {message};
  }
  bool isAtEnd() const { return column >= text.size(); }
  void skip() {
    while (!isAtEnd() && (text[column] == ' ' || text[column] == '\t'))
      ++column;
  }

  Result<NamePattern> pattern(size_t begin, size_t end) {
    column = begin;
    return NamePattern::parse(text.substr(begin, end - begin), column);
  }

  Status left(Rule &rule, size_t arrow) {
    skip();
    const size_t begin = column;
    const size_t end = text.find_last_not_of(" \t", arrow - 1) + 1;
    if (arrow == 0 || begin >= end)
      return fail(begin, "their name is missing before '->'");
    const std::string_view name = text.substr(begin, end - begin);
    if (name == "zeros") {
      rule.constant = 0.0;
      return {};
    }
    if (name.starts_with("value(") && name.ends_with(")")) {
      double value = 0;
      const char *first = name.data() + 6, *last = name.data() + name.size() - 1;
      auto [stop, error] = std::from_chars(first, last, value);
      if (error != std::errc() || stop != last)
        return fail(begin + 6, "'value' takes a number, as in value(3)");
      rule.constant = value;
      return {};
    }
    Result<NamePattern> theirs = pattern(begin, end);
    if (!theirs)
      return theirs.failure();
    rule.theirs = std::move(*theirs);
    return {};
  }

  /// A name ends at a blank outside braces.
  Status right(Rule &rule) {
    skip();
    const size_t begin = column;
    for (int depth = 0; !isAtEnd(); ++column) {
      depth += (text[column] == '{') - (text[column] == '}');
      if (depth <= 0 && (text[column] == ' ' || text[column] == '\t'))
        break;
    }
    const size_t end = column;
    if (begin == end)
      return fail(begin, "our name is missing after '->'");
    if (text.substr(begin, end - begin) == "ignore") {
      rule.ignore = true;
      if (rule.constant)
        return fail(begin, "a constant cannot be ignored");
      return {};
    }
    Result<NamePattern> ours = pattern(begin, end);
    if (!ours)
      return ours.failure();
    rule.ours = std::move(*ours);
    column = end;
    return {};
  }

  Status chain(Rule &rule) {
    skip();
    const size_t begin = column;
    while (!isAtEnd()) {
      if (Status status = transform(rule); !status)
        return status;
      skip();
      if (isAtEnd())
        break;
      if (text[column] != '|')
        return fail(column, "'|' is wanted between transformations");
      ++column;
      skip();
      if (isAtEnd())
        return fail(column, "a transformation is missing after '|'");
    }
    if (!rule.transforms.empty() && (rule.ignore || rule.constant))
      return fail(begin, rule.ignore ? "an ignored tensor takes no transformation"
                                     : "a constant takes no transformation");
    return check(rule, begin);
  }

  Status transform(Rule &rule) {
    const size_t begin = column;
    while (!isAtEnd() && text[column] >= 'a' && text[column] <= 'z')
      ++column;
    const std::string name(text.substr(begin, column - begin));
    auto form = std::find_if(std::begin(kForms), std::end(kForms),
                             [&](const auto &f) { return f.name == name; });
    if (form == std::end(kForms))
      return fail(begin, "unknown transformation '" +
                             printable(name.empty() ? text.substr(begin) : name) +
                             "'; there are reshape, transpose, permute, split, stack, flip, slice, "
                             "squeeze, unsqueeze and negate");
    Transform transform{form->kind, {}};
    if (Status status = arguments(transform); !status)
      return status;
    if (transform.arguments.size() < form->least || transform.arguments.size() > form->most)
      return fail(begin, "'" + name + "' is written " + std::string(form->usage));
    rule.transforms.push_back(std::move(transform));
    return {};
  }

  Status arguments(Transform &transform) {
    skip();
    if (isAtEnd() || text[column] != '(')
      return {};
    for (++column;;) {
      skip();
      int64_t value = 0;
      const char *end = text.data() + text.size();
      auto [stop, error] = std::from_chars(text.data() + column, end, value);
      if (error != std::errc())
        return fail(column, "an integer is wanted here");
      transform.arguments.push_back(value);
      column = size_t(stop - text.data());
      skip();
      if (!isAtEnd() && text[column] == ')') {
        ++column;
        return {};
      }
      if (isAtEnd() || text[column] != ',')
        return fail(column, "',' or ')' is wanted here");
      ++column;
    }
  }

  /// What a rule as a whole must obey, so that a parameter names its sources.
  Status check(const Rule &rule, size_t at) {
    if (rule.ignore || rule.constant)
      return {};
    const Transform *split = rule.find(Transform::Kind::Split),
                    *stack = rule.find(Transform::Kind::Stack);
    const std::vector<std::string> theirs = rule.theirs.names(), ours = rule.ours.names();
    auto isIn = [](const std::vector<std::string> &names) {
      return [&names](const std::string &name) {
        return std::find(names.begin(), names.end(), name) != names.end();
      };
    };
    const size_t free = size_t(std::count_if(theirs.begin(), theirs.end(),
                                             [&](auto &n) { return n != "{}" && !isIn(ours)(n); }));
    const bool isMany = free || (rule.theirs.alternatives() && !rule.ours.alternatives());
    if (stack && !isMany)
      return fail(at, "'stack' joins several tensors, but their name has no hole that ours lacks");
    if (isMany && !stack && rule.theirs.alternatives())
      return fail(at, "their name stands for several tensors; 'stack(axis)' joins them");
    if (split && !rule.ours.alternatives() && std::all_of(ours.begin(), ours.end(), isIn(theirs)))
      return fail(at, "'split' needs a hole in our name that theirs lacks, such as {q,k,v}");
    if (split && rule.ours.alternatives() &&
        int64_t(rule.ours.alternatives()) != split->arguments[1])
      return fail(at, "'split' gives " + std::to_string(split->arguments[1]) +
                          " pieces, but our name lists " +
                          std::to_string(rule.ours.alternatives()));
    if (split && split->arguments[1] < 1)
      return fail(at, "'split' needs at least one piece");
    return {};
  }

  std::string_view text;
};

std::string_view withoutComment(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const size_t end = line.find_last_not_of(" \t\r");
  return end == std::string_view::npos ? "" : line.substr(0, end + 1);
}

} // namespace

const Transform *Rule::find(Transform::Kind kind) const {
  for (const Transform &transform : transforms)
    if (transform.kind == kind)
      return &transform;
  return nullptr;
}

Result<WeightMap> WeightMap::parse(const std::string &file, std::string_view text) {
  WeightMap map;
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  for (size_t number = 1, begin = 0; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = withoutComment(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty())
      continue;
    LineParser parser(line);
    Result<Rule> rule = parser.parse();
    if (!rule)
      return Failure{printable(file) + ":" + std::to_string(number) + ":" +
                     std::to_string(parser.column + 1) + ": error: " + rule.error()};
    rule->line = number;
    map.list.push_back(std::move(*rule));
  }
  return map;
}

Result<WeightMap> WeightMap::open(const std::string &path) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  if (input->size() > kMaxFile)
    return input->fail("is larger than a map can be: " + std::to_string(kMaxFile) + " bytes");
  Result<std::vector<std::byte>> bytes = input->readAll();
  if (!bytes)
    return bytes.failure();
  return parse(path, {reinterpret_cast<const char *>(bytes->data()), bytes->size()});
}

const Rule *WeightMap::ruleFor(std::string_view ours, Bindings &bindings) const {
  for (const Rule &rule : list)
    if (!rule.ignore && rule.ours.match(ours, bindings))
      return &rule;
  return nullptr;
}

bool WeightMap::names(std::string_view theirs) const {
  return std::any_of(list.begin(), list.end(), [&](const Rule &rule) {
    Bindings bindings;
    return !rule.constant && rule.theirs.match(theirs, bindings);
  });
}

bool WeightMap::ignores(std::string_view theirs) const {
  return std::any_of(list.begin(), list.end(), [&](const Rule &rule) {
    Bindings bindings;
    return rule.ignore && rule.theirs.match(theirs, bindings);
  });
}

} // namespace lamina::runtime
