// An include that the layering test must refuse.
#include "mlir/IR/Builders.h"
