// Norms of positions over parameters, and parameters without the smallest ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/CarriedWeights.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace lamina::tool {
namespace {

using runtime::Array;
using Arrays = std::map<std::string, Array>;

/// The numbers in the places of the `*` of a path, with blanks between; nothing where the name is
/// of another path.
std::optional<std::string> roundsOf(llvm::StringRef path, llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> words, own;
  path.split(words, '.');
  name.split(own, '.');
  if (words.size() != own.size())
    return std::nullopt;
  std::string rounds;
  for (auto [word, mine] : llvm::zip(words, own)) {
    if (word == "*" && llvm::all_of(mine, llvm::isDigit))
      rounds += mine.str() + " ";
    else if (word != mine)
      return std::nullopt;
  }
  return rounds;
}

/// An array as slices of `extent` positions.
struct Sliced {
  int64_t outer = 1, extent, inner = 1;
  Sliced(const Array &array, size_t axis) : extent(array.shape()[axis]) {
    for (size_t i = 0; i < array.rank(); ++i)
      (i < axis ? outer : inner) *= i == axis ? 1 : array.shape()[i];
  }
};

class Cutter {
public:
  Cutter(const sema::Training &stage, const runtime::Safetensors &file)
      : stage(stage), file(file) {}

  runtime::Result<Arrays> run() {
    for (const sema::CarriedCut &cut : stage.cuts)
      if (runtime::Status status = read(cut); !status)
        return status.failure();
    std::vector<Kept> kept;
    for (const sema::CarriedCut &cut : stage.cuts)
      kept.push_back(choose(cut));
    for (size_t i = 0; i < kept.size(); ++i)
      if (runtime::Status status = apply(stage.cuts[i], kept[i]); !status)
        return status.failure();
    return std::move(arrays);
  }

private:
  /// The positions that stay, by the rounds that share them.
  using Kept = std::map<std::string, std::vector<int64_t>>;

  template <typename Visit> void forEach(const sema::CarriedCut &cut, Visit visit) {
    for (const sema::CarriedCut::Part &part : cut.parts) {
      const size_t stacked = size_t(std::count(part.path.begin(), part.path.end(), '*'));
      for (auto &[name, array] : arrays)
        if (std::optional<std::string> rounds = roundsOf(part.path, name))
          visit(part, cut.isPerRound ? *rounds : "", array, part.axis - stacked);
    }
  }

  runtime::Status read(const sema::CarriedCut &cut) {
    for (const sema::CarriedCut::Part &part : cut.parts)
      for (const runtime::TensorEntry &entry : file.header().tensors) {
        if (!roundsOf(part.path, entry.name) || arrays.contains(entry.name))
          continue;
        runtime::Result<Array> array = file.read(entry);
        if (!array)
          return array.failure();
        arrays.emplace(entry.name, std::move(*array));
      }
    return {};
  }

  Kept choose(const sema::CarriedCut &cut) {
    std::map<std::string, std::vector<double>> norms;
    const bool isSquared = stage.carry.words.at("by") == "l2";
    forEach(cut, [&](const sema::CarriedCut::Part &part, const std::string &rounds,
                     const Array &array, size_t axis) {
      std::vector<double> &norm = norms[rounds];
      norm.resize(size_t(cut.from));
      const Sliced slices(array, axis);
      for (int64_t i = 0; part.isScored && i < array.size(); ++i) {
        const double value = array.valueAt(i);
        norm[size_t(i / slices.inner % slices.extent)] +=
            isSquared ? value * value : std::abs(value);
      }
    });
    Kept kept;
    for (const auto &[rounds, norm] : norms) {
      std::vector<int64_t> order(norm.size());
      std::iota(order.begin(), order.end(), 0);
      std::sort(order.begin(), order.end(), [&norm = norm](int64_t a, int64_t b) {
        return std::pair(-norm[size_t(a)], a) < std::pair(-norm[size_t(b)], b);
      });
      order.resize(size_t(cut.to));
      std::sort(order.begin(), order.end());
      kept[rounds] = std::move(order);
    }
    return kept;
  }

  runtime::Status apply(const sema::CarriedCut &cut, const Kept &kept) {
    runtime::Status status;
    forEach(cut, [&](const sema::CarriedCut::Part &, const std::string &rounds, Array &array,
                     size_t axis) {
      runtime::Result<Array> made = take(array, axis, kept.at(rounds));
      if (made)
        array = std::move(*made);
      else
        status = made.failure();
    });
    return status;
  }

  static runtime::Result<Array> take(const Array &array, size_t axis,
                                     const std::vector<int64_t> &positions) {
    runtime::Shape shape = array.shape();
    shape[axis] = int64_t(positions.size());
    runtime::Result<Array> made = Array::create(array.type(), std::move(shape));
    if (!made)
      return made;
    const Sliced slices(array, axis);
    const size_t bytes = size_t(slices.inner) * runtime::elementSize(array.type());
    std::byte *to = made->data();
    for (int64_t outer = 0; outer < slices.outer; ++outer)
      for (const int64_t position : positions) {
        std::memcpy(to, array.data() + size_t(outer * slices.extent + position) * bytes, bytes);
        to += bytes;
      }
    return made;
  }

  const sema::Training &stage;
  const runtime::Safetensors &file;
  Arrays arrays;
};

} // namespace

runtime::Result<Arrays> cutWeights(const sema::Training &stage, const runtime::Safetensors &file) {
  return Cutter(stage, file).run();
}

} // namespace lamina::tool
