// Packing weights in this process, as the object's `M_pack` does.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/AbiSupport.h"

#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace lamina::codegen {

int32_t elementBytes(int32_t dtype) {
  switch (dtype) {
  case LAMINA_F64:
  case LAMINA_I64:
    return 8;
  case LAMINA_F32:
  case LAMINA_I32:
    return 4;
  case LAMINA_BF16:
  case LAMINA_F16:
    return 2;
  default:
    return 1;
  }
}

/// The native counterpart of AbiBuilder::packing.
static lamina_packing packingOf(const ParameterInterface &p) {
  return {p.path.c_str(),
          p.shape.data(),
          p.roundStrides.data(),
          p.outerStrides.data(),
          p.laneStrides.data(),
          p.depthStrides.data(),
          p.defaultValue.empty() ? nullptr : p.defaultValue.data(),
          p.offset,
          p.depthExtent,
          p.block,
          static_cast<int32_t>(p.shape.size()),
          static_cast<int32_t>(p.stacked),
          p.dtype,
          elementBytes(p.dtype)};
}

int32_t packWeights(const ModelInterface &model, ArrayRef<lamina_tensor> tensors,
                    std::string &packed) {
  SmallVector<lamina_packing> packings;
  for (const ParameterInterface &parameter : model.parameters)
    packings.push_back(packingOf(parameter));
  packed.resize(model.packedBytes);
  return lamina_support_pack(packings.data(), packings.size(), tensors.data(), tensors.size(),
                             model.hash, model.packedBytes, packed.data());
}

} // namespace lamina::codegen
