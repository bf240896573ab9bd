// A `repeat` while its body is being executed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_LOOP_H
#define COMPILER_SEMA_LOOP_H

#include "compiler/Sema/Instantiator.h"

#include <string>
#include <vector>

namespace lamina::sema {

struct Instantiator::Loop {
  int64_t first = 0, count = 0;
  std::vector<std::string> names; ///< carried
  std::vector<Value *> entering;  ///< their values before
  std::vector<Value *> inside;    ///< the region's arguments for them
  std::vector<Datum> leaving;     ///< what the body has bound them to
  Node *node = nullptr;
  LayerPtr container;
  std::string axis; ///< the IR name of the stacking axis
  SourceRange range;
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_LOOP_H
