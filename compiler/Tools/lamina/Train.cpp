// `lamina train`: compiles the step, feeds it data, writes checkpoints.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/StartWeights.h"
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
    stages = {&*training};
    for (const sema::Training &later : training->later)
      stages.push_back(&later);
    if (options.show)
      return show();
    out = options.out.empty() ? "runs/" + training->name : options.out;
    source = sourceHash();
    if (!prepareFolder())
      return kBadInput;
    FolderLock lock(out);
    if (!lock.take()) {
      console.error(out +
                    (lock.exists() ? ": another run is writing here" : ": cannot be written"));
      return kBadInput;
    }
    return runStages();
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
    for (const sema::Training *stage : stages)
      for (const sema::ShownSetting &setting : stage->shown) {
        const std::string path = (stage->stage.empty() ? "" : stage->stage + ".") + setting.path;
        text += path + " = " + setting.text + (setting.isDefault ? "  # default" : "") + "\n";
        object[path] = setting.text;
      }
    if (invocation.json)
      text = llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
    return console.result(text) ? kSuccess : kBadInput;
  }

  /// The folder of a stage; that of the run where there are none.
  std::string folderOf(const sema::Training &stage) const {
    return stage.stage.empty() ? out : out + "/" + stage.stage;
  }

  /// Makes the run's folder, which holds a run if one is to go on, and else
  /// none.
  bool prepareFolder() {
    std::error_code error;
    for (const sema::Training *stage : stages)
      std::filesystem::create_directories(folderOf(*stage), error);
    if (error) {
      console.error(out + ": cannot be made: " + error.message());
      return false;
    }
    const bool holdsRun =
        std::filesystem::exists(folderOf(*stages.front()) + "/last.safetensors", error);
    if (options.resumes && options.resume.empty() && !holdsRun) {
      console.error(out + ": holds no run to resume");
      return false;
    }
    if (options.resumes && !options.resume.empty() && stages.size() > 1) {
      console.error("a run with stages goes on where it ended: --resume takes "
                    "no file here");
      return false;
    }
    if (!options.resumes && holdsRun) {
      console.error(out + ": holds a run already; --resume goes on with it, "
                          "--out=DIR begins another");
      return false;
    }
    return true;
  }

  /// Runs the stages that are not over yet, each on what the one before it has
  /// made.
  int runStages() {
    SignalGuard guard;
    runtime::TrainingSummary summary;
    std::string earlier;
    for (const sema::Training *stage : stages) {
      const std::string folder = folderOf(*stage), last = folder + "/last.safetensors";
      const bool isBegun = options.resumes && std::filesystem::exists(last);
      const bool isAlone = stages.size() == 1;
      if (!isAlone && isBegun && stage != stages.back() && isOver(last)) {
        const std::string best = folder + "/best.safetensors";
        earlier = std::filesystem::exists(best) ? best : last;
        continue;
      }
      if (!isAlone)
        console.raw("stage " + stage->stage + "\n");
      const std::string from = !options.resume.empty() ? options.resume : isBegun ? last : "";
      if (const int status = train(*stage, earlier, from, summary); status != kSuccess)
        return status;
      const bool isFull = options.maxSteps && summary.ran >= options.maxSteps;
      if (summary.why == "signal" || summary.why == "max-steps" || isFull)
        break;
      earlier = summary.checkpoint;
    }
    return finish(summary);
  }

  /// Whether the run that wrote a checkpoint ended by itself.
  bool isOver(const std::string &checkpoint) const {
    std::optional<runtime::Safetensors> file = openWeights(invocation, checkpoint);
    if (!file)
      return false;
    const auto ended = file->header().metadata.find(runtime::kEnded);
    return ended != file->header().metadata.end() &&
           (ended->second == "done" || ended->second == "patience");
  }

  runtime::TrainingPlan planOfStage(const sema::Training &stage, int64_t ran) const {
    runtime::TrainingPlan plan = planOf(stage, options.block);
    plan.out = folderOf(stage);
    plan.source = source;
    plan.maxSteps = options.maxSteps ? options.maxSteps - ran : 0;
    if (stage.continues)
      plan.continues =
          folderOf(**(std::find(stages.begin(), stages.end(), &stage) - 1)) + "/last.safetensors";
    return plan;
  }

  /// Trains one stage from the checkpoint `from`, or from what the stage before
  /// it has made.
  int train(const sema::Training &stage, const std::string &earlier, const std::string &from,
            runtime::TrainingSummary &summary) {
    Compilation compilation(invocation, frontend.sources());
    if (!compilation.generate({&stage.loss}))
      return kDefect;
    const StartOptions start{std::filesystem::path(options.block.file).parent_path().string(),
                             dataFolder(options.block),
                             &stage == stages.front() ? options.init : WeightSource(), earlier};
    std::optional<ModelWeights> initial = startWeights(invocation, compilation, stage, start);
    if (!initial)
      return kBadInput;
    std::vector<runtime::OwnedArray> arrays;
    for (size_t i = 0; i < initial->names.size(); ++i)
      arrays.push_back({initial->names[i], std::move(initial->arrays[i])});
    std::optional<runtime::TrainingPrograms> programs =
        compilePrograms(invocation, frontend.sources(), stage, options.threads);
    if (!programs)
      return kDefect;
    runtime::TrainingLog log([this](const std::string &text) { console.raw(text); },
                             ::isatty(STDERR_FILENO));
    const int64_t before = summary.ran;
    runtime::Trainer trainer(planOfStage(stage, before), std::move(*programs), log, &caughtSignal);
    if (runtime::Status fitted = trainer.fit(arrays); !fitted) {
      console.error(fitted.failure());
      return kBadInput;
    }
    runtime::Result<runtime::TrainingSummary> made = trainer.train(arrays, from);
    if (!made) {
      console.error(made.failure());
      return kBadInput;
    }
    summary = std::move(*made);
    summary.ran += before;
    return kSuccess;
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
  std::vector<const sema::Training *> stages; ///< one where the block has none
  std::string out;                            ///< the run's folder
  std::string source;                         ///< the hash of the source text
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
