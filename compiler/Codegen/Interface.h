// What the outside of a compiled model looks like: the plain data that its C functions are made
// from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_INTERFACE_H
#define COMPILER_CODEGEN_INTERFACE_H

#include <cstdint>
#include <string>
#include <vector>

namespace lamina::codegen {

/// An input or output, in the order of the signature.
struct ValueInterface {
  std::string name;
  int32_t dtype = 0; ///< a lamina_dtype
  std::vector<int64_t>
      shape; ///< LAMINA_BATCH (-1) for the batch, LAMINA_EXTENT(k) for extent number k
  int64_t sampleBytes = 0; ///< bytes of one sample (run-time extents at their bounds)
  bool hasBatch() const { return !shape.empty() && shape.front() == -1; }
};

/// A run-time extent, passed to `run` after the batch.
struct ExtentInterface {
  std::string name;
  int64_t bound = 0;
};

/// A parameter: its shape in the file's order and where its elements lie in the packed buffer.
///
/// The first `stacked` axes are those of `repeat`s: each stands for a `*` of the path, and the file
/// has one tensor for each of their positions. The element (i0, i1, …) of the axes that follow
/// lies, with n = Σ ij·laneStrides[j], k = Σ ij·depthStrides[j] and o = Σ ij·outerStrides[j], at
/// element o + ((n / block) · depthExtent + k) · block + n % block from the offset; at element o
/// where `block` is 0.
struct ParameterInterface {
  std::string path;
  int32_t dtype = 0;
  std::vector<int64_t> shape;
  int64_t stacked = 0;
  int64_t offset = 0; ///< bytes from the start of the packed buffer, its head included
  std::vector<int64_t> roundStrides; ///< bytes, one for each stacked axis
  std::vector<int64_t> outerStrides; ///< elements, one for each axis that is not stacked
  std::vector<int64_t> laneStrides;
  std::vector<int64_t> depthStrides;
  int64_t depthExtent = 0;
  int64_t block = 0;
  /// The value where the weight file has none (row-major bytes, stacked axes included): computed
  /// frozen parameters and states. Empty: the tensor must be given.
  std::string defaultValue;
};

struct ModelInterface {
  std::string name;   ///< as written
  std::string symbol; ///< snake case, the prefix of the C functions
  std::string doc;
  std::vector<ValueInterface> inputs;
  std::vector<ValueInterface> outputs;
  std::vector<ExtentInterface> extents;
  std::vector<ParameterInterface> parameters;
  int64_t tile = 1;
  int64_t workspaceOne = 0;  ///< bytes
  int64_t workspaceRows = 0; ///< bytes
  int64_t packedBytes = 0;   ///< head included
  int64_t threads = 0;       ///< that a call may use at most; 0: it is made for the caller's alone
  int64_t work = 0;          ///< multiply-adds of one sample
  int64_t apart = 1;        ///< samples a thread from which on each thread takes samples of its own
  uint64_t hash = 0;        ///< of the planned model and the target
  std::string version;      ///< of the compiler
  std::string target;       ///< triple and CPU, or CPUs
  bool isVersioned = false; ///< the processor decides among several versions; sizes are the largest
  std::string options;      ///< of the compilation
  std::string embedded;     ///< the packed weights, for --embed-weights; else empty
  bool hasInvoke = false;   ///< `run` can be called with an array of arguments too
};

/// `Mixer_S16` → `mixer_s16`, `MlpMixer` → `mlp_mixer`; a C or C++ keyword gets an underscore after
/// it.
std::string symbolName(const std::string &model);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_INTERFACE_H
