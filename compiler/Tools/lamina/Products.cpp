// Files of a compilation, written all or none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Products.h"

#include "compiler/Codegen/Link.h"
#include "compiler/Tools/lamina/Signals.h"
#include "lamina/Input.h"
#include "lamina/Output.h"

#include <algorithm>

namespace lamina::tool {

std::span<const Kind> productKinds() {
  static constexpr Kind kKinds[] = {{"ast", ".ast", true, true},
                                    {"lamina", ".lamina.mlir", true, true},
                                    {"kernels", ".kernels.mlir", true, true},
                                    {"mlir", ".mlir", true, true},
                                    {"llvm", ".ll", true, true},
                                    {"asm", ".s", true, true},
                                    {"obj", ".o", false, false},
                                    {"header", ".h", false, false},
                                    {"lib", ".a", false, false},
                                    {"shared", ".so", false, false},
                                    {"exe", "", false, false}};
  return kKinds;
}

namespace {

const Kind &kindNamed(const std::string &name) {
  return *std::find_if(productKinds().begin(), productKinds().end(),
                       [&](const Kind &kind) { return kind.name == name; });
}

/// A path without the ending of its file name.
std::string withoutExtension(const std::string &path) {
  const size_t slash = path.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  const size_t dot = path.rfind('.');
  return dot != std::string::npos && dot > name ? path.substr(0, dot) : path;
}

/// Links into the temporary of `output`. Objects lie beside it while the linker reads them.
runtime::Status link(const Product &product, const runtime::Output &output,
                     const LinkOptions &options) {
  if (output.temporaryPath().empty())
    return runtime::Failure{runtime::printable(product.path) + ": the linker writes files only"};
  std::vector<runtime::Output> objects;
  codegen::LinkJob job;
  for (const std::string &object : product.objects) {
    auto file = runtime::Output::create(product.path + "." + std::to_string(objects.size()) + ".o");
    if (!file)
      return file.failure();
    if (runtime::Status status = file->write(object); !status)
      return status;
    job.objects.push_back(file->temporaryPath());
    objects.push_back(std::move(*file));
  }
  job.isShared = product.kind == "shared";
  job.threads = options.threads;
  job.sanitize = options.sanitize;
  job.triple = options.triple;
  job.output = output.temporaryPath();
  // The linker is a process of its own: an interrupt waits until it has ended.
  const DeferredInterrupts deferred;
  std::string error;
  if (codegen::link(job, error))
    return {};
  return runtime::Failure{runtime::printable(product.path) + ": " + error};
}

runtime::Status prepare(const Product &product, const LinkOptions &options,
                        std::vector<runtime::Output> &outputs) {
  auto output = runtime::Output::create(product.path);
  if (!output)
    return output.failure();
  runtime::Status status =
      product.objects.empty() ? output->write(product.bytes) : link(product, *output, options);
  outputs.push_back(std::move(*output));
  return status;
}

} // namespace

std::string pathOf(const std::string &kind, const std::string &output, const std::string &stem,
                   size_t count) {
  const Kind &entry = kindNamed(kind);
  if (output.empty())
    return entry.isText && count == 1 ? "-" : stem + entry.extension;
  if (count == 1 || (*entry.extension && output.ends_with(entry.extension)))
    return output;
  return withoutExtension(output) + entry.extension;
}

int writeProducts(const Invocation &invocation, const std::vector<Product> &products,
                  const LinkOptions &options) {
  std::vector<runtime::Output> outputs;
  for (const Product &product : products)
    if (runtime::Status status = prepare(product, options, outputs); !status) {
      invocation.console.error(status.failure());
      return kBadInput;
    }
  for (runtime::Output &output : outputs)
    if (runtime::Status status = output.commit(); !status) {
      invocation.console.error(status.failure());
      return kBadInput;
    }
  return kSuccess;
}

} // namespace lamina::tool
