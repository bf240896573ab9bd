// Writing TensorBoard's Event messages: the few fields of tensorflow/core/util/event.proto that
// scalars need.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/EventFile.h"

#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <optional>

namespace lamina::runtime {
namespace {

constexpr size_t kLengthBytes = 8, kChecksumBytes = 4;
constexpr size_t kFrame = kLengthBytes + 2 * kChecksumBytes;

constexpr std::array<uint32_t, 256> makeTable() {
  constexpr uint32_t kPolynomial = 0x82f63b78; // reflected
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ (value & 1 ? kPolynomial : 0);
    table[i] = value;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = makeTable();

uint32_t maskedChecksum(std::string_view data) {
  const uint32_t crc = crc32c(std::as_bytes(std::span(data)));
  return std::rotr(crc, 15) + 0xa282ead8u;
}

template <typename T> std::string littleEndian(T value) {
  std::string text;
  for (size_t i = 0; i < sizeof(T); ++i)
    text += char(value >> (8 * i));
  return text;
}

uint64_t readLittle(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;)
    value = value << 8 | uint8_t(bytes[i]);
  return value;
}

// --- The wire format of protocol buffers ---

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

std::string varint(uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7)
    text += char(value | 0x80);
  return text + char(value);
}

std::string key(int field, WireType type) { return varint(uint64_t(field) << 3 | type); }

std::string bytesField(int field, std::string_view bytes) {
  return key(field, kBytes) + varint(bytes.size()) + std::string(bytes);
}

/// `wall_time` and `step`, with which every event of ours begins.
std::string head(int64_t step) {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return key(1, kFixed64) + littleEndian(std::bit_cast<uint64_t>(now)) + key(2, kVarint) +
         varint(uint64_t(step));
}

/// The step of an event that begins as ours do.
std::optional<int64_t> stepOf(std::string_view event) {
  constexpr size_t kBefore = 1 + sizeof(double) + 1;
  if (event.size() <= kBefore)
    return std::nullopt;
  uint64_t value = 0;
  int shift = 0;
  for (char c : event.substr(kBefore)) {
    value |= uint64_t(c & 0x7f) << shift;
    shift += 7;
    if (!(c & 0x80))
      return int64_t(value);
    if (shift > 63)
      break;
  }
  return std::nullopt;
}

} // namespace

uint32_t crc32c(std::span<const std::byte> bytes) {
  uint32_t crc = ~0u;
  for (std::byte byte : bytes)
    crc = (crc >> 8) ^ kTable[(crc ^ uint32_t(byte)) & 0xff];
  return ~crc;
}

std::string tfRecord(std::string_view data) {
  const std::string length = littleEndian(uint64_t(data.size()));
  return length + littleEndian(maskedChecksum(length)) + std::string(data) +
         littleEndian(maskedChecksum(data));
}

std::string eventsUpTo(std::string_view file, int64_t step) {
  size_t end = 0;
  while (file.size() - end >= kFrame) {
    const std::string_view rest = file.substr(end);
    const uint64_t length = readLittle(rest.substr(0, kLengthBytes));
    if (length > rest.size() - kFrame)
      break;
    const std::string_view data = rest.substr(kLengthBytes + kChecksumBytes, length);
    if (rest.substr(0, length + kFrame) != tfRecord(data))
      break;
    if (const std::optional<int64_t> at = stepOf(data); !at || *at > step)
      break;
    end += length + kFrame;
  }
  return std::string(file.substr(0, end));
}

Status EventFile::open(const std::string &folder, int64_t after) {
  const std::string path = folder + "/events.out.tfevents.lamina";
  std::string kept = after > 0 ? eventsUpTo(GrowingFile::textOf(path), after) : "";
  if (kept.empty())
    kept = tfRecord(head(0) + bytesField(3, "brain.Event:2"));
  return file.open(path, kept);
}

Status EventFile::scalar(int64_t step, std::string_view tag, double value) {
  const uint32_t bits = std::bit_cast<uint32_t>(float(value));
  const std::string point = bytesField(1, tag) + key(2, kFixed32) + littleEndian(bits);
  return file.append(tfRecord(head(step) + bytesField(5, bytesField(1, point))));
}

} // namespace lamina::runtime
