// State tensors: double buffers for the step, one tensor a path for checkpoints.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/TrainingState.h"

#include "lamina/ArrayOps.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace lamina::runtime {
namespace {

/// The paths of the positions of a stacked tensor, in order.
std::vector<std::string> expandPath(const std::string &path, const Shape &shape) {
  std::vector<std::string> paths = {path};
  for (size_t axis = 0; paths.front().find('*') != std::string::npos; ++axis) {
    std::vector<std::string> next;
    for (const std::string &one : paths)
      for (int64_t i = 0; i < shape[axis]; ++i)
        next.push_back(std::string(one).replace(one.find('*'), 1, std::to_string(i)));
    paths = std::move(next);
  }
  return paths;
}

Result<std::vector<OwnedArray>> unstack(const std::string &path, const Array &array) {
  std::vector<OwnedArray> list;
  const std::vector<std::string> paths = expandPath(path, array.shape());
  const auto stars = std::count(path.begin(), path.end(), '*');
  for (size_t i = 0; i < paths.size(); ++i) {
    Result<Array> one =
        Array::create(array.type(), Shape(array.shape().begin() + stars, array.shape().end()));
    if (!one)
      return one.failure();
    std::memcpy(one->data(), array.data() + i * one->sizeInBytes(), one->sizeInBytes());
    list.push_back({paths[i], std::move(*one)});
  }
  return list;
}

/// Copies the tensors of all positions, found by `find`, into `array`.
template <typename Find> Status stackInto(Array &array, const std::string &path, Find find) {
  const std::vector<std::string> paths = expandPath(path, array.shape());
  const size_t bytes = array.sizeInBytes() / paths.size();
  for (size_t i = 0; i < paths.size(); ++i) {
    Result<Array> one = find(paths[i]);
    if (!one)
      return one.failure();
    if (one->sizeInBytes() != bytes || one->type() != array.type())
      return Failure{"the tensor '" + printable(paths[i]) + "' has the shape " +
                     printShape(one->shape()) + ", which is not the model's"};
    std::memcpy(array.data() + i * bytes, one->data(), bytes);
  }
  return {};
}

} // namespace

bool isTrainingTensor(const std::string &name) {
  return name.starts_with("optimizer/") || name.starts_with("raw/");
}

static Result<Array> initialValue(std::span<const OwnedArray> initial, const std::string &path) {
  for (const OwnedArray &array : initial)
    if (array.name == path)
      return array.array.copy();
  return Failure{"'" + printable(path) + "' has no initial value"};
}

Result<TrainingState> TrainingState::create(std::span<const SlotSpec> slots,
                                            std::span<const ProgramValue> values,
                                            std::span<const OwnedArray> initial) {
  TrainingState state;
  std::set<std::string> moved;
  for (size_t i = 0; i < slots.size(); ++i) {
    Result<Array> current = slots[i].startsAsParameter
                                ? Array::create(values[i].type, values[i].shape)
                                : filled(values[i].type, values[i].shape, slots[i].fill);
    Result<Array> next = Array::create(values[i].type, values[i].shape);
    if (!current || !next)
      return Failure{"'" + printable(slots[i].name) + "': " + (current ? next : current).error()};
    if (slots[i].startsAsParameter)
      if (Status status =
              stackInto(*current, slots[i].of,
                        [&](const std::string &path) { return initialValue(initial, path); });
          !status)
        return status.failure();
    if (!slots[i].isSlot)
      for (std::string &path : expandPath(slots[i].name, values[i].shape))
        moved.insert(std::move(path));
    state.tensors.push_back({slots[i], std::move(*current), std::move(*next)});
  }
  for (const OwnedArray &array : initial)
    if (!moved.contains(array.name)) {
      Result<Array> copy = array.array.copy();
      if (!copy)
        return copy.failure();
      state.constants.push_back({array.name, std::move(*copy)});
    }
  return state;
}

void TrainingState::advance() {
  for (Tensor &tensor : tensors)
    std::swap(tensor.current, tensor.next);
}

std::optional<size_t> TrainingState::find(const std::string &path) const {
  for (size_t i = 0; i < tensors.size(); ++i)
    if (!tensors[i].spec.isSlot && tensors[i].spec.name == path)
      return i;
  return std::nullopt;
}

const Array *TrainingState::constant(const std::string &path) const {
  for (const OwnedArray &array : constants)
    if (array.name == path)
      return &array.array;
  return nullptr;
}

int64_t TrainingState::bytes() const {
  int64_t sum = 0;
  for (const Tensor &tensor : tensors)
    sum += 2 * int64_t(tensor.current.sizeInBytes());
  return sum;
}

/// What the last link makes of a parameter; null if nothing follows it.
const TrainingState::Tensor *TrainingState::followerOf(const std::string &parameter) const {
  const Tensor *last = nullptr;
  for (const Tensor &tensor : tensors)
    if (tensor.spec.isFollower && tensor.spec.of == parameter)
      last = &tensor;
  return last;
}

std::string TrainingState::storedPrefix(const Tensor &tensor) const {
  return tensor.spec.isSlot ? "optimizer/" : followerOf(tensor.spec.name) ? "raw/" : "";
}

Result<std::vector<OwnedArray>> TrainingState::weights() const {
  std::vector<OwnedArray> list;
  for (const Tensor &tensor : tensors) {
    if (tensor.spec.isSlot)
      continue;
    const Tensor *follower = followerOf(tensor.spec.name);
    Result<std::vector<OwnedArray>> pieces =
        unstack(tensor.spec.name, follower ? follower->current : tensor.current);
    if (!pieces)
      return pieces;
    std::move(pieces->begin(), pieces->end(), std::back_inserter(list));
  }
  for (const OwnedArray &constant : constants) {
    Result<Array> copy = constant.array.copy();
    if (!copy)
      return copy.failure();
    list.push_back({constant.name, std::move(*copy)});
  }
  return list;
}

Result<std::vector<OwnedArray>> TrainingState::checkpoint() const {
  Result<std::vector<OwnedArray>> list = weights();
  for (const Tensor &tensor : tensors) {
    const std::string prefix = storedPrefix(tensor);
    if (!list || prefix.empty())
      continue;
    Result<std::vector<OwnedArray>> pieces = unstack(tensor.spec.name, tensor.current);
    if (!pieces)
      return pieces;
    for (OwnedArray &piece : *pieces)
      list->push_back({prefix + piece.name, std::move(piece.array)});
  }
  return list;
}

Status TrainingState::restore(const Safetensors &file) {
  for (Tensor &tensor : tensors) {
    const std::string prefix = storedPrefix(tensor);
    Status status =
        stackInto(tensor.current, tensor.spec.name, [&](const std::string &path) -> Result<Array> {
          const TensorEntry *entry = file.find(prefix + path);
          if (!entry)
            return file.fail("has no tensor '" + printable(prefix + path) +
                             "': it is no checkpoint of this training");
          return file.read(*entry);
        });
    if (!status)
      return status;
  }
  return {};
}

} // namespace lamina::runtime
