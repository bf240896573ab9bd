// The checksum that our safetensors files carry in their metadata.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_SAFETENSORSCHECKSUM_H
#define RUNTIME_SRC_SAFETENSORSCHECKSUM_H

#include "lamina/Npz.h"

#include <cstdint>
#include <span>
#include <string>

namespace lamina::runtime {

/// How a header that carries a checksum begins; eight hexadecimal digits and a quote follow.
inline constexpr std::string_view kChecksumHead = "{\"__metadata__\":{\"checksum\":\"";
inline constexpr std::string_view kNoChecksum = "00000000";

/// Writes the CRC-32 of the whole file (length, header with zeros for digits, tensors) into
/// `header`, which begins with kChecksumHead and kNoChecksum. `length` is what stands before the
/// header.
void writeChecksum(std::string_view length, std::string &header,
                   std::span<const NamedArray> arrays);

/// Compares the checksum of an open file, whose header is `header`, with its bytes. False for a
/// file without one.
Result<bool> verifyChecksum(const Input &input, std::string_view header);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_SAFETENSORSCHECKSUM_H
