"""What PyTorch makes of the weights and input that weights.py wrote: the library models' expected outputs.

    reference.py MODEL FOLDER      reads FOLDER/weights.safetensors and FOLDER/input.npy, writes expected/MODEL.npy

Computed in double, stored as float. Needs torch, numpy and safetensors, which no test needs.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import sys

import numpy
import torch
from safetensors.torch import load_file
from torch.nn.functional import conv2d, gelu, layer_norm, linear, relu


class Weights(dict):
    def linear(self, name, x):
        return linear(x, self[f"{name}.weight"], self[f"{name}.bias"])

    def norm(self, name, x, eps=1e-6):
        return layer_norm(x, x.shape[-1:], self[f"{name}.weight"], self[f"{name}.bias"], eps)

    def affine(self, name, x):
        return self[f"{name}.alpha"] * x + self[f"{name}.beta"]

    def tokens(self, name, image):
        weight = self[f"{name}.weight"]
        return conv2d(image, weight, self[f"{name}.bias"], stride=weight.shape[-1]).flatten(2).transpose(1, 2)

    def mlp(self, name, x):
        return self.linear(f"{name}.fc2", gelu(self.linear(f"{name}.fc1", x)))

    def blocks(self, part):
        return [f"blocks.{i}" for i in range(1000) if f"blocks.{i}.{part}" in self]


def mlp(w, x, activation=relu):
    for i in range(sum(name.endswith(".weight") for name in w) - 1):
        x = activation(w.linear(f"layers.{i}", x))
    return w.linear("head", x)


def mlp_tanh(w, x):
    return mlp(w, x, torch.tanh)


def mixer(w, image):
    x = w.tokens("stem.proj", image)
    for at in w.blocks("norm1.weight"):
        y = w.norm(f"{at}.norm1", x).transpose(1, 2)
        x = x + w.mlp(f"{at}.mlp_tokens", y).transpose(1, 2)
        x = x + w.mlp(f"{at}.mlp_channels", w.norm(f"{at}.norm2", x))
    return w.linear("head", w.norm("norm", x).mean(1))


def gmlp(w, image):
    x = w.tokens("stem.proj", image)
    for at in w.blocks("norm.weight"):
        mlp_at = f"{at}.mlp_channels"
        u, v = gelu(w.linear(f"{mlp_at}.fc1", w.norm(f"{at}.norm", x))).chunk(2, -1)
        v = w.norm(f"{mlp_at}.gate.norm", v, 1e-5).transpose(1, 2)
        x = x + w.linear(f"{mlp_at}.fc2", u * w.linear(f"{mlp_at}.gate.proj", v).transpose(1, 2))
    return w.linear("head", w.norm("norm", x).mean(1))


def resmlp(w, image):
    x = w.tokens("patch_embed.proj", image)
    for at in w.blocks("gamma_1"):
        y = w.linear(f"{at}.attn", w.affine(f"{at}.norm1", x).transpose(1, 2)).transpose(1, 2)
        x = x + w[f"{at}.gamma_1"] * y
        x = x + w[f"{at}.gamma_2"] * w.mlp(f"{at}.mlp", w.affine(f"{at}.norm2", x))
    return w.linear("head", w.affine("norm", x).mean(1))


def siren(w, point):
    x = torch.sin(30 * w.linear("first", point))
    for i in range(sum(name.startswith("hidden") for name in w) // 2):
        x = torch.sin(30 * w.linear(f"hidden.{i}", x))
    return w.linear("last", x)


def finalmlp(w, ids):
    x = w["table"][torch.arange(ids.shape[1]), ids].flatten(1)
    towers = []
    for i in (1, 2):
        context = relu(w.linear(f"gate{i}.layers.0", w[f"gate{i}.context"]))
        y = x * (2 * torch.sigmoid(w.linear(f"gate{i}.out", context)))
        for k in range(sum(name.startswith(f"mlp{i}.") for name in w) // 2):
            y = relu(w.linear(f"mlp{i}.layers.{k}", y))
        towers.append(y)
    heads = w["bilinear"].shape[0]
    left, right = (tower.unflatten(1, (heads, -1)) for tower in towers)
    flat = sum(tower @ w[f"linear{i}.weight"] + w[f"linear{i}.bias"] for i, tower in zip((1, 2), towers))
    return flat + torch.einsum("bha,hac,bhc->b", left, w["bilinear"], right)


def tsmixer(w, past):
    level = past.mean(1, keepdim=True)
    deviation = (past.var(1, unbiased=False, keepdim=True) + 1e-5).sqrt()
    x = (past - level) / deviation * w["scale"] + w["shift"]
    for at in w.blocks("norm1.weight"):
        y = layer_norm(x, x.shape[1:], w[f"{at}.norm1.weight"], w[f"{at}.norm1.bias"], 1e-3).transpose(1, 2)
        x = x + relu(w.linear(f"{at}.temporal", y)).transpose(1, 2)
        y = layer_norm(x, x.shape[1:], w[f"{at}.norm2.weight"], w[f"{at}.norm2.bias"], 1e-3)
        x = x + w.linear(f"{at}.fc2", relu(w.linear(f"{at}.fc1", y)))
    y = w.linear("head", x.transpose(1, 2)).transpose(1, 2)
    return (y - w["shift"]) / w["scale"] * deviation + level


def main():
    model, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    weights = Weights({name: t.double() for name, t in load_file(folder / "weights.safetensors").items()})
    x = torch.from_numpy(numpy.load(folder / "input.npy")).double()
    with torch.no_grad():
        y = globals()[model.split("_")[0]](weights, x).float().numpy()
    print(f"{model}: outputs from {y.min():.3f} to {y.max():.3f}, deviation {y.std():.3f}")
    numpy.save(pathlib.Path(__file__).parent / "expected" / f"{model}.npy", y)


if __name__ == "__main__":
    main()
