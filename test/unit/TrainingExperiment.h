// A tiny training by hand: a folder of its own, data, and programs without a compiler.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_TRAININGEXPERIMENT_H
#define TEST_UNIT_TRAININGEXPERIMENT_H

#include "lamina/Trainer.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace lamina::runtime {

/// A folder that is gone with the test.
struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "lamina-training-XXXXXX").string();
    if (!::mkdtemp(path.data()))
      path.clear();
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string &name, const std::string &text) const {
    std::ofstream(path + "/" + name) << text;
    return path + "/" + name;
  }
  std::string read(const std::string &name) const {
    std::ifstream file(path + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string path;
};

/// The bindings are the columns.
struct Identity final : TrainingProgram {
  Identity() {
    inputs = {{"t_0", ElementType::F32, {-1}}, {"t_1", ElementType::F32, {-1}}};
    outputs = {{"x", ElementType::F32, {-1}}, {"y", ElementType::F32, {-1}}};
  }
  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t batch) override {
    for (int i = 0; i < 2; ++i)
      std::memcpy(out[i], in[i], size_t(batch) * 4);
    return {};
  }
  Status setWeights(std::span<const NamedArray>) override { return {}; }
  int64_t workspaceBytes(int64_t) override { return 0; }
};

inline float at(const std::byte *p, int64_t i = 0) { return reinterpret_cast<const float *>(p)[i]; }
inline void put(std::byte *p, float v, int64_t i = 0) { reinterpret_cast<float *>(p)[i] = v; }

/// The squared error of w x.
struct Error final : TrainingProgram {
  Error() {
    inputs = {{"x", ElementType::F32, {-1}}, {"y", ElementType::F32, {-1}}};
    outputs = {{"loss", ElementType::F32, {-1}}};
  }
  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t batch) override {
    for (int64_t i = 0; i < batch; ++i)
      put(out[0], std::pow(w * at(in[0], i) - at(in[1], i), 2.0f), i);
    return {};
  }
  Status setWeights(std::span<const NamedArray> weights) override {
    w = weights[0].array->as<float>()[0];
    return {};
  }
  int64_t workspaceBytes(int64_t) override { return 0; }
  float w = 0;
};

/// Momentum on the squared error: slots w and m.
struct Momentum final : TrainingProgram {
  explicit Momentum(int64_t batch) : batch(batch) {
    inputs = {{"x", ElementType::F32, {batch}},    {"y", ElementType::F32, {batch}},
              {"lr_factor", ElementType::F64, {}}, {"step", ElementType::I64, {}},
              {"seed", ElementType::I64, {}},      {"w", ElementType::F32, {}},
              {"sgd.m.w", ElementType::F32, {}}};
    outputs = {{"loss", ElementType::F32, {}},
               {"w", ElementType::F32, {}},
               {"sgd.m.w", ElementType::F32, {}}};
  }
  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t) override {
    float loss = 0, gradient = 0;
    const float w = at(in[5]);
    for (int64_t i = 0; i < batch; ++i) {
      const float error = w * at(in[0], i) - at(in[1], i);
      loss += error * error / float(batch);
      gradient += 2 * error * at(in[0], i) / float(batch);
    }
    const float m = 0.9f * at(in[6]) + gradient;
    put(out[0], loss);
    put(out[1], w - 0.01f * m);
    put(out[2], m);
    return {};
  }
  Status setWeights(std::span<const NamedArray>) override { return {}; }
  int64_t workspaceBytes(int64_t) override { return workspace; }
  int64_t batch;
  int64_t workspace = 0;
};

struct Experiment {
  explicit Experiment(const Folder &folder, const std::string &out, int64_t epochs,
                      int64_t maxSteps = 0) {
    std::string text;
    for (int i = 0; i < 20; ++i)
      text += std::to_string(i * 0.1) + "," + std::to_string(i * 0.3) + "\n";
    folder.write("t.csv", text);
    plan.name = "T";
    plan.folder = folder.path;
    plan.sources = {{"t", "csv", {{"", "t.csv"}}}};
    plan.columns = {{0, "", 0, 1, ElementType::F32, {}}, {0, "", 1, 2, ElementType::F32, {}}};
    plan.split = {"random", {{"train", 0.7}, {"val", 0.3}}, 0};
    plan.batch = 4;
    plan.length = {double(epochs), true};
    plan.interval = {1, true};
    plan.maxSteps = maxSteps;
    plan.out = folder.path + "/" + out;
    plan.identity = {{"train", "T"}};
    std::filesystem::create_directories(plan.out);
  }

  Result<TrainingSummary> train(const std::string &resume = "") {
    TrainingPrograms programs;
    programs.load = std::make_unique<Identity>();
    programs.check = std::make_unique<Error>();
    programs.step = [this](int64_t batch) -> Result<StepProgram> {
      StepProgram step;
      auto program = std::make_unique<Momentum>(batch);
      program->workspace = workspace;
      step.program = std::move(program);
      step.slots = {{"w", "w", false, true, 0, false}, {"sgd.m.w", "w", true, false, 0, false}};
      return step;
    };
    std::vector<OwnedArray> initial;
    auto w = Array::create(ElementType::F32, {});
    w->as<float>()[0] = start;
    initial.push_back({"w", std::move(*w)});
    TrainingLog log([this](const std::string &line) { said += line; }, false);
    return Trainer(plan, std::move(programs), log, &signal).train(initial, resume);
  }
  TrainingPlan plan;
  std::string said;
  std::atomic<int> signal = 0;
  float start = 0;
  int64_t workspace = 0; ///< of a step
};

} // namespace lamina::runtime

#endif // TEST_UNIT_TRAININGEXPERIMENT_H
