// RUN: not lamina-opt %s --lamina-plan 2>&1 | FileCheck %s
// CHECK: [[@LINE+1]]:1: error: the module has no 'lamina.target' to plan for
module {
}
