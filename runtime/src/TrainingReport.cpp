// Curves as inline SVG, everything else as plain tables.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/TrainingReport.h"

#include "lamina/TrainingLog.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace lamina::runtime {

void Curve::add(int64_t step, double value) {
  constexpr size_t kMost = 2000;
  if (std::isfinite(value)) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  if (lastIsExtra)
    points.pop_back();
  points.emplace_back(step, value);
  lastIsExtra = seen++ % stride != 0;
  if (points.size() < kMost || lastIsExtra)
    return;
  for (size_t i = 0; 2 * i < points.size(); ++i)
    points[i] = points[2 * i];
  points.resize((points.size() + 1) / 2);
  stride *= 2;
  if (points.back().first != step) {
    points.emplace_back(step, value);
    lastIsExtra = true;
  }
}

void TrainingHistory::add(int64_t step, const std::string &name, double value) {
  auto found = std::find_if(curves.begin(), curves.end(),
                            [&](const Curve &curve) { return curve.name == name; });
  (found == curves.end() ? curves.emplace_back(name) : *found).add(step, value);
}

void TrainingHistory::read(const std::string &lines) {
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const nlohmann::json object = nlohmann::json::parse(line, nullptr, /*exceptions=*/false);
    if (!object.is_object() || !object.contains("step") || !object["step"].is_number_integer())
      continue;
    for (const auto &[name, value] : object.items())
      if (name != "step" && name != "epoch" && value.is_number())
        add(object["step"].get<int64_t>(), name, value.get<double>());
  }
}

namespace {

std::string escaped(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return result;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// `val.loss` belongs into the picture of `loss`.
std::string pictureOf(const std::string &curve) {
  return curve.substr(curve.find_last_of('.') + 1);
}

struct Range {
  double low = INFINITY, high = -INFINITY;
  void take(double value) {
    if (!std::isfinite(value))
      return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// Where `value` lies, 0 to 1.
  double share(double value) const { return high > low ? (value - low) / (high - low) : 0.5; }
};

constexpr double kWidth = 640, kHeight = 240, kLeft = 64, kBottom = 28, kTop = 8;
constexpr const char *kColors[] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b"};

/// One picture: its curves over the step, the two axes with their ends.
class Picture {
public:
  explicit Picture(std::vector<const Curve *> given) : curves(std::move(given)) {
    for (const Curve *curve : curves)
      for (const auto &[step, value] : curve->points) {
        steps.take(double(step));
        values.take(value);
      }
    // What falls over several powers of ten is read on a logarithmic axis.
    isLogarithmic = values.low > 0 && values.high / values.low > 100;
    if (isLogarithmic)
      values = {std::log10(values.low), std::log10(values.high)};
  }

  std::string svg() const {
    std::string text = "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(kHeight) + "\">\n";
    for (double at : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const double value = values.low + at * (values.high - values.low);
      const std::string height = number(y(at));
      text += "<line class=\"grid\" x1=\"" + number(kLeft) + "\" x2=\"" + number(kWidth) +
              "\" y1=\"" + height + "\" y2=\"" + height + "\"/><text x=\"" + number(kLeft - 6) +
              "\" y=\"" + height + "\" text-anchor=\"end\" dy=\"4\">" +
              number(isLogarithmic ? std::pow(10, value) : value) + "</text>\n";
      text += "<text x=\"" + number(x(at)) + "\" y=\"" + number(kHeight - 8) + "\" text-anchor=\"" +
              (at == 0   ? "start"
               : at == 1 ? "end"
                         : "middle") +
              "\">" + number(std::round(steps.low + at * (steps.high - steps.low))) + "</text>\n";
    }
    for (size_t i = 0; i < curves.size(); ++i)
      text += line(*curves[i], kColors[i % std::size(kColors)]);
    return text + "</svg>\n";
  }

private:
  double x(double share) const { return kLeft + share * (kWidth - kLeft - 4); }
  double y(double share) const { return kTop + (1 - share) * (kHeight - kTop - kBottom); }

  /// A number that is none leaves a gap.
  std::string line(const Curve &curve, const std::string &color) const {
    std::string path;
    bool isDown = false;
    for (const auto &[step, value] : curve.points) {
      const double height = isLogarithmic ? std::log10(value) : value;
      if (!std::isfinite(height)) {
        isDown = false;
        continue;
      }
      path += (isDown ? "L" : "M") + number(x(steps.share(double(step)))) + " " +
              number(y(values.share(height)));
      isDown = true;
    }
    return "<path stroke=\"" + color + "\" d=\"" + path + "\"><title>" + escaped(curve.name) +
           "</title></path>\n";
  }

  std::vector<const Curve *> curves;
  Range steps, values;
  bool isLogarithmic = false;
};

std::string figure(const std::string &name, const std::vector<const Curve *> &curves) {
  std::string text = "<figure><figcaption>" + escaped(name);
  for (size_t i = 0; i < curves.size(); ++i)
    text += " <span style=\"color:" + std::string(kColors[i % std::size(kColors)]) + "\">" +
            escaped(curves[i]->name) + "</span>";
  return text + "</figcaption>\n" + Picture(curves).svg() + "</figure>\n";
}

std::string table(const std::string &caption, const std::string &rows) {
  return "<table><caption>" + caption + "</caption>\n" + rows + "</table>\n";
}

std::string lastValues(const TrainingHistory &history) {
  std::string rows = "<tr><th>curve</th><th>last</th><th>least</th><th>most</th></tr>\n";
  for (const Curve &curve : history.curves)
    rows += "<tr><td>" + escaped(curve.name) + "</td><td>" + number(curve.points.back().second) +
            "</td><td>" + number(curve.least) + "</td><td>" + number(curve.most) + "</td></tr>\n";
  return table("figures", rows);
}

} // namespace

std::string reportHtml(const ReportHead &head, const TrainingHistory &history) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
      escaped(head.title) +
      "</title>\n<style>\nbody{font:14px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\n"
      "table{border-collapse:collapse;margin:1em 0}caption{text-align:left;font-weight:bold}\n"
      "td,th{padding:2px 12px 2px 0;text-align:left;border-bottom:1px solid #ddd}\n"
      "figure{margin:1em 0}svg{width:100%;font-size:11px}path{fill:none;stroke-width:1.5}\n"
      ".grid{stroke:#ddd}span{margin-left:1em}\n</style></head>\n<body><h1>" +
      escaped(head.title) + "</h1>\n";
  std::map<std::string, std::vector<const Curve *>> pictures;
  std::vector<std::string> order;
  for (const Curve &curve : history.curves) {
    std::vector<const Curve *> &curves = pictures[pictureOf(curve.name)];
    if (curves.empty())
      order.push_back(pictureOf(curve.name));
    curves.push_back(&curve);
  }
  for (const std::string &name : order)
    text += figure(name, pictures[name]);
  if (!history.curves.empty())
    text += lastValues(history);
  std::string rows;
  for (const auto &[path, value] : head.settings)
    rows += "<tr><td>" + escaped(path) + "</td><td>" + escaped(value) + "</td></tr>\n";
  return text + (rows.empty() ? "" : table("settings", rows)) + "</body></html>\n";
}

} // namespace lamina::runtime
