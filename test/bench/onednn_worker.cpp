// Times an MLP as a chain of oneDNN inner products: weights in the layout that oneDNN likes best,
// bias and activation fused. onednn_worker relu|tanh BATCH INPUT OUTPUT WEIGHTS WIDTH0 WIDTH1 …
// (WEIGHTS: weight and bias of each layer in turn)
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "protocol.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

using dnnl::memory;
using Tag = memory::format_tag;
constexpr auto kF32 = memory::data_type::f32;

namespace {
struct Network {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<dnnl::inner_product_forward> layers;
  std::vector<std::unordered_map<int, memory>> arguments;

  /// Appends a layer that reads `source`; its activation is fused as a post-op. Returns the layer's
  /// output.
  memory add(memory source, float *weight, float *bias, int64_t inputs, int64_t outputs,
             const dnnl::primitive_attr &attr) {
    int64_t batch = source.get_desc().dims()[0];
    memory::desc anyWeight({outputs, inputs}, kF32, Tag::any), biasDesc({outputs}, kF32, Tag::a);
    memory::desc anySource({batch, inputs}, kF32, Tag::nc), target({batch, outputs}, kF32, Tag::nc);
    dnnl::inner_product_forward::desc desc(dnnl::prop_kind::forward_inference, anySource, anyWeight,
                                           biasDesc, target);
    dnnl::inner_product_forward::primitive_desc primitive(desc, attr, engine);
    memory plain({{outputs, inputs}, kF32, Tag::oi}, engine, weight),
        packed(primitive.weights_desc(), engine);
    dnnl::reorder(plain, packed).execute(stream, plain, packed);
    stream.wait();
    memory result(primitive.dst_desc(), engine);
    layers.emplace_back(primitive);
    arguments.push_back({{DNNL_ARG_SRC, source},
                         {DNNL_ARG_WEIGHTS, packed},
                         {DNNL_ARG_BIAS, memory(biasDesc, engine, bias)},
                         {DNNL_ARG_DST, result}});
    return result;
  }
};

void call(void *context) {
  auto *network = static_cast<Network *>(context);
  for (size_t i = 0; i < network->layers.size(); i++)
    network->layers[i].execute(network->stream, network->arguments[i]);
  network->stream.wait();
}
} // namespace

int main(int argc, char **argv) {
  if (argc < 8)
    return fprintf(stderr, "onednn_worker: needs at least 7 arguments\n"), 1;
  auto activation = std::string(argv[1]) == "tanh" ? dnnl::algorithm::eltwise_tanh
                                                   : dnnl::algorithm::eltwise_relu;
  int64_t batch = std::stol(argv[2]);
  std::vector<int64_t> widths;
  size_t parameters = 0;
  for (int i = 6; i < argc; i++) {
    widths.push_back(std::stol(argv[i]));
    if (i > 6)
      parameters += (widths.end()[-2] + 1) * widths.back();
  }
  float *weights = readFloats(argv[5], parameters);
  dnnl::primitive_attr fused, plain;
  dnnl::post_ops ops;
  ops.append_eltwise(1.0f, activation, 0.0f, 0.0f);
  fused.set_post_ops(ops);

  Network network;
  memory value({{batch, widths[0]}, kF32, Tag::nc}, network.engine,
               readFloats(argv[3], batch * widths[0]));
  for (size_t i = 1; i < widths.size(); i++) {
    bool last = i + 1 == widths.size();
    float *bias = weights + widths[i - 1] * widths[i];
    value = network.add(value, weights, bias, widths[i - 1], widths[i], last ? plain : fused);
    weights = bias + widths[i];
  }
  call(&network);
  writeFloats(argv[4], static_cast<float *>(value.get_data_handle()), batch * widths.back());
  serve(call, &network);
}
