// Checkpoints of a training: resuming, refusing, keeping some.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/TrainingExperiment.h"

#include <gtest/gtest.h>

using namespace lamina::runtime;

namespace {

TEST(RuntimeCheckpoints, AResumedRunHasTheSameBits) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "whole", 5).train());
  Experiment first(folder, "parts", 5, 7);
  auto summary = first.train();
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_EQ(summary->why, "max-steps");
  ASSERT_TRUE(Experiment(folder, "parts", 5).train(folder.path + "/parts/last.safetensors"));
  EXPECT_EQ(folder.read("whole/last.safetensors"), folder.read("parts/last.safetensors"));
  EXPECT_EQ(folder.read("whole/metrics.jsonl"), folder.read("parts/metrics.jsonl"));
}

TEST(RuntimeCheckpoints, AResumedRunTellsWhatHasChanged) {
  Folder folder;
  Experiment first(folder, "a", 1);
  first.plan.source = "sha256:00";
  first.plan.settings = {{"optimizer.sgd.lr", "0.01"}, {"epochs", "1"}};
  ASSERT_TRUE(first.train());
  Experiment second(folder, "a", 2);
  second.plan.source = "sha256:01";
  second.plan.settings = {{"optimizer.sgd.lr", "0.02"}, {"epochs", "1"}, {"stop", "patience(3)"}};
  ASSERT_TRUE(second.train(folder.path + "/a/last.safetensors"));
  EXPECT_NE(second.said.find("note: the source has changed since this checkpoint was made\n"
                             "note: 'optimizer.sgd.lr' is 0.02 and was 0.01 so far\n"
                             "note: 'stop' is patience(3) and was not set so far\n"),
            std::string::npos)
      << second.said;
}

TEST(RuntimeCheckpoints, ACheckpointOfAnotherTrainingIsRefused) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "a", 1).train());
  Experiment other(folder, "b", 1);
  other.plan.identity = {{"train", "U"}};
  auto summary = other.train(folder.path + "/a/last.safetensors");
  ASSERT_FALSE(summary);
  EXPECT_NE(
      summary.error().find("was made by another training: its train is 'T', this one's is 'U'"),
      std::string::npos);
}

TEST(RuntimeCheckpoints, EveryFlippedBitOfACheckpointIsFound) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "a", 1).train());
  const std::string good = folder.read("a/last.safetensors");
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = char(bad[bit / 8] ^ (1 << bit % 8));
    const std::string path = folder.write("bad.safetensors", bad);
    auto summary = Experiment(folder, "b", 1).train(path);
    ASSERT_FALSE(summary) << "bit " << bit;
  }
}

/// The checkpoint at `path` with another value of a key of its metadata, and the right checksum.
std::string forge(const std::string &path, const std::string &key, const std::string &value) {
  Result<Safetensors> file = Safetensors::open(std::move(*Input::open(path)));
  std::vector<OwnedArray> tensors;
  std::vector<NamedArray> named;
  for (const TensorEntry &entry : file->header().tensors)
    tensors.push_back({entry.name, std::move(*file->read(entry))});
  for (const OwnedArray &tensor : tensors)
    named.push_back({tensor.name, &tensor.array});
  std::map<std::string, std::string> metadata = file->header().metadata;
  metadata.erase("checksum");
  metadata[key] = value;
  const std::string forged = path + ".forged";
  EXPECT_TRUE(writeSafetensors(forged, named, metadata));
  return forged;
}

TEST(RuntimeCheckpoints, NumbersThatNoRunWritesAreRefused) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "a", 1).train());
  const std::string good = folder.path + "/a/last.safetensors";
  ASSERT_TRUE(Experiment(folder, "b", 2).train(forge(good, "step", "3")));
  for (const auto &[key, value] :
       std::vector<std::pair<std::string, std::string>>{{"step", "-1"},
                                                        {"step", "1e3"},
                                                        {"step", "99999999999999999999"},
                                                        {"stale", ""},
                                                        {"plateau", "0.5x"},
                                                        {"best", "no"},
                                                        {"plateau_stale", "-9"}}) {
    auto summary = Experiment(folder, "c", 2).train(forge(good, key, value));
    ASSERT_FALSE(summary) << key << " " << value;
    EXPECT_NE(summary.error().find(": its '" + key + "' is '" + value +
                                   "': it was not written by 'lamina train'"),
              std::string::npos)
        << summary.error();
  }
}

TEST(RuntimeCheckpoints, KeepLastKeepsSoMany) {
  Folder folder;
  Experiment run(folder, "a", 5);
  run.plan.kept = 2;
  ASSERT_TRUE(run.train());
  EXPECT_FALSE(std::filesystem::exists(run.plan.out + "/step-12.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(run.plan.out + "/step-16.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(run.plan.out + "/step-20.safetensors"));
}

} // namespace
