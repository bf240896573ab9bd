// What nearly every file of Syntax and Sema includes, precompiled once. Files still include what
// they use.
#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Diagnostics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
