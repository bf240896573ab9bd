// Any bytes as a file of CIFAR-10's records: what is accepted can be gathered.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"

#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const int file = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (file < 0 || ::write(file, data, size) != ssize_t(size))
    __builtin_trap();
  const SourceSpec source = {"c", "cifar10", {{"", "/proc/self/fd/" + std::to_string(file)}}};
  std::vector<ColumnSpec> specs(2);
  specs[0].member = "image";
  specs[0].shape = {3, 32, 32};
  specs[1].member = "label";
  specs[1].type = ElementType::I64;
  if (Result<Dataset> set = Dataset::open({&source, 1}, specs, "")) {
    std::vector<float> image(3 * 32 * 32);
    for (int64_t row = 0; row < set->rows(); ++row) {
      int64_t label = -1;
      if (!set->gather(0, {&row, 1}, reinterpret_cast<std::byte *>(image.data())) ||
          !set->gather(1, {&row, 1}, reinterpret_cast<std::byte *>(&label)) || label < 0 ||
          label > 9)
        __builtin_trap();
    }
    if (set->rows() * 3073 != int64_t(size))
      __builtin_trap();
  }
  ::close(file);
  return 0;
}
