// Conversions between the interpreter's tensors and arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Tensors.h"

#include "lamina/HalfFloat.h"

namespace lamina::tool {

using runtime::Array;
using runtime::ElementType;

ElementType elementOf(mlir::Type type) {
  if (type.isF32())
    return ElementType::F32;
  if (type.isF64())
    return ElementType::F64;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isF16())
    return ElementType::F16;
  if (type.isInteger(1))
    return ElementType::Bool;
  if (type.isInteger(8))
    return type.isUnsignedInteger() ? ElementType::U8 : ElementType::I8;
  return type.isInteger(32) ? ElementType::I32 : ElementType::I64;
}

mlir::Type typeOf(ElementType type, mlir::MLIRContext &context) {
  mlir::Builder builder(&context);
  switch (type) {
  case ElementType::F32:
    return builder.getF32Type();
  case ElementType::F64:
    return builder.getF64Type();
  case ElementType::BF16:
    return builder.getBF16Type();
  case ElementType::F16:
    return builder.getF16Type();
  case ElementType::I8:
    return builder.getI8Type();
  case ElementType::U8:
    return builder.getIntegerType(8, false);
  case ElementType::I32:
    return builder.getI32Type();
  case ElementType::I64:
    return builder.getI64Type();
  case ElementType::Bool:
    return builder.getI1Type();
  }
  return {};
}

namespace {

void store(Array &array, int64_t i, double real, int64_t integer) {
  switch (array.type()) {
  case ElementType::F32:
    array.as<float>()[i] = float(real);
    break;
  case ElementType::F64:
    array.as<double>()[i] = real;
    break;
  case ElementType::BF16:
    array.as<uint16_t>()[i] = runtime::floatToBf16(float(real));
    break;
  case ElementType::F16:
    array.as<uint16_t>()[i] = runtime::floatToF16(float(real));
    break;
  case ElementType::I8:
    array.as<int8_t>()[i] = int8_t(integer);
    break;
  case ElementType::U8:
  case ElementType::Bool:
    array.as<uint8_t>()[i] = uint8_t(integer);
    break;
  case ElementType::I32:
    array.as<int32_t>()[i] = int32_t(integer);
    break;
  case ElementType::I64:
    array.as<int64_t>()[i] = integer;
    break;
  }
}

} // namespace

runtime::Result<Array> toArray(const interpreter::Tensor &tensor) {
  runtime::Result<Array> array = Array::create(elementOf(tensor.element), tensor.shape.extents);
  for (int64_t i = 0; array && i < array->size(); ++i)
    store(*array, i, tensor.isReal() ? tensor.reals[size_t(i)] : 0.0,
          tensor.isReal() ? 0 : tensor.integers[size_t(i)]);
  return array;
}

interpreter::Tensor toTensor(const Array &array, std::vector<std::string> axes,
                             mlir::MLIRContext &context) {
  interpreter::Tensor tensor =
      interpreter::makeTensor(typeOf(array.type(), context), {std::move(axes), array.shape()});
  for (int64_t i = 0; i < array.size(); ++i) {
    if (tensor.isReal())
      tensor.reals[size_t(i)] = array.valueAt(i);
    else
      tensor.integers[size_t(i)] =
          array.type() == ElementType::I64 ? array.as<int64_t>()[i] : int64_t(array.valueAt(i));
  }
  return tensor;
}

} // namespace lamina::tool
