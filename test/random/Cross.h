// Random programs as objects for another processor, with what they must compute.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_RANDOM_CROSS_H
#define TEST_RANDOM_CROSS_H

#include "test/random/Oracle.h"

#include "compiler/Codegen/Target.h"

namespace lamina::fuzz {

/// Writes `FOLDER/SEED.o`, whose functions are `random_SEED_…`, and `FOLDER/SEED.case`, in the byte
/// order of a little-endian machine: the number of inputs and outputs and of their elements (i64),
/// the size of the packed weights (i64), then weights (bytes), inputs (f32), outputs (f64) and
/// their bounds (f64), all of kLargestBatch samples. What is wrong in one line, or nothing.
std::string writeCase(Oracle &oracle, const Program &program, uint64_t seed,
                      const codegen::Target &target, const std::string &folder);

} // namespace lamina::fuzz

#endif // TEST_RANDOM_CROSS_H
