// Characters that begin no token.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Stray.h"

#include "compiler/Syntax/Unicode.h"

#include <algorithm>
#include <iterator>

namespace lamina {

namespace {
struct Fix {
  const char *found;
  StrayMeaning meaning;
  const char *advice;
};
constexpr Fix kFixes[] = {
    {"&", StrayMeaning::And, "write 'and', or 'bit_and(a, b)' on integers"},
    {"|", StrayMeaning::Or, "write 'or', or 'bit_or(a, b)' on integers"},
    {"!", StrayMeaning::Not, "write 'not'"},
    {"^", StrayMeaning::Power, "a power is written '**'"},
    {";", StrayMeaning::Nothing, "a statement needs no end mark"},
    {"'", StrayMeaning::Quote, "strings stand in double quotes"},
    {"`", StrayMeaning::Nothing, "names stand without quotes"},
    {"\xE2\x80\x9C", StrayMeaning::Quote, "strings stand in plain double quotes"},
    {"\xE2\x80\x9D", StrayMeaning::Nothing, "strings stand in plain double quotes"},
    {"\xC2\xA0", StrayMeaning::Nothing, "it is a no-break space; write a plain blank"},
    {"\xC3\x97", StrayMeaning::Star, "write '*'"},
    {"\xE2\x88\x92", StrayMeaning::Minus, "it is a typographic minus; write '-'"},
    {"\xE2\x89\xA4", StrayMeaning::Compare, "write '<='"},
    {"\xE2\x89\xA5", StrayMeaning::Compare, "write '>='"},
    {"\xE2\x89\xA0", StrayMeaning::Compare, "write '!='"},
    {"\xE2\x86\x92", StrayMeaning::Arrow, "write '->'"},
};

std::string show(std::string_view character) {
  uint32_t value = decodeUtf8(character, 0).value;
  if (value > 0x20 && value != 0x7F && value != 0xA0)
    return "'" + std::string(character) + "'";
  char buffer[16];
  snprintf(buffer, sizeof buffer, "U+%04X", unsigned(value));
  return buffer;
}

bool isDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '_' || (c >= '0' && c <= '9'); });
}
} // namespace

Stray explainStray(std::string_view character) {
  std::string message = "unexpected character " + show(character);
  const Fix *fix = std::find_if(std::begin(kFixes), std::end(kFixes),
                                [&](const Fix &entry) { return character == entry.found; });
  if (fix != std::end(kFixes))
    return {fix->meaning, message + "; " + fix->advice};
  if (decodeUtf8(character, 0).value > 0xA0)
    return {StrayMeaning::Letter, message + "; names consist of ASCII letters, digits and '_'"};
  return {StrayMeaning::Nothing, std::move(message)};
}

std::string explainTouching(std::string_view number, std::string_view word) {
  std::string digits(number), name(word);
  if (word[0] == '_' && isDigits(word)) {
    std::string plain = digits + name;
    std::erase(plain, '_');
    return "digits are not grouped; write '" + plain + "'";
  }
  if (number == "0" && (word[0] == 'x' || word[0] == 'X' || word[0] == 'b'))
    return "'" + digits + name + "' is no number; numbers are decimal";
  bool isUnit = word == "epochs" || word == "steps";
  return "'" + name + "' touches the number '" + digits + "'; write '" + digits +
         (isUnit ? " " : " * ") + name + "'";
}

} // namespace lamina
