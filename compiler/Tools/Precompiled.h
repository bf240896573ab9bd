// What the verbs include, precompiled once. Files still include what they use.
#include "dialect/Precompiled.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>
