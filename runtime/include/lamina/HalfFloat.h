// bf16 and f16 as bits: exact to float, round to nearest even from float.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_HALFFLOAT_H
#define LAMINA_HALFFLOAT_H

#include <cstdint>

namespace lamina::runtime {

float bf16ToFloat(uint16_t bits);
float f16ToFloat(uint16_t bits);
/// A NaN stays a NaN; what exceeds the range becomes infinite.
uint16_t floatToBf16(float value);
uint16_t floatToF16(float value);

} // namespace lamina::runtime

#endif // LAMINA_HALFFLOAT_H
