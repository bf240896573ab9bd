// The header of a safetensors file: JSON in a fixed form, and the rules that tie it to the data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace lamina::runtime {
namespace {

using Json = nlohmann::json;

constexpr int64_t kMaxExtent = int64_t(1) << 53;

constexpr std::pair<std::string_view, StoredType> kTypes[] = {
    {"F32", StoredType::F32},  {"F64", StoredType::F64}, {"BF16", StoredType::BF16},
    {"F16", StoredType::F16},  {"I8", StoredType::I8},   {"U8", StoredType::U8},
    {"I16", StoredType::I16},  {"U16", StoredType::U16}, {"I32", StoredType::I32},
    {"U32", StoredType::U32},  {"I64", StoredType::I64}, {"U64", StoredType::U64},
    {"BOOL", StoredType::Bool}};

/// Takes the parser's events and accepts no other form than
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {"key":
/// "text"}}`. Nothing is built for what does not fit, so depth and size of bad input cost nothing.
class HeaderReader {
public:
  explicit HeaderReader(const SafetensorsLimits &limits) : limits(limits) {}

  SafetensorsHeader header;
  std::string message;

  // NOLINTBEGIN(readability-identifier-naming): the parser calls its events so
  bool start_object(size_t) {
    ++depth;
    if (depth > 2 || inArray || (depth == 2 && state != State::Tensor && state != State::Metadata))
      return refuse();
    return true;
  }
  bool end_object() {
    --depth;
    if (depth == 1 && state == State::Tensor) {
      state = State::Top;
      return finish();
    }
    state = State::Top;
    return true;
  }
  bool start_array(size_t) {
    if (inArray || depth != 2 || (field != "shape" && field != "data_offsets"))
      return refuse();
    return inArray = true;
  }
  bool end_array() {
    inArray = false;
    return true;
  }
  bool key(std::string &text) {
    if (depth == 1)
      return topKey(text);
    field = text;
    if (state == State::Metadata)
      return header.metadata.try_emplace(text).second ||
             fail("its metadata has '" + printable(text) + "' twice");
    if (text != "dtype" && text != "shape" && text != "data_offsets")
      return fail(tensor() + " has the unknown key '" + printable(text) + "'");
    return fields.insert(text).second || fail(tensor() + " has '" + text + "' twice");
  }
  bool string(std::string &text) {
    if (state == State::Metadata && depth == 2) {
      header.metadata[field] = text;
      return true;
    }
    if (state != State::Tensor || depth != 2 || inArray || field != "dtype")
      return refuse();
    const auto type = std::ranges::find(kTypes, std::string_view(text),
                                        &std::pair<std::string_view, StoredType>::first);
    if (type == std::end(kTypes))
      return fail(tensor() + " has the element type '" + printable(text) +
                  "', which is not supported");
    entry.type = type->second;
    return true;
  }
  bool number_unsigned(uint64_t value) {
    if (!inArray)
      return refuse();
    if (field == "shape") {
      if (value > uint64_t(kMaxExtent))
        return fail(tensor() + " has the extent " + std::to_string(value) + ", beyond 2^53");
      entry.shape.push_back(int64_t(value));
      return entry.shape.size() <= kMaxRank ||
             fail(tensor() + " has more than " + std::to_string(kMaxRank) + " axes");
    }
    if (value > uint64_t(INT64_MAX))
      return fail(tensor() + " has an offset beyond 2^63");
    offsets.push_back(int64_t(value));
    return offsets.size() <= 2 || fail(tensor() + " has more than two offsets");
  }
  bool number_integer(int64_t value) {
    return inArray ? fail(tensor() + " has the negative number " + std::to_string(value) + " in '" +
                          field + "'")
                   : refuse();
  }
  bool number_float(double, const std::string &text) {
    return inArray ? fail(tensor() + " has '" + printable(text) + "' in '" + field +
                          "', which is no plain integer")
                   : refuse();
  }
  bool null() { return refuse(); }
  bool boolean(bool) { return refuse(); }
  bool binary(Json::binary_t &) { return refuse(); }
  bool parse_error(size_t position, const std::string &, const Json::exception &) {
    return fail("its header is no JSON at byte " + std::to_string(position));
  }
  // NOLINTEND(readability-identifier-naming)

private:
  enum class State { Top, Tensor, Metadata };

  bool fail(const std::string &text) {
    if (message.empty())
      message = text;
    return false;
  }
  std::string tensor() const { return "tensor '" + printable(entry.name) + "'"; }
  bool refuse() {
    if (state == State::Metadata)
      return fail("its '__metadata__' holds something that is no text");
    if (state != State::Tensor)
      return fail("its header has an unexpected form");
    return fail(tensor() + (field.empty()
                                ? " is no object"
                                : " has something unexpected in '" + printable(field) + "'"));
  }

  bool topKey(const std::string &text) {
    if (!names.insert(text).second)
      return fail("it has the name '" + printable(text) + "' twice");
    state = text == "__metadata__" ? State::Metadata : State::Tensor;
    entry = {};
    entry.name = text;
    field.clear();
    fields.clear();
    offsets.clear();
    return state == State::Metadata || checkName(text);
  }

  bool checkName(const std::string &text) {
    if (text.empty())
      return fail("a tensor has an empty name");
    if (text.size() > limits.nameBytes)
      return fail("a tensor's name is longer than " + std::to_string(limits.nameBytes) + " bytes");
    auto isControl = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), isControl))
      return fail("the name '" + printable(text) + "' holds control characters");
    const std::string framed = "/" + text + "/";
    if (framed.find("/../") != std::string::npos)
      return fail("the name '" + printable(text) + "' looks like a path out of its folder");
    return true;
  }

  bool finish() {
    for (const char *wanted : {"dtype", "shape", "data_offsets"})
      if (!fields.contains(wanted))
        return fail(tensor() + " has no '" + std::string(wanted) + "'");
    if (offsets.size() != 2)
      return fail(tensor() + " has " + std::to_string(offsets.size()) + " offsets instead of two");
    entry.begin = offsets[0];
    entry.end = offsets[1];
    header.tensors.push_back(entry);
    return true;
  }

  const SafetensorsLimits &limits;
  State state = State::Top;
  int depth = 0;
  bool inArray = false;
  std::string field;
  TensorEntry entry;
  std::vector<int64_t> offsets;
  std::set<std::string> fields;
  std::set<std::string> names;
};

std::string span(const TensorEntry &tensor) {
  return "tensor '" + printable(tensor.name) + "' at bytes " + std::to_string(tensor.begin) +
         " to " + std::to_string(tensor.end);
}

/// Each tensor as large as its shape says, one behind the other, from the first byte of the data to
/// the last.
Status checkOffsets(const SafetensorsHeader &header, int64_t dataBytes) {
  std::vector<const TensorEntry *> order;
  for (const TensorEntry &tensor : header.tensors) {
    if (tensor.begin > tensor.end || tensor.end > dataBytes)
      return Failure{span(tensor) +
                     (tensor.begin > tensor.end
                          ? " ends before it begins"
                          : " lies beyond the data, which have " + std::to_string(dataBytes))};
    std::optional<int64_t> bytes = countBytes(tensor.shape, storedSize(tensor.type));
    if (!bytes)
      return Failure{"tensor '" + printable(tensor.name) + "' has the shape " +
                     printShape(tensor.shape) + ", which is too large"};
    if (*bytes != tensor.end - tensor.begin)
      return Failure{span(tensor) + " should have " + std::to_string(*bytes) +
                     " bytes by its shape " + printShape(tensor.shape)};
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](const TensorEntry *a, const TensorEntry *b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  int64_t next = 0;
  for (const TensorEntry *tensor : order) {
    if (tensor->begin != next)
      return Failure{span(*tensor) +
                     (tensor->begin < next ? " overlaps another that ends at "
                                           : " leaves a hole after byte ") +
                     std::to_string(next)};
    next = tensor->end;
  }
  if (next != dataBytes)
    return Failure{"it has " + std::to_string(dataBytes - next) + " bytes after its last tensor"};
  return {};
}

} // namespace

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, int64_t dataBytes,
                                                 const SafetensorsLimits &limits) {
  if (json.empty() || json.front() != '{')
    return Failure{"its header does not begin with '{'"};
  // The parser takes a NUL for the end and any blank after it; the format allows spaces only.
  if (const size_t nul = json.find('\0'); nul != std::string_view::npos)
    return Failure{"its header has a NUL at byte " + std::to_string(nul)};
  const size_t last = json.find_last_not_of(' ');
  if (json[last] != '}')
    return Failure{"its header does not end in '}' and spaces"};
  HeaderReader reader(limits);
  if (!Json::sax_parse(json.begin(), json.end(), &reader))
    return Failure{reader.message};
  if (Status status = checkOffsets(reader.header, dataBytes); !status)
    return status.failure();
  return std::move(reader.header);
}

} // namespace lamina::runtime
