// Arrays from and to files of every kind, in the shape of a model's inputs and outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_ARRAYFILE_H
#define LAMINA_ARRAYFILE_H

#include "lamina/Npz.h"
#include "lamina/Output.h"

namespace lamina::runtime {

/// What a model wants to read: the type of one sample.
struct InputSpec {
  std::string name;
  ElementType type = ElementType::F32;
  Shape shape;                 ///< of one sample, without the batch
  std::vector<bool> isBounded; ///< for each axis: the extent is a bound, any smaller one fits
  bool isShared = false;       ///< there is no batch
};

/// Reads `source` (`FILE`, or `FILE.npz:NAME`; `-` is a .npy or CSV on standard input) for `input`
/// and brings it into its type and axes: `[batch, …]`, or without batch for a shared input. An
/// array of as many axes as a sample is a batch of 1. Images (rows, columns, channels) turn to the
/// input's order, as 0 to 1 in a float input. A row of a CSV file is a sample.
Result<Array> readInput(const std::string &source, const InputSpec &input);

/// Reads an array as it is, to compare it: CSV as `type`.
Result<Array> readAny(const std::string &source, ElementType type);

/// Where an array goes: `FILE.npy`, `FILE.csv`, `FILE.png` (an image), `FILE.npz:NAME`, or `-`
/// (.npy on standard output).
struct OutputTarget {
  std::string target;
  const Array *array = nullptr;
};
/// Files that are written but not there yet. Members of one archive are one file.
Result<std::vector<Output>> prepareOutputs(std::span<const OutputTarget> outputs);
Status commitAll(std::span<Output> outputs);
/// Writes all of them, or none.
Status writeOutputs(std::span<const OutputTarget> outputs);

/// Whether `target` is something that writeOutputs can write, for checks before a long run.
Status checkTarget(const std::string &target);

} // namespace lamina::runtime

#endif // LAMINA_ARRAYFILE_H
