// An application of a block on its way from the caller's axes to the block's own and back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_APPLICATION_H
#define COMPILER_SEMA_APPLICATION_H

#include "compiler/Sema/Instantiator.h"

#include <map>
#include <string>
#include <vector>

namespace lamina::sema {

struct Application {
  LayerPtr layer;
  const Callable &callee;
  SourceRange range;
  Frame inner;
  std::vector<Value *> inputs; ///< one an input of the signature; null for an absent one
  std::vector<SourceRange> inputRanges;
  std::vector<std::string>
      read; ///< names of the signature whose extents come from values, in order
  std::vector<std::string> made; ///< those that the block makes
  /// By name of the signature: as the caller gave it.
  std::map<std::string, AxisList, std::less<>> given;
  std::map<std::string, std::vector<std::string>>
      callers; ///< by name of the signature: the caller's IR names

  /// The layer's or block's name in quotes.
  std::string who() const { return "'" + (layer->unnamed ? callee.name : layer->name) + "'"; }
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_APPLICATION_H
