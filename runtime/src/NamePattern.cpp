// Names with holes: parsing, matching, filling.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/WeightMap.h"

#include <algorithm>
#include <charconv>

namespace lamina::runtime {
namespace {

bool isIdentifier(std::string_view text) {
  auto isWord = [](unsigned char c) { return c == '_' || (c | 32) - 'a' < 26u || c - '0' < 10u; };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), isWord);
}

/// A plain number without sign and leading zeros.
std::optional<int64_t> parseIndex(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool isPlain = !text.empty() && error == std::errc() && end == text.data() + text.size() &&
                       text[0] != '-' && (text.size() == 1 || text[0] != '0');
  return isPlain ? std::optional(value) : std::nullopt;
}

bool bind(Bindings &bindings, const std::string &name, std::string value) {
  if (name == "_")
    return true;
  auto [place, isNew] = bindings.try_emplace(name, value);
  return isNew || place->second == value;
}

/// `2*i+1`, read from left to right: products before sums, one name at most.
class LinearParser {
public:
  explicit LinearParser(std::string_view text) : text(text) {}
  int64_t factor = 0, offset = 0;
  std::string name;
  size_t position = 0;

  bool parse() {
    for (int64_t sign = 1;;) {
      if (!term(sign))
        return false;
      if (position == text.size())
        return !name.empty() && factor > 0;
      if (text[position] != '+' && text[position] != '-')
        return false;
      sign = text[position++] == '+' ? 1 : -1;
    }
  }

private:
  bool term(int64_t sign) {
    int64_t product = sign;
    bool hasName = false;
    for (;;) {
      const size_t end = std::min(text.find_first_of("+-*", position), text.size());
      const std::string_view atom = text.substr(position, end - position);
      if (isIdentifier(atom)) {
        if (hasName || (!name.empty() && name != atom))
          return false;
        hasName = true;
        name = atom;
      } else {
        std::optional<int64_t> value = parseIndex(atom);
        if (!value || *value > 1'000'000 || __builtin_mul_overflow(product, *value, &product))
          return false;
      }
      position = end;
      if (position == text.size() || text[position] != '*')
        break;
      ++position;
    }
    return !__builtin_add_overflow(hasName ? factor : offset, product, hasName ? &factor : &offset);
  }

  std::string_view text;
};

} // namespace

Result<NamePattern::Part> NamePattern::parseNumber(std::string_view text, size_t &column) {
  std::string tight;
  std::copy_if(text.begin(), text.end(), std::back_inserter(tight),
               [](char c) { return c != ' '; });
  LinearParser parser(tight);
  if (!parser.parse()) {
    column += parser.position;
    return Failure{"'{" + std::string(text) +
                   "}' is neither a name nor a sum like '2*i+1' of one name and positive numbers"};
  }
  return Part{Part::Kind::Number, parser.name, {}, parser.factor, parser.offset};
}

Result<NamePattern::Part> NamePattern::parseHole(std::string_view text, size_t &column) {
  if (text.find(',') == std::string_view::npos) {
    if (isIdentifier(text))
      return Part{Part::Kind::Component, std::string(text), {}};
    if (text.ends_with("..") && isIdentifier(text.substr(0, text.size() - 2)))
      return Part{Part::Kind::Rest, std::string(text.substr(0, text.size() - 2)), {}};
    return parseNumber(text, column);
  }
  Part part{Part::Kind::Alternatives, "{}", {}};
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    std::string_view option = text.substr(begin, end - begin);
    while (option.starts_with(' '))
      option.remove_prefix(1);
    while (option.ends_with(' '))
      option.remove_suffix(1);
    if (std::find(part.options.begin(), part.options.end(), option) != part.options.end())
      return Failure{"'{" + std::string(text) + "}' has '" + std::string(option) + "' twice"};
    part.options.emplace_back(option);
    begin = end + 1;
  }
  return part;
}

Result<NamePattern> NamePattern::parse(std::string_view text, size_t &column) {
  NamePattern pattern;
  for (size_t position = 0; position < text.size();) {
    const size_t open = std::min(text.find_first_of("{}", position), text.size());
    if (open > position)
      pattern.parts.push_back(
          {Part::Kind::Text, std::string(text.substr(position, open - position)), {}});
    if (open == text.size())
      break;
    const size_t close = text.find_first_of("{}", open + 1);
    if (text[open] == '}' || close == std::string_view::npos || text[close] == '{') {
      column += open;
      return Failure{text[open] == '}' ? "a '}' without its '{'" : "a '{' without its '}'"};
    }
    size_t at = column + open + 1;
    Result<Part> part = parseHole(text.substr(open + 1, close - open - 1), at);
    if (!part) {
      column = at;
      return part.failure();
    }
    pattern.parts.push_back(std::move(*part));
    position = close + 1;
  }
  if (std::count_if(pattern.parts.begin(), pattern.parts.end(),
                    [](const Part &part) { return part.kind == Part::Kind::Alternatives; }) > 1)
    return Failure{"a name may have one list of alternatives"};
  return pattern;
}

bool NamePattern::matchPart(const Part &part, std::string_view text, Bindings &bindings) const {
  switch (part.kind) {
  case Part::Kind::Text:
    return text == part.text;
  case Part::Kind::Component:
    return !text.empty() && text.find_first_of("./") == std::string_view::npos &&
           bind(bindings, part.text, std::string(text));
  case Part::Kind::Rest:
    return bind(bindings, part.text, std::string(text));
  case Part::Kind::Alternatives: {
    auto option = std::find(part.options.begin(), part.options.end(), text);
    return option != part.options.end() &&
           bind(bindings, part.text, std::to_string(option - part.options.begin()));
  }
  case Part::Kind::Number: {
    std::optional<int64_t> value = parseIndex(text);
    return value && *value >= part.offset && (*value - part.offset) % part.factor == 0 &&
           bind(bindings, part.text, std::to_string((*value - part.offset) / part.factor));
  }
  }
  return false;
}

bool NamePattern::matchFrom(size_t index, std::string_view rest, Bindings &bindings,
                            size_t &budget) const {
  if (index == parts.size())
    return rest.empty();
  if (budget == 0)
    return false;
  --budget;
  const Part &part = parts[index];
  // A text has one length; a hole takes as little as it can, so that `{a}{b..}` splits at the first
  // chance.
  const bool isText = part.kind == Part::Kind::Text;
  for (size_t length = isText ? part.text.size() : 0; length <= rest.size(); ++length) {
    Bindings attempt = bindings;
    if (matchPart(part, rest.substr(0, length), attempt) &&
        matchFrom(index + 1, rest.substr(length), attempt, budget)) {
      bindings = std::move(attempt);
      return true;
    }
    if (isText ||
        (part.kind != Part::Kind::Rest && length < rest.size() &&
         (rest[length] == '.' || rest[length] == '/') && part.kind != Part::Kind::Alternatives))
      break;
  }
  return false;
}

bool NamePattern::match(std::string_view name, Bindings &bindings) const {
  Bindings attempt = bindings;
  // Many holes and a long name could be split in more ways than there is time for; no honest name
  // comes near.
  size_t budget = 100'000;
  if (!matchFrom(0, name, attempt, budget))
    return false;
  bindings = std::move(attempt);
  return true;
}

std::optional<std::string> NamePattern::fill(const Bindings &bindings) const {
  std::string name;
  for (const Part &part : parts) {
    if (part.kind == Part::Kind::Text) {
      name += part.text;
      continue;
    }
    auto bound = bindings.find(part.text);
    if (bound == bindings.end())
      return std::nullopt;
    std::optional<int64_t> value = parseIndex(bound->second);
    if (part.kind == Part::Kind::Alternatives) {
      if (!value || size_t(*value) >= part.options.size())
        return std::nullopt;
      name += part.options[size_t(*value)];
    } else if (part.kind == Part::Kind::Number) {
      int64_t number = 0;
      if (!value || __builtin_mul_overflow(*value, part.factor, &number) ||
          __builtin_add_overflow(number, part.offset, &number) || number < 0)
        return std::nullopt;
      name += std::to_string(number);
    } else {
      name += bound->second;
    }
  }
  return name;
}

std::vector<std::string> NamePattern::names() const {
  std::vector<std::string> result;
  for (const Part &part : parts)
    if (part.kind != Part::Kind::Text)
      result.push_back(part.text);
  return result;
}

size_t NamePattern::alternatives() const {
  for (const Part &part : parts)
    if (part.kind == Part::Kind::Alternatives)
      return part.options.size();
  return 0;
}

} // namespace lamina::runtime
