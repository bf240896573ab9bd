// Any bytes as the one picture of a folder of classes, brought to a small square in both layouts:
// decoded at once or where it is needed, the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"

#include <cstdint>
#include <filesystem>
#include <fstream>

using namespace lamina::runtime;

namespace {

/// Gone with the process.
struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "lamina-fuzz-XXXXXX").string();
    if (!::mkdtemp(path.data()))
      __builtin_trap();
    std::filesystem::create_directories(path + "/class");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const Folder folder;
  std::ofstream(folder.path + "/class/one.png")
      .write(reinterpret_cast<const char *>(data), std::streamsize(size));
  const SourceSpec source = {"f", "image_folder", {{"", folder.path}}, 0, 4};
  std::vector<ColumnSpec> specs(2);
  specs[0].member = specs[1].member = "image";
  specs[0].shape = {4, 4};
  specs[1].shape = {3, 4, 4};
  Result<Dataset> kept = Dataset::open({&source, 1}, specs, "");
  Result<Dataset> streamed = Dataset::open({&source, 1}, specs, "", 0);
  if (!streamed)
    __builtin_trap(); // the picture itself is not looked at yet
  const int64_t row = 0;
  for (size_t column = 0; column < specs.size(); ++column) {
    std::vector<float> first(48), second(48);
    const bool isRead =
        bool(streamed->gather(column, {&row, 1}, reinterpret_cast<std::byte *>(first.data())));
    if (isRead != bool(kept))
      __builtin_trap();
    if (kept && (!kept->gather(column, {&row, 1}, reinterpret_cast<std::byte *>(second.data())) ||
                 first != second))
      __builtin_trap();
  }
  return 0;
}
