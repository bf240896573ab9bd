// metrics.jsonl, what goes with it, and the progress line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/TrainingLog.h"

#include "lamina/Output.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace lamina::runtime {

std::string jsonNumber(double value) {
  if (!std::isfinite(value))
    return "null";
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

static std::string shortNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// The lines of a log up to step `after`, for a run that goes on from there.
static std::string linesUpTo(const std::string &text, int64_t after) {
  std::istringstream lines(text);
  std::string kept, line;
  constexpr std::string_view kHead = "{\"step\":";
  while (std::getline(lines, line))
    if (line.starts_with(kHead) && line.ends_with("}") &&
        std::strtoll(line.c_str() + kHead.size(), nullptr, 10) <= after)
      kept += line + "\n";
  return kept;
}

Status TrainingLog::open(const std::string &given, int64_t after) {
  folder = given;
  const std::string path = folder + "/metrics.jsonl";
  if (Status status = events.open(folder, after); !status)
    return status;
  const std::string kept = after > 0 ? linesUpTo(GrowingFile::textOf(path), after) : "";
  history.read(kept);
  return file.open(path, kept);
}

Status TrainingLog::flush() {
  if (Status status = file.flush(); !status)
    return status;
  return events.flush();
}

Status TrainingLog::report() const {
  return head.title.empty() ? Status()
                            : writeFile(folder + "/report.html", reportHtml(head, history));
}

/// `0:42`, `3:05:00`.
static std::string duration(double seconds) {
  const auto whole = int64_t(std::min(seconds, 1e9) + 0.5);
  char text[40];
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", (long long)(whole / 3600),
                  (long long)(whole / 60 % 60), (long long)(whole % 60));
  else
    std::snprintf(text, sizeof text, "%lld:%02lld", (long long)(whole / 60),
                  (long long)(whole % 60));
  return text;
}

Status TrainingLog::step(int64_t step, double epoch, double loss, double factor) {
  history.add(step, "loss", loss);
  history.add(step, "lr", factor);
  if (Status status = events.scalar(step, "loss", loss); !status)
    return status;
  if (Status status = events.scalar(step, "lr", factor); !status)
    return status;
  return file.append("{\"step\":" + std::to_string(step) + ",\"epoch\":" + jsonNumber(epoch) +
                     ",\"loss\":" + jsonNumber(loss) + ",\"lr\":" + jsonNumber(factor) + "}\n");
}

Status TrainingLog::check(int64_t step, double epoch, const Measured &values) {
  std::string json = "{\"step\":" + std::to_string(step) + ",\"epoch\":" + jsonNumber(epoch);
  std::string text = "step " + std::to_string(step) + ", epoch " + shortNumber(epoch) + ":";
  for (const auto &[name, value] : values) {
    json += ",\"" + name + "\":" + jsonNumber(value);
    text += "  " + name + " " + shortNumber(value);
    history.add(step, name, value);
    if (Status status = events.scalar(step, name, value); !status)
      return status;
  }
  if (std::exchange(hasProgress, false))
    say("\r\x1b[K");
  line(text);
  if (Status status = file.append(json + "}\n"); !status)
    return status;
  return flush();
}

void TrainingLog::progress(int64_t step, int64_t total, double loss, double samplesPerSecond,
                           double secondsLeft) {
  constexpr std::chrono::milliseconds kPause(200);
  const auto now = std::chrono::steady_clock::now();
  if (!isTerminal || now - shown < kPause)
    return;
  shown = now;
  hasProgress = true;
  say("\r\x1b[Kstep " + std::to_string(step) + "/" + std::to_string(total) + "  loss " +
      shortNumber(loss) + "  " + shortNumber(samplesPerSecond) + " samples/s  " +
      duration(secondsLeft) + " left");
}

} // namespace lamina::runtime
