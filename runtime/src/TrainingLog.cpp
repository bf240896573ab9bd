// metrics.jsonl, what goes with it, and the progress line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/TrainingLog.h"

#include "lamina/Input.h"
#include "lamina/Output.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

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

TrainingLog::~TrainingLog() {
  (void)flush();
  if (descriptor >= 0)
    ::close(descriptor);
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
  path = folder + "/metrics.jsonl";
  if (Status status = events.open(folder, after); !status)
    return status;
  std::string kept;
  if (after > 0)
    if (Result<Input> old = Input::open(path))
      if (Result<std::vector<std::byte>> bytes = old->readAll())
        kept = linesUpTo({reinterpret_cast<const char *>(bytes->data()), bytes->size()}, after);
  history.read(kept);
  if (Status status = writeFile(path, kept); !status)
    return status;
  descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  return descriptor < 0
             ? Status(Failure{printable(path) + ": cannot be opened: " + std::strerror(errno)})
             : Status();
}

Status TrainingLog::write(const std::string &text) {
  constexpr size_t kBuffered = 1 << 14;
  buffer += text;
  return buffer.size() < kBuffered ? Status() : flush();
}

Status TrainingLog::flush() {
  size_t done = 0;
  while (descriptor >= 0 && done < buffer.size()) {
    const ssize_t put = ::write(descriptor, buffer.data() + done, buffer.size() - done);
    if (put < 0 && errno != EINTR)
      return Failure{printable(path) + ": cannot be written: " + std::strerror(errno)};
    done += size_t(put > 0 ? put : 0);
  }
  buffer.clear();
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
  return write("{\"step\":" + std::to_string(step) + ",\"epoch\":" + jsonNumber(epoch) +
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
  if (Status status = write(json + "}\n"); !status)
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
