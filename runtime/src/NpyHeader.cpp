// A strict reader of the Python literal that heads a .npy file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "NpyHeader.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <utility>

namespace lamina::runtime {
namespace {

constexpr std::pair<std::string_view, StoredType> kTypes[] = {
    {"f4", StoredType::F32}, {"f8", StoredType::F64}, {"f2", StoredType::F16},
    {"i1", StoredType::I8},  {"u1", StoredType::U8},  {"i2", StoredType::I16},
    {"u2", StoredType::U16}, {"i4", StoredType::I32}, {"u4", StoredType::U32},
    {"i8", StoredType::I64}, {"u8", StoredType::U64}, {"b1", StoredType::Bool}};

class HeaderParser {
public:
  explicit HeaderParser(std::string_view text) : text(text) {}

  Result<Layout> parse() {
    if (!accept('{'))
      return fail("its header is no dictionary");
    while (!accept('}')) {
      std::string_view key;
      if (!string(key) || !accept(':'))
        return fail("its header is malformed");
      if (Status status = field(key); !status)
        return status.failure();
      if (!accept(',') && !peek('}'))
        return fail("its header is malformed");
    }
    if (position != text.size())
      return fail("its header goes on after the dictionary");
    for (std::string_view key : {"descr", "fortran_order", "shape"})
      if (!seen[key])
        return fail("its header has no '" + std::string(key) + "'");
    return layout;
  }

private:
  Failure fail(const std::string &what) const {
    return {what + " (header byte " + std::to_string(position) + ")"};
  }
  void skip() {
    while (position < text.size() &&
           (text[position] == ' ' || text[position] == '\t' || text[position] == '\n'))
      ++position;
  }
  bool peek(char c) {
    skip();
    return position < text.size() && text[position] == c;
  }
  bool accept(char c) {
    const bool found = peek(c);
    position += found;
    skip();
    return found;
  }
  bool word(std::string_view w) {
    skip();
    if (text.substr(position, w.size()) != w)
      return false;
    position += w.size();
    return true;
  }
  bool string(std::string_view &value) {
    skip();
    const char quote = position < text.size() ? text[position] : '\0';
    if (quote != '\'' && quote != '"')
      return false;
    const size_t end = text.find(quote, position + 1);
    if (end == std::string_view::npos)
      return false;
    value = text.substr(position + 1, end - position - 1);
    position = end + 1;
    return value.find('\\') == std::string_view::npos;
  }

  Status field(std::string_view key) {
    if (key != "descr" && key != "fortran_order" && key != "shape")
      return fail("its header has the unknown key '" + printable(key) + "'");
    if (seen[key])
      return fail("its header has '" + std::string(key) + "' twice");
    seen[key] = true;
    if (key == "descr")
      return descr();
    if (key == "shape")
      return shape();
    if (word("True"))
      layout.fortranOrder = true;
    else if (!word("False"))
      return fail("its 'fortran_order' is neither True nor False");
    return {};
  }

  Status descr() {
    if (peek('['))
      return fail("it holds records; save each field as an array of its own");
    std::string_view code;
    if (!string(code))
      return fail("its 'descr' is no string");
    if (code.size() >= 2 && code[1] == 'O')
      return fail("it holds Python objects, which could run code; save numbers");
    if (code.size() >= 2 && (code[1] == 'U' || code[1] == 'S' || code[1] == 'V'))
      return fail("it holds text or raw bytes ('" + printable(code) + "'); save numbers");
    const auto type = std::ranges::find(kTypes, code.empty() ? code : code.substr(1),
                                        &std::pair<std::string_view, StoredType>::first);
    if (type == std::end(kTypes) ||
        std::string_view("<>|=").find(code[0]) == std::string_view::npos)
      return fail("its element type '" + printable(code) + "' is not supported");
    layout.type = type->second;
    layout.bigEndian = code[0] == '>';
    return {};
  }

  Status shape() {
    if (!accept('('))
      return fail("its 'shape' is no tuple");
    while (!accept(')')) {
      int64_t extent = 0;
      auto [end, error] =
          std::from_chars(text.data() + position, text.data() + text.size(), extent);
      if (error != std::errc() || extent < 0)
        return fail("its 'shape' holds something that is no extent");
      position = size_t(end - text.data());
      layout.shape.push_back(extent);
      if (layout.shape.size() > kMaxRank)
        return fail("it has more than " + std::to_string(kMaxRank) + " axes");
      // Python's tuple of one needs its comma: (3) is a number.
      if (!accept(',') && (!peek(')') || layout.shape.size() == 1))
        return fail("its 'shape' is malformed");
    }
    return {};
  }

  std::string_view text;
  size_t position = 0;
  std::map<std::string_view, bool> seen;
  Layout layout;
};

} // namespace

Result<Layout> parseNpyHeader(std::string_view text) { return HeaderParser(text).parse(); }

} // namespace lamina::runtime
