// What a run tells: lines for a person, `metrics.jsonl` for programs, events for TensorBoard, a
// page.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_TRAININGLOG_H
#define LAMINA_TRAININGLOG_H

#include "lamina/EventFile.h"
#include "lamina/Result.h"
#include "lamina/TrainingReport.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace lamina::runtime {

/// Names and values in order: `val.loss`, `val.accuracy`.
using Measured = std::vector<std::pair<std::string, double>>;

/// `0.123456789` with nine digits that count; NaN and infinities as JSON has them not, as null.
std::string jsonNumber(double value);

class TrainingLog {
public:
  /// Where lines for a person go. On a terminal a line that ends in `\r` is overwritten by the
  /// next.
  using Say = std::function<void(const std::string &)>;
  TrainingLog(Say say, bool isTerminal) : say(std::move(say)), isTerminal(isTerminal) {}

  /// Opens `metrics.jsonl` and the events in `folder`; in a resumed run what came after step
  /// `after` is dropped.
  Status open(const std::string &folder, int64_t after);
  /// Writes `report.html` anew. An empty `head` was not set: there is no report.
  Status report() const;
  ReportHead head;
  void line(const std::string &text) { say(text + "\n"); }

  /// One step: its number from 1, the loss before the update, the factor on the learning rate.
  Status step(int64_t step, double epoch, double loss, double factor);
  /// A validation after a step; also the line for a person.
  Status check(int64_t step, double epoch, const Measured &values);
  /// The line for a person on a terminal, several times a second at most.
  void progress(int64_t step, int64_t total, double loss, double samplesPerSecond,
                double secondsLeft);
  Status flush();

private:
  Say say;
  bool isTerminal;
  std::string folder;
  GrowingFile file; ///< metrics.jsonl
  EventFile events;
  TrainingHistory history;
  std::chrono::steady_clock::time_point shown{};
  bool hasProgress = false;
};

} // namespace lamina::runtime

#endif // LAMINA_TRAININGLOG_H
