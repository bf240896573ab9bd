// random-programs FIRST COUNT STDLIB: compares COUNT random programs, compiled, with the
// interpreter. Prints the seed and the reduced program of each that differs; exits with 1 if there
// is one.
// random-programs FIRST COUNT STDLIB TRIPLE CPU FOLDER: writes them as objects and data for another
// processor, and the list `cases.h`, for `driver.c`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Cross.h"
#include "test/random/Differential.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace lamina;
using namespace lamina::fuzz;

static Program programOf(uint64_t seed) { return generate(seed, 4 + seed % 12); }

static bool compare(uint64_t first, uint64_t count, const std::string &library) {
  Differential differential(library);
  uint64_t failures = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Program program = programOf(seed);
    std::string difference = differential.check(program, seed);
    if (difference.empty())
      continue;
    ++failures;
    program = reduce(program, [&](const Program &smaller) {
      return !differential.check(smaller, seed).empty();
    });
    std::printf("seed %llu: %s\nreduced: %s\n%s\n", (unsigned long long)seed, difference.c_str(),
                differential.check(program, seed).c_str(), program.text().c_str());
    std::fflush(stdout);
  }
  std::printf("%llu programs from seed %llu, %lld elements compared, %lld without a bound, %llu "
              "programs differ\n",
              (unsigned long long)count, (unsigned long long)first,
              (long long)differential.compared, (long long)differential.unbounded,
              (unsigned long long)failures);
  return failures == 0;
}

static bool writeCases(uint64_t first, uint64_t count, char **arguments) {
  std::string error, folder = arguments[3];
  auto target = codegen::resolveTarget(arguments[1], arguments[2], error);
  if (!target)
    return std::fprintf(stderr, "%s\n", error.c_str()), false;
  Oracle oracle(arguments[0]);
  std::ofstream list(folder + "/cases.h");
  for (uint64_t seed = first; seed < first + count; ++seed) {
    error = writeCase(oracle, programOf(seed), seed, *target, folder);
    if (!error.empty())
      return std::printf("seed %llu: %s\n", (unsigned long long)seed, error.c_str()), false;
    list << "CASE(" << seed << ")\n";
  }
  return bool(list.flush());
}

int main(int argc, char **argv) {
  if (argc != 4 && argc != 7)
    return std::fprintf(stderr, "usage: random-programs FIRST COUNT STDLIB [TRIPLE CPU FOLDER]\n"),
           2;
  uint64_t first = std::strtoull(argv[1], nullptr, 10), count = std::strtoull(argv[2], nullptr, 10);
  return (argc == 4 ? compare(first, count, argv[3]) : writeCases(first, count, argv + 3)) ? 0 : 1;
}
