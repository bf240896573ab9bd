// What nearly every file of the runtime includes, precompiled once. Files still include what they
// use.
#include "lamina/Array.h"
#include "lamina/Input.h"
#include "lamina/Output.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
