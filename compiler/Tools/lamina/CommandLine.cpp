// The command line: shared options, verbs, help and usage errors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/CommandLine.h"

#include "compiler/Tools/lamina/Invocation.h"
#include "compiler/Tools/lamina/Reproducer.h"
#include "lamina/Input.h"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace lamina::tool {
namespace {

/// `../share/lamina/stdlib` beside the executable: an installed tree and the build tree alike.
std::string findLibrary() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path().parent_path() / "share/lamina/stdlib").string();
}

void addSharedOptions(CLI::App &app, Invocation &invocation) {
  app.add_option("--model", invocation.model,
                 "the model: a name, or in the language's words 'Mixer<dim = 512>'")
      ->type_name("EXPR");
  app.add_option("-I", invocation.importFolders, "a folder of imports (repeatable)")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_flag("--json", invocation.json, "results that a program can read");
  app.add_option_function<std::string>(
         "--color",
         [&invocation](const std::string &mode) {
           invocation.console.setColor(mode == "always"  ? ColorMode::Always
                                       : mode == "never" ? ColorMode::Never
                                                         : ColorMode::Auto);
         },
         "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->option_text("WHEN");
}

/// What CLI11 found wrong, in our words.
std::string explain(const CLI::Error &error, const CLI::App &app) {
  const auto chosen = app.get_subcommands();
  const CLI::App &verb = chosen.empty() ? app : *chosen.front();
  // A missing verb is found before an unknown word is.
  const std::vector<std::string> words = app.remaining(true);
  const std::string word = words.empty() ? "" : runtime::printable(words.front());
  if (!word.empty() && chosen.empty() && !word.starts_with("-"))
    return "there is no verb '" + word + "'; 'lamina --help' lists them";
  if (dynamic_cast<const CLI::ExtrasError *>(&error) || (!word.empty() && chosen.empty())) {
    const char *kind = word.starts_with("-") ? "unknown option '" : "unexpected argument '";
    return kind + word + "'; 'lamina " + (chosen.empty() ? "" : verb.get_name() + " ") +
           "--help' lists the options";
  }
  std::string message = error.what();
  if (dynamic_cast<const CLI::RequiredError *>(&error)) {
    if (chosen.empty())
      return "a verb is missing; 'lamina --help' lists them";
    return message.substr(0, message.find(' ')) + " is missing; 'lamina " + verb.get_name() +
           " --help' tells more";
  }
  std::replace(message.begin(), message.end(), '\n', ' ');
  return message;
}

int parseAndRun(CLI::App &app, Invocation &invocation, int argc, char **argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &request) {
    return app.exit(request); // --help and --version print and end well
  } catch (const CLI::Error &error) {
    invocation.console.error(explain(error, app));
    return kBadUsage;
  }
  return invocation.action();
}

void setUp(CLI::App &app, Invocation &invocation) {
  app.name("lamina");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "lamina " LAMINA_VERSION, "print the version");
  app.set_help_flag("-h,--help", "this text; after a verb, its options and two examples");
  auto formatter = std::make_shared<CLI::Formatter>();
  formatter->label("OPTIONS", "options");
  formatter->label("SUBCOMMAND", "VERB");
  formatter->label("SUBCOMMANDS", "verbs");
  formatter->label("Subcommands", "verbs");
  formatter->label("Positionals", "arguments");
  formatter->label("REQUIRED", "");
  formatter->column_width(26);
  app.formatter(formatter);
  addSharedOptions(app, invocation);
  addCheck(app, invocation);
  addFmt(app, invocation);
  addList(app, invocation);
  addShow(app, invocation);
  addCompile(app, invocation);
  addRun(app, invocation);
  addTest(app, invocation);
  addSummary(app, invocation);
  addTrain(app, invocation);
  addEval(app, invocation);
  addPredict(app, invocation);
  addGradcheck(app, invocation);
  addBench(app, invocation);
  addNew(app, invocation);
}

} // namespace

CLI::App *addVerb(CLI::App &app, Invocation &invocation, const std::string &name,
                  const std::string &summary, const std::string &examples,
                  std::function<int()> run) {
  CLI::App *verb = app.add_subcommand(name, summary);
  verb->footer("examples:\n" + examples +
               "\n--model, -I, --json and --color work with every verb: lamina --help");
  verb->callback([&invocation, run = std::move(run)] { invocation.action = run; });
  return verb;
}

void addUnsupported(CLI::App &verb, const std::string &name, bool hasValue) {
  const auto refuse = [name] { throw CLI::ValidationError("'" + name + "' is not supported yet"); };
  CLI::Option *option =
      hasValue ? verb.add_option_function<std::string>(
                     name, [refuse](const std::string &) { refuse(); }, "not supported yet")
               : verb.add_flag_callback(name, refuse, "not supported yet");
  option->group("");
}

int Invocation::defect(const std::string &what) const {
  console.error("internal error: " + what);
  if (reproducer->write())
    console.note("please report it with " + std::string(reproducer->path()) +
                 ", which holds the command line and the sources");
  return kDefect;
}

int runTool(int argc, char **argv, Reproducer &reproducer) {
  Invocation invocation;
  invocation.reproducer = &reproducer;
  invocation.console.setColor(ColorMode::Auto);
  invocation.libraryFolder = findLibrary();
  try {
    CLI::App app("Lamina compiles networks of the MLP family to native code.");
    setUp(app, invocation);
    return parseAndRun(app, invocation, argc, argv);
  } catch (const std::bad_alloc &) {
    invocation.console.error("not enough memory");
    return kBadInput;
  } catch (const std::exception &error) {
    return invocation.defect(error.what());
  }
}

} // namespace lamina::tool
