// `lamina train`: compiles the step, feeds it data, writes checkpoints.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/ModelWeights.h"
#include "compiler/Tools/lamina/TrainBlock.h"
#include "compiler/Tools/lamina/TrainPrograms.h"
#include "lamina/Trainer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"
#include <CLI/CLI.hpp>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

namespace lamina::tool {
namespace {

struct Options {
  TrainBlockOptions block;
  std::string out, resume;
  WeightSource init;
  bool resumes = false, show = false;
  int64_t maxSteps = 0;
  int threads = 0;
};

std::atomic<int> caughtSignal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

/// Asks the loop to save and stop; a second signal ends the process as usual.
class SignalGuard {
public:
  SignalGuard() {
    struct sigaction action = {};
    action.sa_handler = [](int number) { caughtSignal = number; };
    action.sa_flags = SA_RESETHAND;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN); // a write beyond a limit fails and is told
  }
};

/// Keeps a second run out of a folder.
class FolderLock {
public:
  explicit FolderLock(const std::string &folder)
      : descriptor(::open((folder + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}
  FolderLock(const FolderLock &) = delete;
  ~FolderLock() {
    if (descriptor >= 0)
      ::close(descriptor);
  }
  bool take() { return descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }
  bool exists() const { return descriptor >= 0; }

private:
  int descriptor;
};

class Train {
public:
  Train(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), console(invocation.console),
        frontend(invocation) {}

  int run() {
    training = readTrainBlock(invocation, frontend, options.block);
    if (!training)
      return kBadInput;
    if (options.show)
      return show();
    plan = planOf(*training, dataFolder(options.block));
    plan.out = options.out.empty() ? "runs/" + training->name : options.out;
    plan.maxSteps = options.maxSteps;
    plan.source = sourceHash();
    std::string checkpoint;
    if (!findCheckpoint(checkpoint))
      return kBadInput;
    FolderLock lock(plan.out);
    if (!lock.take()) {
      console.error(plan.out +
                    (lock.exists() ? ": another run is writing here" : ": cannot be written"));
      return kBadInput;
    }
    return train(checkpoint);
  }

private:
  /// Of the text of the file and its imports, without the library's.
  std::string sourceHash() {
    llvm::SHA256 hash;
    const SourceManager &sources = frontend.sources();
    for (uint32_t file = 0; file < sources.count(); ++file)
      if (const std::string_view name = sources.name(file);
          !name.starts_with(invocation.libraryFolder) && !name.starts_with("--"))
        hash.update(llvm::StringRef(sources.text(file)));
    return "sha256:" + llvm::toHex(hash.final(), /*LowerCase=*/true);
  }

  int show() {
    std::string text;
    llvm::json::Object object;
    for (const sema::ShownSetting &setting : training->shown) {
      text += setting.path + " = " + setting.text + (setting.isDefault ? "  # default" : "") + "\n";
      object[setting.path] = setting.text;
    }
    if (invocation.json)
      text = llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
    return console.result(text) ? kSuccess : kBadInput;
  }

  /// Makes the run's folder and decides what the run goes on from.
  bool findCheckpoint(std::string &checkpoint) {
    const std::string last = plan.out + "/last.safetensors";
    std::error_code error;
    std::filesystem::create_directories(plan.out, error);
    if (error) {
      console.error(plan.out + ": cannot be made: " + error.message());
      return false;
    }
    const bool holdsRun = std::filesystem::exists(last, error);
    if (options.resumes)
      checkpoint = options.resume.empty() ? last : options.resume;
    if (options.resumes && options.resume.empty() && !holdsRun) {
      console.error(plan.out + ": holds no run to resume");
      return false;
    }
    if (!options.resumes && holdsRun) {
      console.error(plan.out +
                    ": holds a run already; --resume goes on with it, --out=DIR begins another");
      return false;
    }
    return true;
  }

  int train(const std::string &checkpoint) {
    Compilation compilation(invocation, frontend.sources());
    if (!compilation.generate({&training->loss}))
      return kDefect;
    std::optional<ModelWeights> initial =
        options.init.file.empty()
            ? initialWeights(invocation, compilation, training->loss, training->seed)
            : readWeights(invocation, options.init, training->loss);
    if (!initial)
      return kBadInput;
    std::vector<runtime::OwnedArray> arrays;
    for (size_t i = 0; i < initial->names.size(); ++i)
      arrays.push_back({initial->names[i], std::move(initial->arrays[i])});
    std::optional<runtime::TrainingPrograms> programs =
        compilePrograms(invocation, frontend.sources(), *training, options.threads);
    if (!programs)
      return kDefect;
    SignalGuard guard;
    runtime::TrainingLog log([this](const std::string &text) { console.raw(text); },
                             ::isatty(STDERR_FILENO));
    runtime::Trainer trainer(plan, std::move(*programs), log, &caughtSignal);
    runtime::Result<runtime::TrainingSummary> summary = trainer.train(arrays, checkpoint);
    if (summary)
      return finish(*summary);
    console.error(summary.failure());
    return kBadInput;
  }

  int finish(const runtime::TrainingSummary &summary) {
    constexpr int kSignalled = 128;
    if (!console.result(invocation.json ? json(summary) : text(summary)))
      return kBadInput;
    return summary.signal ? kSignalled + summary.signal : kSuccess;
  }

  std::string text(const runtime::TrainingSummary &summary) const {
    std::string line =
        llvm::formatv("{0}: {1} steps, {2:F1} epochs in {3:F1} s ({4})\n", training->name,
                      summary.steps, summary.epochs, summary.seconds, summary.why);
    for (const auto &[name, value] : summary.metrics)
      line += llvm::formatv("{0} {1:F4}\n", name, value);
    return line + summary.checkpoint + "\n";
  }

  std::string json(const runtime::TrainingSummary &summary) const {
    llvm::json::Object metrics;
    for (const auto &[name, value] : summary.metrics)
      metrics[name] = value;
    return llvm::formatv("{0:2}\n",
                         llvm::json::Value(llvm::json::Object{{"train", training->name},
                                                              {"steps", summary.steps},
                                                              {"epochs", summary.epochs},
                                                              {"seconds", summary.seconds},
                                                              {"loss", summary.loss},
                                                              {"ended", summary.why},
                                                              {"metrics", std::move(metrics)},
                                                              {"checkpoint", summary.checkpoint}}))
        .str();
  }

  const Invocation &invocation;
  const Options &options;
  const Console &console;
  Frontend frontend;
  std::optional<sema::Training> training;
  runtime::TrainingPlan plan;
};

} // namespace

void addTrain(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "train", "train a model by its 'train' block",
              "  lamina train digits.lam\n"
              "  lamina train digits.lam --set epochs=3 --set optimizer.lr=1e-3 --out=quick\n",
              [options, &invocation] { return Train(invocation, *options).run(); });
  addTrainBlockOptions(*verb, options->block);
  verb->add_option("--out", options->out, "the run's folder; runs/NAME by default")
      ->type_name("DIR");
  verb->add_option_function<std::string>(
          "--resume",
          [options](const std::string &file) {
            options->resumes = true;
            options->resume = file;
          },
          "go on from the newest checkpoint of the run, or from this one")
      ->expected(0, 1)
      ->type_name("FILE");
  verb->add_option("--init", options->init.file, "start weights (safetensors)")->type_name("FILE");
  verb->add_option("--map", options->init.map, "how the names of --init become ours")
      ->type_name("FILE.map");
  verb->add_flag("--show", options->show, "print the settings as they will run, and stop");
  verb->add_option("--num-threads", options->threads,
                   "at most so many threads work on a step; the result does not depend on it")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_option("--max-steps", options->maxSteps, "stop after so many steps of this run")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
}

} // namespace lamina::tool
