// Keys and dates of CSV cells.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CellText.h"

#include "lamina/ArrayOps.h"

#include <algorithm>
#include <charconv>

namespace lamina::runtime {
namespace {

std::string plainText(const CsvCells &cells) {
  std::string text(cells.cell);
  if (!cells.isQuoted)
    return text;
  for (size_t at = text.find("\"\""); at != std::string::npos; at = text.find("\"\"", at + 1))
    text.erase(at, 1);
  return text;
}

int64_t keyOf(std::string_view text) { return lamina_key(text.data(), int64_t(text.size())); }

/// Takes numbers and marks off the front of a text.
struct Scanner {
  std::string_view text;

  /// A number of exactly `digits` digits from `least` to `most`.
  std::optional<int64_t> number(size_t digits, int64_t least, int64_t most) {
    int64_t value = 0;
    const char *end = text.data() + std::min(digits, text.size());
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.size() < digits || text[0] == '-' || stop != end || value < least || value > most)
      return std::nullopt;
    text.remove_prefix(digits);
    return value;
  }
  bool mark(std::string_view any) {
    if (text.empty() || any.find(text[0]) == std::string_view::npos)
      return false;
    text.remove_prefix(1);
    return true;
  }
};

/// Days from 1970-01-01 to a date of the Gregorian calendar: years that begin in March end with the
/// leap day (Howard Hinnant's days_from_civil).
int64_t daysTo(int64_t year, int64_t month, int64_t day) {
  constexpr int64_t kDaysOfEra = 146097, kYearsOfEra = 400, kDaysTo1970 = 719468;
  year -= month <= 2;
  const int64_t era = (year + kYearsOfEra) / kYearsOfEra - 1; // of year -1 too: rounded down
  const int64_t ofEra = year - era * kYearsOfEra;
  const int64_t ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * kDaysOfEra + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - kDaysTo1970;
}

int64_t daysOfMonth(int64_t year, int64_t month) {
  const bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 ? 28 + isLeap : 30 + (month + month / 8) % 2;
}

/// `13:00` or `13:00:05`, in seconds.
std::optional<int64_t> timeOfDay(Scanner &scanner) {
  const std::optional<int64_t> hour = scanner.number(2, 0, 23);
  if (!hour || !scanner.mark(":"))
    return std::nullopt;
  const std::optional<int64_t> minute = scanner.number(2, 0, 59);
  if (!minute)
    return std::nullopt;
  int64_t seconds = *hour * 3600 + *minute * 60;
  if (!scanner.mark(":"))
    return seconds;
  const std::optional<int64_t> second = scanner.number(2, 0, 59);
  return second ? std::optional(seconds + *second) : std::nullopt;
}

} // namespace

int64_t keyOf(const CsvCells &cells) {
  return cells.isQuoted ? keyOf(plainText(cells)) : keyOf(cells.cell);
}

void putKeys(const CsvCells &cells, const std::string &separator, std::span<int64_t> places) {
  const std::string whole = plainText(cells);
  std::string_view text = whole;
  std::vector<int64_t> keys;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0)
      keys.push_back(keyOf(text.substr(0, end)));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  const size_t count = std::min(keys.size(), places.size());
  std::copy(keys.end() - int64_t(count), keys.end(), places.begin());
  std::fill(places.begin() + int64_t(count), places.end(), int64_t(0));
}

Result<Array> blankCell(const ColumnSpec &spec) {
  return filled(spec.type, {1}, spec.empty.value_or(0));
}

std::optional<int64_t> parseDate(std::string_view text) {
  Scanner scanner{text};
  const std::optional<int64_t> year = scanner.number(4, 0, 9999);
  const bool hasMonth = year && scanner.mark("-");
  const std::optional<int64_t> month = hasMonth ? scanner.number(2, 1, 12) : std::nullopt;
  if (!month || !scanner.mark("-"))
    return std::nullopt;
  const std::optional<int64_t> day = scanner.number(2, 1, daysOfMonth(*year, *month));
  if (!day)
    return std::nullopt;
  int64_t seconds = daysTo(*year, *month, *day) * 24 * 3600;
  if (scanner.text.empty())
    return seconds;
  const std::optional<int64_t> time = scanner.mark(" T") ? timeOfDay(scanner) : std::nullopt;
  if (!time)
    return std::nullopt;
  seconds += *time;
  if (scanner.text.empty() || scanner.text == "Z")
    return seconds;
  const bool isEast = scanner.text[0] == '+';
  const std::optional<int64_t> zone = scanner.mark("+-") ? timeOfDay(scanner) : std::nullopt;
  if (!zone || !scanner.text.empty())
    return std::nullopt;
  return isEast ? seconds - *zone : seconds + *zone;
}

Failure badDate(const Input &input, const CsvCells &cells) {
  return input.fail("row " + std::to_string(cells.row) + ", column " +
                    std::to_string(cells.column) + ": '" + printable(cells.cell.substr(0, 64)) +
                    "' is no date; '2016-07-01' and '2016-07-01 13:00:00' are");
}

} // namespace lamina::runtime
