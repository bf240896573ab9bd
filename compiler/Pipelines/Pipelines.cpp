// Runs the stages after IRGen in their order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Pipelines/Pipelines.h"

#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Lowering.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Kernels/Kernels.h"
#include "compiler/Passes/Passes.h"
#include "compiler/Pipelines/Interface.h"
#include "dialect/Lamina.h"

#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;

namespace lamina {

void registerDialects(DialectRegistry &registry) {
  registry.insert<ir::LaminaDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect,
                  memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect, LLVM::LLVMDialect,
                  omp::OpenMPDialect>();
  codegen::registerTranslations(registry);
}

namespace {

struct FaultPass : PassWrapper<FaultPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FaultPass)
  explicit FaultPass(const InjectedFault &fault) : fault(fault) {}
  void runOnOperation() override {
    if (fault.crashes)
      LLVM_BUILTIN_TRAP;
    getOperation().emitError() << "a failure of '" << fault.pass << "' was asked for";
    signalPassFailure();
  }
  InjectedFault fault;
};

/// Adds passes, and before one of them the fault that the options ask for.
class PassList {
public:
  PassList(OpPassManager &manager, const std::optional<InjectedFault> &fault)
      : manager(manager), fault(fault) {}
  PassList &add(std::unique_ptr<Pass> pass) {
    if (fault && fault->pass == pass->getArgument())
      manager.addPass(std::make_unique<FaultPass>(*fault));
    manager.addPass(std::move(pass));
    return *this;
  }

private:
  OpPassManager &manager;
  const std::optional<InjectedFault> &fault;
};

} // namespace

/// The passes over `lamina` ops, up to a plan that an interface can be read off.
static void addTensorPasses(OpPassManager &manager, Level level, const CompileOptions &options) {
  PassList list(manager, options.fault);
  list.add(createRollPass()).add(createInlinePass()).add(createTrainStepPass());
  list.add(createDifferentiatePass()).add(createWidenPass()).add(createSimplifyPass());
  if (level == Level::Lamina)
    return;
  FusePassOptions fuse;
  fuse.fuse = options.fuse;
  list.add(createFusePass(fuse)).add(createPlanPass());
}

/// The passes from planned kernels on.
static void addCodePasses(OpPassManager &manager, Level level, const CompileOptions &options) {
  PassList(manager, options.fault).add(kernels::createEmitKernels());
  if (level == Level::Llvm)
    codegen::buildLoweringPipeline(manager);
}

void registerPipelines() {
  PassPipelineRegistration<>("lamina-compile", "All passes of `lamina compile`, to LLVM's dialect",
                             [](OpPassManager &manager) {
                               const CompileOptions options;
                               addTensorPasses(manager, Level::Llvm, options);
                               addCodePasses(manager, Level::Llvm, options);
                             });
}

static void writeTarget(ModuleOp module, const CompileOptions &options) {
  const codegen::Target &t = options.target;
  module->setAttr("lamina.target",
                  ir::TargetAttr::get(module.getContext(), t.vectorBytes, t.vectorRegisters, t.l1,
                                      t.l2, options.threads));
}

LogicalResult makeInterpretable(ModuleOp module) {
  PassManager manager(module.getContext());
  manager.addPass(createInlinePass());
  manager.addPass(createDifferentiatePass());
  return manager.run(module);
}

LogicalResult runPipeline(ModuleOp module, Level level, const CompileOptions &options,
                          std::vector<codegen::ModelInterface> *interfaces) {
  writeTarget(module, options);
  PassManager first(module.getContext());
  addTensorPasses(first, level, options);
  if (failed(first.run(module)))
    return failure();
  if (interfaces)
    for (auto model : module.getOps<ir::ModelOp>())
      interfaces->push_back(readInterface(model, options));
  if (level <= Level::Kernels)
    return success();
  PassManager second(module.getContext());
  addCodePasses(second, level, options);
  return second.run(module);
}

std::unique_ptr<llvm::Module> compileToLLVM(ModuleOp module, const CompileOptions &options,
                                            const std::vector<codegen::ModelInterface> &interfaces,
                                            llvm::LLVMContext &context, std::string &error) {
  std::unique_ptr<llvm::Module> code = codegen::translateToLLVM(module, context);
  if (!code) {
    error = "the module does not translate to LLVM IR";
    return nullptr;
  }
  std::unique_ptr<llvm::TargetMachine> machine = codegen::createMachine(options.target);
  codegen::setTarget(*code, options.target, *machine);
  for (const codegen::ModelInterface &model : interfaces)
    if (!codegen::addAbiFunctions(*code, model, options.invoke, error))
      return nullptr;
  codegen::makeInternal(*code, interfaces);
  // Once more, for the functions that came in.
  codegen::setTarget(*code, options.target, *machine);
  codegen::optimize(*code, *machine, options.sanitize);
  return code;
}

} // namespace lamina
