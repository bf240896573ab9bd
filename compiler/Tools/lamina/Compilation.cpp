// IR generation, passes and translation, with errors as the user sees them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Compilation.h"

#include "compiler/IRGen/IRGen.h"
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Passes/Refusal.h"
#include "compiler/Syntax/Source.h"
#include "compiler/Tools/lamina/Reproducer.h"
#include "compiler/Tools/lamina/Tensors.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

namespace lamina::tool {

static constexpr std::string_view kIRName = "before-passes.mlir";

struct Compilation::Defaults {
  std::optional<interpreter::Tensors> values;
};

Compilation::Compilation(const Invocation &invocation, const SourceManager &sources)
    : invocation(invocation), sources(sources), defaults(std::make_unique<Defaults>()) {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  // One model is one function or two: a thread pool would cost more than it gains.
  context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  context->getDiagEngine().registerHandler([this](mlir::Diagnostic &diagnostic) {
    std::string line = "lamina: ";
    if (auto place = diagnostic.getLocation()->findInstanceOf<mlir::FileLineColLoc>())
      line = llvm::formatv("{0}:{1}:{2}: ", place.getFilename().getValue(), place.getLine(),
                           place.getColumn());
    if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
      this->invocation.console.raw(line + "error: " + diagnostic.str() + "\n");
    return mlir::success();
  });
}

Compilation::~Compilation() { invocation.reproducer->late = nullptr; }

bool Compilation::generate(const std::vector<const sema::Model *> &models,
                           const std::vector<const sema::Test *> &tests) {
  ir = generateIR(models, tests, sources, *context);
  if (!ir) {
    fail("no IR could be made");
    return false;
  }
  original = ir->clone();
  invocation.reproducer->late = [this] { return "#--- " + std::string(kIRName) + "\n" + irText(); };
  return true;
}

std::string Compilation::irText() {
  // What the passes read of the target was written after the copy was made.
  if (mlir::Attribute target = (*ir)->getAttr("lamina.target"))
    (*original)->setAttr("lamina.target", target);
  std::string text = "// lamina-opt --lamina-compile " + std::string(kIRName) + "\n";
  llvm::raw_string_ostream stream(text);
  original->print(stream, mlir::OpPrintingFlags().enableDebugInfo());
  return text + "\n";
}

std::vector<ir::TestOp> Compilation::tests() {
  auto range = ir->getOps<ir::TestOp>();
  return {range.begin(), range.end()};
}

/// The initial values of all positions of a stacked parameter, one after the other.
std::string Compilation::defaultValue(mlir::Operation *op) {
  auto param = llvm::cast<ir::ParamOp>(op);
  if (param.getRole() == "trained" || param.getInit().empty())
    return {};
  if (!defaults->values) {
    auto first = *original->getOps<ir::ModelOp>().begin();
    llvm::Expected<interpreter::Tensors> values = interpreter::initialParameters(first, 0);
    if (!values) {
      llvm::consumeError(values.takeError());
      return {};
    }
    defaults->values = std::move(*values);
  }
  std::vector<std::string> paths = {param.getPath().str()};
  auto type = llvm::cast<mlir::RankedTensorType>(param.getType());
  for (int64_t extent : type.getShape().take_front(param.getPath().count('*'))) {
    std::vector<std::string> next;
    for (const std::string &path : paths)
      for (int64_t i = 0; i < extent; ++i)
        next.push_back(std::string(path).replace(path.find('*'), 1, std::to_string(i)));
    paths = std::move(next);
  }
  std::string bytes;
  for (const std::string &path : paths) {
    auto value = defaults->values->find(path);
    runtime::Result<runtime::Array> array =
        value == defaults->values->end() ? runtime::Result<runtime::Array>(runtime::Failure{})
                                         : toArray(value->second);
    if (!array)
      return {};
    bytes.append(reinterpret_cast<const char *>(array->data()), array->sizeInBytes());
  }
  return bytes;
}

bool Compilation::lower(Level level, CompileOptions options) {
  options.defaultValue = [this](mlir::Operation *op) { return defaultValue(op); };
  std::vector<codegen::ModelInterface> interfaces;
  const bool isPlanned = level > Level::Lamina;
  if (mlir::failed(runPipeline(*ir, level, options, isPlanned ? &interfaces : nullptr))) {
    if (exitCode() == kDefect)
      fail("the model passed all checks but does not compile");
    return false;
  }
  if (!interfaces.empty())
    interface = std::move(interfaces.front());
  return true;
}

int Compilation::exitCode() const {
  return ir && (*ir)->hasAttr(kRefusedAttr) ? kBadInput : kDefect;
}

bool Compilation::prepareInterpretation() { return mlir::succeeded(makeInterpretable(*ir)); }

void Compilation::restart() { ir = original->clone(); }

void Compilation::keep() { original = ir->clone(); }

std::unique_ptr<llvm::Module> Compilation::translate(const CompileOptions &options,
                                                     llvm::LLVMContext &llvmContext) {
  std::string error;
  std::unique_ptr<llvm::Module> code = compileToLLVM(*ir, options, {interface}, llvmContext, error);
  if (!code)
    fail(error);
  return code;
}

int Compilation::fail(const std::string &what) {
  if (original)
    invocation.reproducer->add(kIRName, irText());
  return invocation.defect(what);
}

} // namespace lamina::tool
