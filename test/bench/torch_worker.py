"""Times PyTorch (eager, torch.compile, or AOTInductor: compiled ahead of time; both with frozen weights) and ONNX Runtime on a row of the table.

    torch_worker.py eager|compiled|aoti|ort NETWORK FOLDER OUTPUT THREADS

FOLDER holds weights.safetensors and input.npy. Serves 'run K' and 'wall K' as protocol.h says.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import sys

import numpy
import torch
from protocol import serve
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "oracle"))
import reference  # noqa: E402


class Network(torch.nn.Module):
    """A function of reference.py over weights that are buffers, so that exporters see them as constants."""

    def __init__(self, compute, weights):
        super().__init__()
        self.compute = compute
        self.names = list(weights)
        for i, tensor in enumerate(weights.values()):
            self.register_buffer(f"w{i}", tensor)

    def forward(self, x):
        weights = reference.Weights((name, getattr(self, f"w{i}")) for i, name in enumerate(self.names))
        return self.compute(weights, x)


def eager(network, x, folder):
    return lambda: network(x)


def aoti(network, x, folder):
    torch._inductor.config.freezing = True
    torch._inductor.config.max_autotune = True
    exported = torch.export.export(network, (x,))
    path = torch._inductor.aoti_compile_and_package(exported, package_path=str(folder / "aoti.pt2"))
    model = torch._inductor.aoti_load_package(path)
    return lambda: model(x)


def compiled(network, x, folder):
    torch._inductor.config.freezing = True
    model = torch.compile(network, mode="max-autotune")
    return lambda: model(x)


def ort(network, x, folder):
    import onnxruntime

    path = str(folder / "network.onnx")
    torch.onnx.export(network, (x,), path, dynamo=False, input_names=["x"], output_names=["y"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    output = network(x).numpy().copy()
    output[:] = 0
    binding = session.io_binding()
    binding.bind_cpu_input("x", x.numpy())
    binding.bind_output("y", "cpu", 0, numpy.float32, output.shape, output.ctypes.data)

    def call():
        session.run_with_iobinding(binding)
        return torch.from_numpy(output)

    return call


def main():
    kind, name, folder, output, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    folder = pathlib.Path(folder)
    x = torch.from_numpy(numpy.load(folder / "input.npy"))
    network = Network(getattr(reference, name), load_file(folder / "weights.safetensors")).eval()
    with torch.inference_mode(kind in ("eager", "compiled")), torch.no_grad():
        call = globals()[kind](network, x, folder)
        call().numpy().astype(numpy.float32).tofile(output)
        serve(call)


main()
