"""What PyTorch's losses are over the first 30 steps of the networks in curves.lam: writes expected/curves.txt.

    curves.py FOLDER      runs every recipe; FOLDER holds what weights.py makes of curve_mlp, curve_mixer and curve_siren,
                          each in a folder of its name
    curves.py compare RECIPE METRICS      compares metrics.jsonl of a run with expected/curves.txt, without torch

A line of curves.txt is a recipe, then its 30 losses as C writes floats in hexadecimal. Everything is computed in f32, on one thread.
Muon runs its Newton-Schulz iteration in f32 too: PyTorch's own is in bfloat16.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = HERE / "expected" / "curves.txt"
STEPS, TOLERANCE = 30, 1e-5


def compare(recipe, metrics):
    lines = dict(line.split(" ", 1) for line in EXPECTED.read_text().splitlines())
    wanted = [float.fromhex(number) for number in lines[recipe].split()]
    found = [json.loads(line) for line in pathlib.Path(metrics).read_text().splitlines()]
    found = [line["loss"] for line in found if "loss" in line]
    if len(found) != len(wanted):
        raise SystemExit(f"{recipe}: {len(found)} losses, expected {len(wanted)}")
    errors = [abs(a - b) / abs(b) for a, b in zip(found, wanted)]
    worst = max(errors)
    print(f"{recipe}: loss {wanted[0]:.6f} to {wanted[-1]:.6f}, largest relative difference {worst:.2e}")
    if not worst <= TOLERANCE:
        first = next(i for i, error in enumerate(errors) if not error <= TOLERANCE)
        raise SystemExit(f"{recipe}: step {first + 1} has the loss {found[first]:.9g}, PyTorch {wanted[first]:.9g}")


if __name__ == "__main__" and sys.argv[1] == "compare":
    compare(*sys.argv[2:])
    sys.exit()

import numpy  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

import optimizers  # noqa: E402
import reference  # noqa: E402


def digits(w, image):
    x = F.relu(w.linear("fc1", image / 16))
    return w.linear("fc3", F.relu(w.linear("fc2", x)))


def normed(w, image):
    x = image / 16
    for i in (1, 2):
        x, parts = w.linear(f"fc{i}", x), [w[f"norm{i}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        x = F.relu(F.batch_norm(x, parts[0].detach(), parts[1].detach(), *parts[2:], training=True))
    return w.linear("fc3", x)


def digits_data(folder):
    table = numpy.loadtxt(HERE.parent.parent / "examples/digits/digits.csv", delimiter=",", dtype=numpy.float32)
    return torch.from_numpy(table[:, :64]), torch.from_numpy(table[:, 64]).long()


def mixer_data(folder):
    return torch.from_numpy(numpy.load(folder / "images.npy")), torch.arange(128) * 7 % 10


def finalmlp_data(folder):
    row, field = torch.arange(512), torch.arange(8)
    return (row[:, None] * (field + 3) + 7 * field) % 50, (row * 5 % 7 < 3).float()


def tsmixer_data(folder):
    return tuple(torch.from_numpy(numpy.load(folder / f"{name}.npy")) for name in ("past", "future"))


def siren_data(folder):
    row = torch.arange(1024)
    x, y = (row % 32) / 16 - 1, (row // 32) / 16 - 1
    return torch.stack([x, y], 1), torch.stack([x * y, x * x - y, (x < y).float()], 1)


def smoothed(prediction, label):
    return F.cross_entropy(prediction, label, label_smoothing=0.1)


# network -> (weights.py's name, forward, data, loss, batch)
NETWORKS = {
    "digits": ("curve_mlp", digits, digits_data, smoothed, 64),
    "normed": ("curve_norm", normed, digits_data, F.cross_entropy, 64),
    "mixer": ("curve_mixer", reference.mixer, mixer_data, F.cross_entropy, 16),
    "finalmlp": ("curve_finalmlp", reference.finalmlp, finalmlp_data, F.binary_cross_entropy_with_logits, 128),
    "tsmixer": ("curve_tsmixer", reference.tsmixer, tsmixer_data, F.mse_loss, 32),
    "siren": ("curve_siren", reference.siren, siren_data, F.mse_loss, 256),
}


def groups(w):
    """Weights decay, biases do not."""
    bias = [tensor for name, tensor in w.items() if name.endswith(".bias")]
    rest = [tensor for name, tensor in w.items() if not name.endswith(".bias")]
    return [{"params": rest}, {"params": bias, "weight_decay": 0.0}]


class Rule:
    """A rule of optimizers.py that PyTorch lacks."""

    def __init__(self, rule, w, lr, decay):
        self.rule, self.tensors, self.state, self.settings = rule, list(w.values()), {}, (lr, decay)

    def step(self):
        with torch.no_grad():
            self.rule(self.tensors, self.state, *self.settings)


def trained(w):
    return [tensor for name, tensor in w.items() if "running" not in name]


def only_weights(w):
    for name, tensor in w.items():
        tensor.requires_grad_(name.endswith(".weight"))
    return [tensor for tensor in w.values() if tensor.requires_grad]


plain = {"foreach": False, "fused": False}
RECIPES = {
    "digits-adamw": lambda w: torch.optim.AdamW(groups(w), lr=3e-3, weight_decay=0.05, **plain),
    "digits-sgd": lambda w: torch.optim.SGD(w.values(), lr=0.1, momentum=0.9, nesterov=True, **plain),
    "digits-lion": lambda w: Rule(optimizers.lion, w, 1e-3, 0),
    "digits-muon": lambda w: torch.optim.Muon(only_weights(w), lr=0.02, weight_decay=0.1),
    "normed-adamw": lambda w: torch.optim.AdamW(trained(w), lr=3e-3, weight_decay=0.05, **plain),
    "normed-sgd": lambda w: torch.optim.SGD(trained(w), lr=0.05, momentum=0.9, **plain),
    "mixer-adamw": lambda w: torch.optim.AdamW(w.values(), lr=1e-3, weight_decay=0.05, **plain),
    "mixer-sgd": lambda w: torch.optim.SGD(w.values(), lr=0.02, momentum=0.9, weight_decay=1e-3, **plain),
    "mixer-lamb": lambda w: Rule(optimizers.lamb, w, 0.01, 0.01),
    "finalmlp-adam": lambda w: torch.optim.Adam(w.values(), lr=1e-3, **plain),
    "finalmlp-sgd": lambda w: torch.optim.SGD(w.values(), lr=0.1, momentum=0.9, **plain),
    "tsmixer-adam": lambda w: torch.optim.Adam(w.values(), lr=1e-3, **plain),
    "tsmixer-sgd": lambda w: torch.optim.SGD(w.values(), lr=0.02, momentum=0.9, **plain),
    "siren-adam": lambda w: torch.optim.Adam(w.values(), lr=1e-3, **plain),
    "siren-sgd": lambda w: torch.optim.SGD(w.values(), lr=1e-3, momentum=0.9, **plain),
}


def schedule_of(recipe, optimizer):
    """Of digits: five steps up, then down along half a cosine to a hundredth."""
    if not recipe.startswith("digits") or isinstance(optimizer, Rule):
        return None
    up = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / 5, total_iters=4)
    down = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS - 5, 0.01 * optimizer.defaults["lr"])
    return torch.optim.lr_scheduler.SequentialLR(optimizer, [up, down], [5])


def batches(inputs, targets, size):
    while True:
        for first in range(0, len(inputs), size):
            yield inputs[first : first + size], targets[first : first + size]


def losses(recipe, folder, element=torch.float32):
    name, forward, data, loss_of, size = NETWORKS[recipe.split("-")[0]]
    w = reference.Weights(load_file(folder / name / "weights.safetensors"))
    for key, tensor in w.items():
        w[key] = tensor.to(element).requires_grad_()
    inputs, targets = (t.to(element) if t.is_floating_point() else t for t in data(folder / name))
    optimizer = RECIPES[recipe](w)
    schedule, curve = schedule_of(recipe, optimizer), []
    for _, (x, y) in zip(range(STEPS), batches(inputs, targets, size)):
        for tensor in w.values():
            tensor.grad = None
        loss = loss_of(forward(w, x), y)
        loss.backward()
        if recipe == "mixer-adamw":
            torch.nn.utils.clip_grad_norm_(w.values(), 1.0, foreach=False)
        optimizer.step()
        if schedule:
            schedule.step()
        curve.append(loss.item())
    return curve


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    lines = []
    for recipe in RECIPES:
        curve, exact = losses(recipe, folder), losses(recipe, folder, torch.float64)
        spread = max(abs(a - b) / abs(b) for a, b in zip(curve, exact))
        print(f"{recipe}: loss {curve[0]:.6f} to {curve[-1]:.6f}; f32 and f64 differ by {spread:.1e}")
        if not math.isfinite(spread):
            raise SystemExit(f"{recipe} does not train")
        lines.append(" ".join([recipe, *(number.hex() for number in curve)]))
    EXPECTED.write_text("\n".join(lines) + "\n")


main()
