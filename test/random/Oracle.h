// A random program made ready to compare: its module, what goes in, and what must come out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_RANDOM_ORACLE_H
#define TEST_RANDOM_ORACLE_H

#include "test/random/Program.h"

#include "compiler/Interpreter/Interpreter.h"

#include "lamina/abi.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"

#include <string>
#include <vector>

namespace lamina::fuzz {

/// The batch that a case has data for; smaller batches are its first rows.
inline constexpr int64_t kLargestBatch = 64;

/// A program, its data, and the interpreter's outputs with derived bounds.
struct Case {
  int64_t extent = -1; ///< the run-time extent of the data; -1 where the program has none
  mlir::OwningOpRef<mlir::ModuleOp> module;
  interpreter::Tensors inputs, parameters;
  std::vector<std::vector<float>> inputData; ///< the inputs in the order of the signature
  std::vector<interpreter::Tensor> expected;
};

/// Parses, checks and interprets programs.
class Oracle {
public:
  /// `libraryFolder` holds `std/`.
  explicit Oracle(std::string libraryFolder);

  /// Fills `result`, with parameters and inputs drawn from `seed`, the inputs for some run-time
  /// extent within its bound; what is wrong in one line, or nothing.
  std::string prepare(const Program &program, uint64_t seed, Case &result);
  /// Draws inputs of another run-time extent for a case that is prepared.
  std::string fill(const Program &program, uint64_t seed, int64_t extent, Case &result);

private:
  mlir::OwningOpRef<mlir::ModuleOp> build(const Program &program, std::string &error);

  std::string libraryFolder;
  mlir::MLIRContext context;
};

std::vector<float> toFloats(const interpreter::Tensor &tensor);

/// The parameters as the C ABI takes them. Points into its own data.
struct ParameterTensors {
  explicit ParameterTensors(const interpreter::Tensors &parameters);
  std::vector<std::vector<float>> data;
  std::vector<lamina_tensor> tensors;
};

} // namespace lamina::fuzz

#endif // TEST_RANDOM_ORACLE_H
