// A value or the one line that says why there is none: how every function of the runtime fails.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_RESULT_H
#define LAMINA_RESULT_H

#include <string>
#include <utility>
#include <variant>

namespace lamina::runtime {

/// Why something failed: the user's words, lower case, no final stop; notes may follow, one a line.
struct Failure {
  std::string message;
};

/// A T or a Failure. Nothing of the runtime throws across its interface.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : held(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : held(std::in_place_index<1>, std::move(failure)) {}

  explicit operator bool() const { return held.index() == 0; }
  T &operator*() { return std::get<0>(held); }
  const T &operator*() const { return std::get<0>(held); }
  T *operator->() { return &std::get<0>(held); }
  const T *operator->() const { return &std::get<0>(held); }
  const std::string &error() const { return std::get<1>(held).message; }
  Failure failure() const { return std::get<1>(held); }

private:
  std::variant<T, Failure> held;
};

/// Success or a Failure.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Failure failure) : held(std::move(failure.message)), failed(true) {}

  explicit operator bool() const { return !failed; }
  const std::string &error() const { return held; }
  Failure failure() const { return {held}; }

private:
  std::string held;
  bool failed = false;
};

} // namespace lamina::runtime

#endif // LAMINA_RESULT_H
