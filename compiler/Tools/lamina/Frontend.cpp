// Source text to checked models.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Frontend.h"

#include "compiler/Tools/lamina/Reproducer.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace lamina::tool {

std::optional<uint32_t> readInto(SourceManager &sources, const std::string &path,
                                 const Invocation &invocation) {
  std::string error;
  std::optional<std::string> text = readSource(path, SourceLimits(), error);
  if (!text) {
    invocation.console.error(path + ": " + error);
    return std::nullopt;
  }
  if (!path.starts_with(invocation.libraryFolder))
    invocation.reproducer->add(path == "-" ? "stdin.lam" : path, *text);
  return sources.add(path == "-" ? "<stdin>" : path, std::move(*text));
}

namespace {

/// The module of `std.vision.mixer.Mixer<dim = 512>`: all names but the last; empty where there is
/// one name only.
std::string moduleOf(const std::string &expression) {
  const size_t end = std::min(expression.find('<'), expression.size());
  const size_t dot = expression.rfind('.', end);
  return dot == std::string::npos ? "" : expression.substr(0, dot);
}

} // namespace

Frontend::Frontend(const Invocation &invocation) : invocation(invocation), messages(manager) {}

bool Frontend::load(const std::string &file) {
  path = file;
  // Without a file the program is the import of what --model names.
  const std::string module = file.empty() ? moduleOf(invocation.model) : "";
  std::optional<uint32_t> index =
      file.empty() ? manager.add("--model", module.empty() ? "" : "import " + module + "\n")
                   : readInto(manager, file, invocation);
  if (!index)
    return false;
  sema::Options options;
  options.importFolders = invocation.importFolders;
  options.libraryFolder = invocation.libraryFolder;
  options.limits.nodes =
      500'000; // a node takes about a KB: all that a program expands to fits in 1 GB
  checked = std::make_unique<sema::Program>(manager, messages, options);
  const bool isLoaded = checked->load(*index, file == "-" ? "" : file);
  for (uint32_t import = *index + 1; import < manager.count(); ++import)
    if (!manager.name(import).starts_with(invocation.libraryFolder))
      invocation.reproducer->add(manager.name(import), manager.text(import));
  return isLoaded || report();
}

std::optional<sema::Model> Frontend::instantiate(const std::string &expression) {
  const uint32_t file = manager.add("--model", expression);
  ast::ExprPtr parsed = parseExpression(file, messages);
  std::optional<sema::Model> model;
  if (parsed && !messages.hasErrors())
    model = checked->instantiate(*parsed);
  if (!report())
    return std::nullopt;
  return model;
}

std::optional<sema::Model> Frontend::model() {
  const std::string module = moduleOf(invocation.model);
  const size_t prefix = module.empty() ? 0 : module.size() + 1;
  if (!invocation.model.empty())
    return instantiate(path.empty() ? invocation.model.substr(prefix) : invocation.model);
  const std::vector<std::string> names = checked->modelNames();
  if (names.size() == 1)
    return instantiate(names.front());
  if (path.empty()) {
    invocation.console.error(
        "no model is named; give a file, or a model of the library as --model=std.…");
    return std::nullopt;
  }
  if (names.empty()) {
    invocation.console.error(path + ": has no model");
    return std::nullopt;
  }
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ", ") + name;
  invocation.console.error(path + ": has several models; choose one with --model=NAME: " + list);
  return std::nullopt;
}

bool Frontend::report() {
  if (!isReported && !messages.all().empty())
    invocation.console.raw(messages.render(invocation.console.colorsErrors()));
  isReported = !messages.all().empty();
  return !messages.hasErrors();
}

namespace {

llvm::json::Object place(const SourceManager &sources, SourceRange range) {
  if (!range.isValid())
    return {};
  const LineColumn begin = sources.lineColumn(range.file, range.begin),
                   end = sources.lineColumn(range.file, range.end);
  return llvm::json::Object{{"file", std::string(sources.name(range.file))},
                            {"line", int64_t(begin.line)},
                            {"column", int64_t(begin.column)},
                            {"endLine", int64_t(end.line)},
                            {"endColumn", int64_t(end.column)}};
}

} // namespace

void appendJson(const Diagnostics &diagnostics, llvm::json::Array &list) {
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    llvm::json::Object object = place(diagnostics.sourceManager(), diagnostic.range);
    object["severity"] = diagnostic.severity == Severity::Error ? "error" : "warning";
    object["message"] = diagnostic.message;
    llvm::json::Array notes;
    for (const Note &note : diagnostic.notes) {
      llvm::json::Object entry = place(diagnostics.sourceManager(), note.range);
      entry["message"] = note.message;
      notes.push_back(std::move(entry));
    }
    object["notes"] = std::move(notes);
    list.push_back(std::move(object));
  }
}

} // namespace lamina::tool
