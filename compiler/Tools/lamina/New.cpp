// `lamina new`: a folder with a model, data and a README to start from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Invocation.h"
#include "lamina/Input.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace lamina::tool {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder, wanted = "classify";
};

/// A folder that goes unless it was moved to its place.
class Draft {
public:
  explicit Draft(fs::path path) : path(std::move(path)) {}
  Draft(const Draft &) = delete;
  ~Draft() {
    std::error_code ignored; // it has another name by now, or never came to be
    fs::remove_all(path, ignored);
  }
  const fs::path path;
};

std::vector<std::string> namesIn(const fs::path &folder) {
  std::vector<std::string> names;
  std::error_code ignored; // a folder that cannot be listed holds nothing for us
  for (const auto &entry : fs::directory_iterator(folder, ignored))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string joined(const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ", ") + name;
  return list;
}

int fail(const Invocation &invocation, const std::string &message) {
  invocation.console.error(message);
  return kBadInput;
}

int report(const Invocation &invocation, const Options &options,
           const std::vector<std::string> &files) {
  std::string text = options.folder + ": " + joined(files) + "\ntry: cd " + options.folder +
                     " && lamina train model.lam\n";
  if (invocation.json)
    text =
        llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{{"folder", options.folder},
                                                                      {"template", options.wanted},
                                                                      {"files", files}}))
            .str();
  return invocation.console.result(text) ? kSuccess : kBadInput;
}

int make(const Invocation &invocation, const Options &options) {
  const fs::path templates = fs::path(invocation.libraryFolder) / "templates";
  const std::vector<std::string> names = namesIn(templates);
  if (std::find(names.begin(), names.end(), options.wanted) == names.end())
    return fail(invocation, "there is no template '" + runtime::printable(options.wanted) +
                                "'; there are: " + joined(names));
  std::error_code error;
  const fs::path folder = fs::path(options.folder).lexically_normal();
  const fs::path place = folder.has_filename() ? folder : folder.parent_path();
  if (fs::exists(place, error))
    return fail(invocation, options.folder + ": is there already; name a folder that is not");
  const Draft draft(place.string() + "." + std::to_string(::getpid()) + ".tmp");
  fs::copy(templates / options.wanted, draft.path, fs::copy_options::recursive, error);
  if (!error)
    fs::rename(draft.path, place, error);
  if (error)
    return fail(invocation, options.folder + ": cannot be made: " + error.message());
  return report(invocation, options, namesIn(place));
}

} // namespace

void addNew(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb = addVerb(app, invocation, "new", "a starting project: a model, data, a README",
                           "  lamina new kinds\n"
                           "  lamina new load --template=series\n",
                           [options, &invocation] { return make(invocation, *options); });
  verb->add_option("DIR", options->folder, "the folder to make")->required();
  verb->add_option("--template", options->wanted, "classify, regress or series")->type_name("NAME");
}

} // namespace lamina::tool
