// TensorBoard's event files: scalars by step, in the framing of TFRecord.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_EVENTFILE_H
#define LAMINA_EVENTFILE_H

#include "lamina/GrowingFile.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lamina::runtime {

/// CRC-32C (Castagnoli), as iSCSI and TFRecord use it.
uint32_t crc32c(std::span<const std::byte> bytes);

/// A record of TFRecord: length, masked checksum of the length, data, masked checksum of the data.
std::string tfRecord(std::string_view data);

/// The records of a file up to the first that is torn or of a step after `step`.
std::string eventsUpTo(std::string_view file, int64_t step);

/// An event file that grows. Records are complete or absent but for the last one after a crash,
/// which readers skip and `open` removes.
class EventFile {
public:
  /// Opens FOLDER/events.out.tfevents.lamina; where a run goes on after step `after`, what comes
  /// later is dropped.
  Status open(const std::string &folder, int64_t after);
  /// One point of the curve `tag`; the time is now.
  Status scalar(int64_t step, std::string_view tag, double value);
  Status flush() { return file.flush(); }

private:
  GrowingFile file;
};

} // namespace lamina::runtime

#endif // LAMINA_EVENTFILE_H
