// safetensors, read more strictly than its reference: no name twice, no hole, no overlap.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_SAFETENSORS_H
#define LAMINA_SAFETENSORS_H

#include "lamina/Npz.h"
#include "lamina/StoredType.h"

#include <map>
#include <span>

namespace lamina::runtime {

struct SafetensorsLimits {
  int64_t headerBytes = int64_t(16) << 20;
  size_t nameBytes = 4096;
};

/// One tensor of a file; [begin, end) lies within its data.
struct TensorEntry {
  std::string name;
  StoredType type = StoredType::F32;
  Shape shape;
  int64_t begin = 0;
  int64_t end = 0;
};

/// What a file's header says, checked as a whole. Names are in the order of the file.
struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

/// An open file of weights. Tensors are read when asked for.
class Safetensors {
public:
  static Result<Safetensors> open(Input input, const SafetensorsLimits &limits = {});

  const std::string &name() const { return input.name(); }
  const SafetensorsHeader &header() const { return contents; }
  /// Whether the file carries a checksum, which it agrees with.
  bool isVerified() const { return hasChecksum; }
  /// Null if there is none.
  const TensorEntry *find(const std::string &name) const;
  Result<Array> read(const TensorEntry &entry) const;
  Failure fail(const std::string &message) const { return input.fail(message); }

private:
  Safetensors(Input input, SafetensorsHeader contents, int64_t data);
  Input input;
  SafetensorsHeader contents;
  std::map<std::string, size_t, std::less<>> byName;
  int64_t data = 0; ///< where the tensors begin
  bool hasChecksum = false;
};

/// Parses the JSON at the head of a file whose tensors take `dataBytes`. The failure's message has
/// no path.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, int64_t dataBytes,
                                                 const SafetensorsLimits &limits);

/// Writes `arrays` in the order given, with `metadata` and a checksum, which `open` verifies.
Status writeSafetensors(const std::string &path, std::span<const NamedArray> arrays,
                        const std::map<std::string, std::string> &metadata = {});

} // namespace lamina::runtime

#endif // LAMINA_SAFETENSORS_H
