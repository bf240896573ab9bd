// What a run writes for other programs: TensorBoard's events, the report, bounded curves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/EventFile.h"
#include "lamina/TrainingLog.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace lamina::runtime;

namespace {

struct Folder {
  Folder()
      : path(testing::TempDir() + "lamina-outputs." + std::to_string(::getpid()) + "." +
             testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string read(const std::string &name) const {
    std::ifstream file(path + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string path;
};

constexpr const char *kEvents = "events.out.tfevents.lamina";

TEST(RuntimeTrainingOutputs, ChecksumIsCastagnolis) {
  const std::string text = "123456789"; // the check value of RFC 3720
  EXPECT_EQ(crc32c(std::as_bytes(std::span(text))), 0xe3069283u);
}

TEST(RuntimeTrainingOutputs, EventsAfterAStepAndTornOnesGo) {
  Folder folder;
  {
    EventFile events;
    ASSERT_TRUE(events.open(folder.path, 0));
    for (int64_t step = 1; step <= 300; ++step)
      ASSERT_TRUE(events.scalar(step, "loss", 1.0 / double(step)));
  }
  const std::string whole = folder.read(kEvents);
  const std::string kept = eventsUpTo(whole, 200);
  EXPECT_EQ(eventsUpTo(kept, 300), kept);
  EXPECT_LT(kept.size(), whole.size());
  EXPECT_EQ(eventsUpTo(whole, 300), whole);
  EXPECT_EQ(eventsUpTo(std::string_view(whole).substr(0, kept.size() + 20), 300), kept);
  std::string damaged = whole;
  damaged[kept.size() + 15] ^= 1;
  EXPECT_EQ(eventsUpTo(damaged, 300), kept);
  EXPECT_EQ(eventsUpTo(std::string(64, '\xff'), 300), "");
  EventFile again;
  ASSERT_TRUE(again.open(folder.path, 200));
  ASSERT_TRUE(again.flush());
  EXPECT_EQ(folder.read(kEvents), kept);
}

TEST(RuntimeTrainingOutputs, ACurveTakesBoundedMemoryAndKeepsItsEnds) {
  Curve curve("loss");
  for (int64_t step = 1; step <= 1'000'003; ++step)
    curve.add(step, step == 77'777 ? -5.0 : double(step));
  EXPECT_LE(curve.points.size(), 2001u);
  EXPECT_GE(curve.points.size(), 900u);
  EXPECT_EQ(curve.points.front().first, 1);
  EXPECT_EQ(curve.points.back().first, 1'000'003);
  EXPECT_EQ(curve.least, -5.0);
  for (size_t i = 1; i < curve.points.size(); ++i)
    ASSERT_LT(curve.points[i - 1].first, curve.points[i].first);
}

TEST(RuntimeTrainingOutputs, TheReportHoldsCurvesSettingsAndNoMarkupOfOthers) {
  TrainingHistory history;
  history.read("{\"step\":1,\"epoch\":0.5,\"loss\":100,\"lr\":1}\n"
               "{\"step\":2,\"epoch\":1,\"loss\":null,\"lr\":1}\n"
               "{\"step\":3,\"epoch\":1,\"loss\":0.5,\"lr\":1}\n"
               "{\"step\":3,\"val.loss\":0.25}\nbroken\n[1]\n{\"step\":\"x\"}\n");
  ASSERT_EQ(history.curves.size(), 3u);
  EXPECT_EQ(history.curves[0].name, "loss");
  EXPECT_EQ(history.curves[0].points.size(), 2u);
  const std::string html = reportHtml({"<Digits>", {{"batch", "8 & 9"}}}, history);
  auto count = [&](const std::string &part) {
    int found = 0;
    for (size_t at = html.find(part); at != std::string::npos; at = html.find(part, at + 1))
      ++found;
    return found;
  };
  EXPECT_EQ(count("<Digits>"), 0);
  EXPECT_EQ(count("&lt;Digits&gt;"), 2);
  EXPECT_EQ(count("8 &amp; 9"), 1);
  EXPECT_EQ(count("<svg"), 2) << "'loss' and 'val.loss' share a picture";
  EXPECT_EQ(count("<path"), 3);
  EXPECT_EQ(count("http"), 0);
  EXPECT_EQ(count("nan"), 0);
  EXPECT_EQ(count("inf"), 0);
}

TEST(RuntimeTrainingOutputs, ATerminalGetsOneLineWithSpeedAndTimeLeft) {
  std::string said;
  {
    TrainingLog log([&](const std::string &text) { said += text; }, /*isTerminal=*/true);
    log.progress(30, 120, 0.5, 1234, 89.6);
    log.progress(31, 120, 0.5, 1234, 89.6); // too soon after the last
  }
  EXPECT_EQ(said, "\r\x1b[Kstep 30/120  loss 0.5  1234 samples/s  1:30 left");
  said.clear();
  TrainingLog plain([&](const std::string &text) { said += text; }, /*isTerminal=*/false);
  plain.progress(30, 120, 0.5, 1234, 89.6);
  EXPECT_EQ(said, "");
}

} // namespace
