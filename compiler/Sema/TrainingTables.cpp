// The calls that settings take.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingTables.h"

namespace lamina::sema {
namespace {

using Kind = SettingFormal::Kind;
using Formals = std::span<const SettingFormal>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr SettingFormal required(std::string_view name, Kind kind = Kind::Number, double least = 0,
                                 double most = kInfinity, bool excludesLeast = false) {
  return {name, kind, 0, true, least, most, excludesLeast};
}
constexpr SettingFormal optional(std::string_view name, double initial, Kind kind = Kind::Number,
                                 double least = 0, double most = kInfinity) {
  return {name, kind, initial, false, least, most, false};
}

constexpr SettingFormal kLr = required("lr");
constexpr SettingFormal kBeta1 = optional("beta1", 0.9, Kind::Number, 0, 1);
constexpr SettingFormal kBeta2 = optional("beta2", 0.999, Kind::Number, 0, 1);

constexpr SettingFormal kSam[] = {optional("rho", 0.05)};
constexpr SettingFormal kAccumulate[] = {required("steps", Kind::Int, 1)};
constexpr SettingFormal kClip[] = {required("max", Kind::Number, 0, kInfinity, true)};
constexpr SettingFormal kNoise[] = {optional("eta", 0.01), optional("gamma", 0.55)};
constexpr SettingFormal kSgd[] = {kLr, optional("momentum", 0, Kind::Number, 0, 1),
                                  optional("nesterov", 0, Kind::Bool), optional("weight_decay", 0)};
constexpr SettingFormal kAdam[] = {kLr,
                                   kBeta1,
                                   kBeta2,
                                   optional("eps", 1e-8),
                                   optional("weight_decay", 0),
                                   optional("lazy", 0, Kind::Bool)};
constexpr SettingFormal kAdamw[] = {kLr, kBeta1, kBeta2, optional("eps", 1e-8),
                                    optional("weight_decay", 0.01)};
constexpr SettingFormal kLamb[] = {kLr, kBeta1, kBeta2, optional("eps", 1e-6),
                                   optional("weight_decay", 0)};
constexpr SettingFormal kLion[] = {kLr, kBeta1, optional("beta2", 0.99, Kind::Number, 0, 1),
                                   optional("weight_decay", 0)};
constexpr SettingFormal kMuon[] = {kLr, optional("momentum", 0.95, Kind::Number, 0, 1),
                                   optional("nesterov", 1, Kind::Bool), optional("weight_decay", 0),
                                   optional("steps", 5, Kind::Int, 1, 100)};
constexpr SettingFormal kEma[] = {required("decay", Kind::Number, 0, 1)};
constexpr SettingFormal kLookahead[] = {optional("every", 5, Kind::Int, 1),
                                        optional("alpha", 0.5, Kind::Number, 0, 1)};
constexpr SettingFormal kAverage[] = {optional("start", 0, Kind::Int)};

constexpr SettingRule kOptimizers[] = {
    {"sam", kSam, LinkPlace::Around},
    {"accumulate", kAccumulate, LinkPlace::Gradient},
    {"clip_norm", kClip, LinkPlace::Gradient},
    {"clip_value", kClip, LinkPlace::Gradient},
    {"gradient_noise", kNoise, LinkPlace::Gradient},
    {"sgd", kSgd, LinkPlace::Rule},
    {"adam", kAdam, LinkPlace::Rule},
    {"adamw", kAdamw, LinkPlace::Rule},
    {"lamb", kLamb, LinkPlace::Rule},
    {"lion", kLion, LinkPlace::Rule},
    {"muon", kMuon, LinkPlace::Rule},
    {"ema", kEma, LinkPlace::Weights},
    {"lookahead", kLookahead, LinkPlace::Weights},
    {"average", kAverage, LinkPlace::Weights},
};

constexpr SettingFormal kFinal = optional("final", 0, Kind::Number, 0, 1);
constexpr SettingFormal kWarmup = optional("warmup", 0, Kind::Duration);
constexpr SettingFormal kStep[] = {required("every", Kind::Duration, 0, kInfinity, true),
                                   optional("factor", 0.1)};
constexpr SettingFormal kCosine[] = {kWarmup, kFinal};
constexpr SettingFormal kOneCycle[] = {optional("peak", 0.3, Kind::Number, 0, 1),
                                       optional("start", 0.04, Kind::Number, 0, 1),
                                       optional("final", 4e-6, Kind::Number, 0, 1)};
constexpr SettingFormal kInverseSqrt[] = {required("warmup", Kind::Duration, 0, kInfinity, true)};
constexpr SettingFormal kMetricMax = {"max", Kind::Metric};
constexpr SettingFormal kMetricMin = {"min", Kind::Metric};
constexpr SettingFormal kPlateau[] = {optional("factor", 0.1), kMetricMax, kMetricMin,
                                      optional("patience", 10, Kind::Int, 0), optional("least", 0)};
constexpr SettingRule kSchedules[] = {
    {"constant", Formals()},
    {"step", kStep},
    {"cosine", kCosine},
    {"one_cycle", kOneCycle},
    {"inverse_sqrt", kInverseSqrt},
    {"plateau", kPlateau},
};

constexpr SettingFormal kLast[] = {optional("count", 1, Kind::Int, 1)};
constexpr SettingFormal kBest[] = {kMetricMax, kMetricMin, optional("count", 1, Kind::Int, 1)};
constexpr SettingRule kKeeps[] = {{"last", kLast}, {"best", kBest}};
constexpr SettingFormal kPatience[] = {required("checks", Kind::Int, 1), kMetricMax, kMetricMin};
constexpr SettingRule kStops[] = {{"patience", kPatience}};

constexpr SettingFormal kImageFolder[] = {required("size", Kind::Int, 1)};
constexpr SettingFormal kGenerated[] = {required("rows", Kind::Int, 1)};
constexpr SettingRule kSources[] = {
    {"csv", Formals()},   {"npy", Formals()},        {"npz", Formals()},
    {"idx", Formals()},   {"cifar10", Formals()},    {"image_folder", kImageFolder},
    {"image", Formals()}, {"generated", kGenerated},
};

constexpr std::string_view kSettings[] = {
    "optimizer", "schedule", "batch", "epochs",   "steps", "seed",     "shuffle",
    "drop_last", "check",    "keep",  "stop",     "log",   "only",     "loss",
    "eval",      "init",     "model", "continue", "carry", "precision"};

} // namespace

std::span<const SettingRule> optimizerRules() { return kOptimizers; }
std::span<const SettingRule> scheduleRules() { return kSchedules; }
std::span<const SettingRule> keepRules() { return kKeeps; }
std::span<const SettingRule> stopRules() { return kStops; }
std::span<const SettingRule> sourceRules() { return kSources; }
std::span<const std::string_view> settingNames() { return kSettings; }

} // namespace lamina::sema
