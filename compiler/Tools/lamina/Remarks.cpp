// `lamina compile --remarks`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Remarks.h"

#include "compiler/Passes/FuseGroups.h"
#include "dialect/Lamina.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace lamina::tool {
namespace {

using namespace mlir::remark;

std::string place(mlir::Location location) {
  auto found = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!found)
    return "lamina: ";
  return llvm::formatv("{0}:{1}:{2}: ", found.getFilename().getValue(), found.getLine(),
                       found.getColumn());
}

std::string describe(ir::KernelOp kernel) {
  std::string operations;
  size_t count = 0;
  for (mlir::Operation &op : kernel.getBody().front().without_terminator())
    operations += (count++ ? ", " : "") + fuse::spell(&op);
  return llvm::formatv("{0}remark: {1} operation{2} became one {3} kernel: {4}\n",
                       place(kernel.getLoc()), count, count == 1 ? "" : "s",
                       ir::stringifyKernelKind(kernel.getKind()), operations);
}

class Streamer : public mlir::remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Streamer(const Console &console) : console(console) {}
  void streamOptimizationRemark(const mlir::remark::detail::Remark &remark) override {
    std::string text;
    for (const mlir::remark::detail::Remark::Arg &argument : remark.getArgs())
      text += argument.val;
    console.raw(place(remark.getLocation()) + "remark: " + text + "\n");
  }

private:
  const Console &console;
};

} // namespace

RemarkPrinter::RemarkPrinter(mlir::MLIRContext &context, const Console &console)
    : context(context) {
  // A kind that has no pattern of its own is off, whatever that for all says.
  const std::string any = ".*";
  const RemarkCategories everything{any, any, any, any, any};
  // It fails only where the pattern is none.
  (void)enableOptimizationRemarks(context, std::make_unique<Streamer>(console),
                                  std::make_unique<RemarkEmittingPolicyAll>(), everything);
}

RemarkPrinter::~RemarkPrinter() { context.setRemarkEngine(nullptr); }

std::string describeKernels(mlir::ModuleOp module) {
  std::string text;
  module.walk([&](ir::KernelOp kernel) { text += describe(kernel); });
  return text;
}

} // namespace lamina::tool
