// Source text to a checked `train` block.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/TrainBlock.h"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace lamina::tool {

void addTrainBlockOptions(CLI::App &verb, TrainBlockOptions &options) {
  verb.add_option("FILE", options.file, "the source file; '-' is standard input")->required();
  verb.add_option("--train", options.train, "the 'train' block, where there are several")
      ->type_name("NAME");
  verb.add_option("--data", options.data, "the folder of the data files; beside FILE by default")
      ->type_name("DIR");
  verb.add_option("--data-memory", options.dataMemory,
                  "data of a file up to this size lie in memory, larger ones are read as they are "
                  "needed; 256 by default")
      ->type_name("MIB")
      ->check(CLI::Range(int64_t(0), int64_t(1) << 30));
  verb.add_option("--set", options.settings,
                  "another value of a setting, such as batch=128 or optimizer.lr=1e-4 (repeatable)")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

void addCheckpointOptions(CLI::App &verb, WeightSource &weights) {
  verb.add_option("--weights", weights.file, "the weights (safetensors)")
      ->type_name("FILE")
      ->required();
  verb.add_option("--map", weights.map, "how the names of the weights become ours")
      ->type_name("FILE.map");
}

static std::optional<std::string> blockName(const Invocation &invocation, Frontend &frontend,
                                            const TrainBlockOptions &options) {
  const std::vector<std::string> names = frontend.program().trainNames();
  std::string list;
  for (const std::string &name : names) {
    if (name == options.train)
      return name;
    list += (list.empty() ? "" : ", ") + name;
  }
  if (options.train.empty() && names.size() == 1)
    return names.front();
  if (names.empty())
    invocation.console.error(options.file + ": has no 'train' block");
  else if (options.train.empty())
    invocation.console.error(options.file +
                             ": has several 'train' blocks; choose one with --train=NAME: " + list);
  else
    invocation.console.error(options.file + ": has no 'train' block '" + options.train +
                             "'; there are: " + list);
  return std::nullopt;
}

std::optional<sema::Training> readTrainBlock(const Invocation &invocation, Frontend &frontend,
                                             const TrainBlockOptions &options) {
  if (!frontend.load(options.file))
    return std::nullopt;
  std::optional<std::string> name = blockName(invocation, frontend, options);
  if (!name)
    return std::nullopt;
  std::vector<ast::ExprPtr> values;
  std::vector<sema::SettingOverride> overrides;
  for (const std::string &setting : options.settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      invocation.console.error("--set " + setting + ": write PATH=VALUE, such as batch=128");
      return std::nullopt;
    }
    const uint32_t file = frontend.sources().add("--set", setting.substr(equals + 1));
    values.push_back(parseExpression(file, frontend.diagnostics()));
    if (values.back())
      overrides.push_back({setting.substr(0, equals), values.back().get()});
  }
  std::optional<sema::Training> training;
  if (!frontend.diagnostics().hasErrors())
    training = frontend.program().training(*name, overrides);
  return frontend.report() ? std::move(training) : std::nullopt;
}

std::optional<sema::Training> readTrainedBlock(const Invocation &invocation, Frontend &frontend,
                                               const TrainBlockOptions &options) {
  std::optional<sema::Training> training = readTrainBlock(invocation, frontend, options);
  if (!training || training->later.empty())
    return training;
  return std::optional(std::move(training->later.back()));
}

std::string dataFolder(const TrainBlockOptions &options) {
  return options.data.empty() ? std::filesystem::path(options.file).parent_path().string()
                              : options.data;
}

} // namespace lamina::tool
