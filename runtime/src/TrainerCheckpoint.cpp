// Saving and resuming a run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Trainer.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace lamina::runtime {
namespace {

constexpr const char *kFormat = "lamina checkpoint 1";
constexpr const char *kSetting = "setting/";

/// The checkpoints that `keep = last(n)` left in a folder, the oldest first.
std::vector<std::string> keptIn(const std::string &folder) {
  std::vector<std::pair<int64_t, std::string>> found;
  constexpr std::string_view kHead = "step-", kTail = ".safetensors";
  std::error_code ignored; // a folder that cannot be listed keeps what it has
  for (const auto &entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kHead) && name.ends_with(kTail))
      found.emplace_back(std::strtoll(name.c_str() + kHead.size(), nullptr, 10), name);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  names.reserve(found.size());
  for (auto &[number, name] : found)
    names.push_back(std::move(name));
  return names;
}

/// A double that reads back to the same bits.
std::string exact(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

/// The numbers in a checkpoint's metadata. Its checksum tells damage, but not who has made it.
class Numbers {
public:
  explicit Numbers(const Safetensors &file) : file(file) {}

  std::string text(const std::string &key) const {
    const auto &metadata = file.header().metadata;
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  }
  void count(const std::string &key, int64_t &to) {
    const std::string given = text(key);
    const char *end = given.data() + given.size();
    const auto [stop, error] = std::from_chars(given.data(), end, to);
    if (given.empty() || stop != end || error != std::errc() || to < 0)
      complain(key, given);
  }
  void real(const std::string &key, double &to) {
    const std::string given = text(key);
    char *stop = nullptr;
    to = std::strtod(given.c_str(), &stop);
    if (given.empty() || stop != given.c_str() + given.size())
      complain(key, given);
  }
  /// False where the text is empty: there was no such number.
  bool optional(const std::string &key, double &to) {
    const bool has = !text(key).empty();
    if (has)
      real(key, to);
    return has;
  }
  const Status &status() const { return bad; }

private:
  void complain(const std::string &key, const std::string &given) {
    bad = file.fail("its '" + key + "' is '" + printable(given) +
                    "': it was not written by 'lamina train'");
  }
  const Safetensors &file;
  Status bad;
};

} // namespace

Status Trainer::save(const std::string &name, int64_t number) {
  Result<std::vector<OwnedArray>> tensors = state->checkpoint();
  if (!tensors)
    return tensors.failure();
  std::vector<NamedArray> named;
  for (const OwnedArray &tensor : *tensors)
    named.push_back({tensor.name, &tensor.array});
  std::map<std::string, std::string> metadata = plan.identity;
  metadata["format"] = kFormat;
  metadata["source"] = plan.source;
  for (const auto &[path, text] : plan.settings)
    metadata[std::string(kSetting) + path] = text;
  metadata["step"] = std::to_string(number);
  metadata["best"] = hasBest ? exact(best) : "";
  metadata["stale"] = std::to_string(stale);
  metadata["plateau"] = exact(plateau);
  metadata["plateau_best"] = hasPlateauBest ? exact(plateauBest) : "";
  metadata["plateau_stale"] = std::to_string(plateauStale);
  metadata[kEnded] = ended;
  return writeSafetensors(plan.out + "/" + name, named, metadata);
}

/// The newest checkpoint, and with `keep = last(n)` those of the n - 1 saves before it.
Status Trainer::saveLast(int64_t number) {
  if (Status status = log.flush(); !status) // the log is never behind the checkpoint
    return status;
  if (plan.kept > 1) {
    const std::string name = "step-" + std::to_string(number) + ".safetensors";
    if (keptFiles.empty() || keptFiles.back() != name) {
      if (Status status = save(name, number); !status)
        return status;
      keptFiles.push_back(name);
    }
    while (int64_t(keptFiles.size()) > plan.kept) {
      std::error_code ignored; // a file that is gone already is no loss
      std::filesystem::remove(plan.out + "/" + keptFiles.front(), ignored);
      keptFiles.erase(keptFiles.begin());
    }
  }
  return save("last.safetensors", number);
}

/// A run that goes on may have other settings than the one that made the checkpoint: it says so.
void Trainer::tellChanges(const std::map<std::string, std::string> &metadata) {
  const auto source = metadata.find("source");
  if (source == metadata.end())
    return;
  if (source->second != plan.source)
    log.line("note: the source has changed since this checkpoint was made");
  for (const auto &[path, text] : plan.settings) {
    const auto before = metadata.find(std::string(kSetting) + path);
    if (before == metadata.end())
      log.line("note: '" + printable(path) + "' is " + printable(text) + " and was not set so far");
    else if (before->second != text)
      log.line("note: '" + printable(path) + "' is " + printable(text) + " and was " +
               printable(before->second) + " so far");
  }
}

Status Trainer::resume(const std::string &path) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  Result<Safetensors> file = Safetensors::open(std::move(*input));
  if (!file)
    return file.failure();
  Numbers numbers(*file);
  if (numbers.text("format") != kFormat || !file->isVerified())
    return file->fail("is no checkpoint of 'lamina train'");
  for (const auto &[key, wanted] : plan.identity)
    if (numbers.text(key) != wanted)
      return file->fail("was made by another training: its " + key + " is '" +
                        printable(numbers.text(key)) + "', this one's is '" + printable(wanted) +
                        "'");
  if (Status status = state->restore(*file); !status)
    return status;
  tellChanges(file->header().metadata);
  keptFiles = keptIn(plan.out);
  numbers.count("step", first);
  hasBest = numbers.optional("best", best);
  numbers.count("stale", stale);
  numbers.real("plateau", plateau);
  hasPlateauBest = numbers.optional("plateau_best", plateauBest);
  numbers.count("plateau_stale", plateauStale);
  return numbers.status();
}

} // namespace lamina::runtime
