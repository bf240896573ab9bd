// Diagnostics with the chain of block calls, bounds on the work, and regions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/Axes.h"

#include <utility>

namespace lamina::sema {

Report::~Report() {
  owner.addChain(diagnostic);
  owner.emit(std::move(diagnostic));
}

Report &Report::origin(const Value *value, std::string_view axis) {
  noteAxisOrigin(diagnostic, *value, axis);
  return *this;
}

Report Instantiator::error(SourceRange range, std::string message) {
  return Report(*this, Severity::Error, range, std::move(message));
}

Report Instantiator::warning(SourceRange range, std::string message) {
  return Report(*this, Severity::Warning, range, std::move(message));
}

void Instantiator::emit(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Error)
    ++errors;
  // One text may be instantiated many times (a model and its variants): once is enough.
  std::string key = std::to_string(diagnostic.range.file) + ':' +
                    std::to_string(diagnostic.range.begin) + ':' +
                    std::to_string(diagnostic.range.end) + ':' + diagnostic.message;
  if (!reported.insert(std::move(key)).second)
    return;
  Diagnostic &given = diagnostic.severity == Severity::Error
                          ? diagnostics.error(diagnostic.range, std::move(diagnostic.message))
                          : diagnostics.warning(diagnostic.range, std::move(diagnostic.message));
  given.notes = std::move(diagnostic.notes);
}

void Instantiator::addChain(Diagnostic &diagnostic) const {
  constexpr int kShown = 6;
  int shown = 0, hidden = 0;
  for (const Frame *at = frame; at && at->caller; at = at->caller) {
    bool isHere = at == frame && at->call.file == diagnostic.range.file &&
                  at->call.begin == diagnostic.range.begin; // the error stands there itself
    if (!at->call.isValid() || isHere)
      continue;
    if (shown++ < kShown)
      diagnostic.note(at->call, "in '" + at->name + "', which is applied here");
    else
      ++hidden;
  }
  if (hidden)
    diagnostic.note(diagnostic.range,
                    "… and " + std::to_string(hidden) + " more applications around these");
}

void Instantiator::forward(const Diagnostics &inner) {
  for (Diagnostic diagnostic : inner.all()) {
    addChain(diagnostic);
    emit(std::move(diagnostic));
  }
}

bool Instantiator::step(SourceRange range, size_t work) {
  constexpr size_t kStepsPerNode = 8; // static work that makes no node counts too, more lightly
  if (exhausted)
    return false;
  const size_t most = limits.nodes * kStepsPerNode;
  if (work <= most && (steps += work) <= most)
    return true;
  exhausted = true;
  error(range, "this expands to too much: it would make far more than " +
                   std::to_string(limits.nodes) +
                   " operations; is there a loop or a recursion without end?");
  return false;
}

Region *Instantiator::open(Node *node, size_t index) {
  while (node->regions.size() <= index)
    node->regions.push_back(std::make_unique<Region>());
  return node->regions[index].get();
}

Value *Instantiator::argument(Region &in, Type type, std::string name, SourceRange range) {
  auto value = std::make_unique<Value>();
  value->type = std::move(type);
  value->name = std::move(name);
  value->range = range;
  in.arguments.push_back(std::move(value));
  return in.arguments.back().get();
}

} // namespace lamina::sema
