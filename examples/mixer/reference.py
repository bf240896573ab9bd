"""Compares Lamina's Mixer-S/16 with PyTorch's on the same weights and photograph.

    reference.py weights.safetensors photograph.png logits.npy

Needs torch, safetensors, numpy and pillow. Exits with 1 where the two differ by more than 1e-4 * (1 + |logit|).
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import sys

import numpy
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn


class MixerBlock(nn.Module):
    def __init__(self, tokens=196, dim=512):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp_tokens = nn.ModuleDict({"fc1": nn.Linear(tokens, 256), "fc2": nn.Linear(256, tokens)})
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp_channels = nn.ModuleDict({"fc1": nn.Linear(dim, 2048), "fc2": nn.Linear(2048, dim)})

    def forward(self, x):
        def mlp(layers, y):
            return layers["fc2"](nn.functional.gelu(layers["fc1"](y)))

        x = x + mlp(self.mlp_tokens, self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + mlp(self.mlp_channels, self.norm2(x))


class MixerS16(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.ModuleDict({"proj": nn.Conv2d(3, 512, 16, 16)})
        self.blocks = nn.Sequential(*[MixerBlock() for _ in range(8)])
        self.norm = nn.LayerNorm(512, eps=1e-6)
        self.head = nn.Linear(512, 1000)

    def forward(self, image):
        x = self.stem["proj"](image).flatten(2).transpose(1, 2)
        return self.head(self.norm(self.blocks(x)).mean(1))


def main():
    weights, photograph, logits = sys.argv[1:]
    model = MixerS16()
    model.load_state_dict(load_file(weights))
    pixels = numpy.asarray(Image.open(photograph).convert("RGB"), dtype=numpy.float32) / 255
    with torch.no_grad():
        theirs = model(torch.from_numpy(pixels).permute(2, 0, 1)[None])[0].numpy()
    ours = numpy.load(logits).reshape(-1)
    error = numpy.abs(ours - theirs) / (1 + numpy.abs(theirs))
    print(f"parameters: {sum(p.numel() for p in model.parameters()):,}")
    print(f"largest relative difference: {error.max():.2e}; both say class {theirs.argmax()}, {ours.argmax()}")
    sys.exit(0 if error.max() <= 1e-4 else 1)


main()
