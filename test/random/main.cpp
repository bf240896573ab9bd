// random-programs FIRST_SEED COUNT STDLIB: compares COUNT random programs, compiled, with the interpreter. Prints the seed and
// the reduced program of each that differs; exits with 1 if there is one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Differential.h"

#include <cstdio>
#include <cstdlib>

using namespace lamina::fuzz;

int main(int argc, char **argv) {
  if (argc != 4)
    return std::fprintf(stderr, "usage: random-programs FIRST_SEED COUNT STDLIB\n"), 2;
  uint64_t first = std::strtoull(argv[1], nullptr, 10), count = std::strtoull(argv[2], nullptr, 10), failures = 0;
  Differential differential(argv[3]);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Program program = generate(seed, 4 + seed % 12);
    std::string difference = differential.check(program, seed);
    if (difference.empty())
      continue;
    ++failures;
    program = reduce(program, [&](const Program &smaller) { return !differential.check(smaller, seed).empty(); });
    std::printf("seed %llu: %s\nreduced: %s\n%s\n", (unsigned long long)seed, difference.c_str(),
                differential.check(program, seed).c_str(), program.text().c_str());
    std::fflush(stdout);
  }
  std::printf("%llu programs from seed %llu, %lld elements compared, %lld without a bound, %llu programs differ\n",
              (unsigned long long)count, (unsigned long long)first, (long long)differential.compared,
              (long long)differential.unbounded, (unsigned long long)failures);
  return failures != 0;
}
