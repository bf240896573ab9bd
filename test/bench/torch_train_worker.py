"""Times PyTorch's training step, eager or by torch.compile.

    torch_train_worker.py eager|compile NETWORK FOLDER STEPS

FOLDER holds weights.safetensors, x.npy and y.npy. Prints the losses of the first STEPS steps and the peak of memory above that of the
imported libraries, then serves 'run K' as protocol.h says. The optimizer is AdamW in its fused form.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F
from protocol import peak, serve
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "oracle"))
import reference  # noqa: E402


def step_of(kind, network, weights, x, y):
    forward = getattr(reference, network)
    loss_of = {"finalmlp": F.binary_cross_entropy_with_logits, "tsmixer": F.mse_loss, "siren": F.mse_loss}.get(network, F.cross_entropy)
    optimizer = torch.optim.AdamW(weights.values(), lr=1e-4 if network == "siren" else 1e-3, fused=True)

    def loss(weights, x, y):
        return loss_of(forward(weights, x), y)

    if kind == "compile":
        loss = torch.compile(loss)

    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss(weights, x, y)
        value.backward()
        optimizer.step()
        return value

    return step


def main():
    kind, network, folder, steps = sys.argv[1:]
    torch.set_num_threads(1)
    before, folder = peak(), pathlib.Path(folder)
    x, y = (torch.from_numpy(numpy.load(folder / name)) for name in ("x.npy", "y.npy"))
    loaded = load_file(folder / "weights.safetensors")
    weights = reference.Weights((name, tensor.clone().requires_grad_()) for name, tensor in loaded.items())
    step = step_of(kind, network, weights, x, y)
    print(*(f"{step().item():.9g}" for _ in range(int(steps))))
    print(peak() - before)
    serve(step)


main()
