// A run as one HTML page: settings, figures, curves. It needs no other file and no network.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_TRAININGREPORT_H
#define LAMINA_TRAININGREPORT_H

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lamina::runtime {

/// A curve that grows for as long as a run lasts and takes bounded memory: when it is full, every
/// second point goes, and from then on every second is taken.
class Curve {
public:
  explicit Curve(std::string name) : name(std::move(name)) {}
  void add(int64_t step, double value);
  std::string name;
  std::vector<std::pair<int64_t, double>> points; ///< step, value; the latest comes last
  double least = INFINITY, most = -INFINITY;      ///< of all values, those that went too

private:
  int64_t stride = 1, seen = 0;
  bool lastIsExtra = false; ///< the last point stands between two that are kept
};

/// The curves of a run, in the order in which they came up.
class TrainingHistory {
public:
  void add(int64_t step, const std::string &name, double value);
  /// Takes the lines of a `metrics.jsonl`.
  void read(const std::string &lines);
  std::vector<Curve> curves;
};

/// What stands above the curves.
struct ReportHead {
  std::string title;
  std::vector<std::pair<std::string, std::string>> settings; ///< path and text
};

/// The page. Curves whose names end alike (`loss`, `val.loss`) share a picture.
std::string reportHtml(const ReportHead &head, const TrainingHistory &history);

} // namespace lamina::runtime

#endif // LAMINA_TRAININGREPORT_H
