"""What PyTorch makes of layers.lam: writes expected/layers/NAME.npy for every output.

    layers.py FOLDER      reads FOLDER/weights.safetensors, image.npy and tokens.npy, which weights.py wrote
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file


def glu(w, name, x, act):
    def linear(part, y):
        return F.linear(y, w[f"{name}.{part}.weight"], w.get(f"{name}.{part}.bias"))

    return linear("out", act(linear("gate", x)) * linear("value", x))


def attention(w, name, x, heads, causal):
    def linear(part, y):
        return F.linear(y, w[f"{name}.{part}.weight"], w.get(f"{name}.{part}.bias"))

    batch, tokens, channels = x.shape
    q, k, v = linear("qkv", x).view(batch, tokens, 3, heads, channels // heads).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    return linear("proj", y.transpose(1, 2).reshape(x.shape))


def outputs(w, image, tokens):
    def conv(name, function=F.conv2d, weight=None, **settings):
        weight = w[f"{name}.weight"] if weight is None else weight
        return function(image, weight, w.get(f"{name}.bias"), **settings)

    channels_last = image.permute(0, 3, 1, 2)  # [batch, w, c, h]
    norm2 = F.layer_norm(channels_last, (6, 9), w["layer_norm_2.weight"], w["layer_norm_2.bias"], 1e-3)
    return {
        "conv": conv("conv", stride=2, padding=1),
        "grouped": conv("grouped", groups=2, dilation=2),
        "depthwise": conv("depthwise", weight=w["depthwise.weight"][:, None], padding=1, groups=6),
        "strip": conv("strip", weight=w["strip.weight"][:, None], padding=(0, 2), groups=6),
        "up": conv("up", F.conv_transpose2d, stride=2),
        "up_overlapping": conv("up_overlapping", F.conv_transpose2d, stride=2),
        "layer_norm": F.layer_norm(tokens, (8,), w["layer_norm.weight"], w["layer_norm.bias"]),
        "layer_norm_2": norm2.permute(0, 2, 3, 1),
        "rms_norm": F.rms_norm(tokens, (8,), w["rms_norm.weight"], 1e-6),
        "group_norm": F.group_norm(image, 3, w["group_norm.weight"], w["group_norm.bias"]),
        "batch_norm": F.batch_norm(image, w["batch_norm.running_mean"], w["batch_norm.running_var"],
                                   w["batch_norm.weight"], w["batch_norm.bias"]),
        "embedding": w["embedding.weight"][torch.tensor([7, 0, 9])],
        "glu": glu(w, "glu", tokens, torch.sigmoid),
        "swiglu": glu(w, "swiglu", tokens, F.silu),
        "attention": attention(w, "attention", tokens, 2, False),
        "causal": attention(w, "causal", tokens, 4, True),
        "patches": conv("patches.proj", stride=3).flatten(2).transpose(1, 2),
        "mean_pool": F.avg_pool2d(image, 3, 2, 1, count_include_pad=False),
        "max_pool": F.max_pool2d(image, 3, 2, 1),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    expected = pathlib.Path(__file__).parent / "expected" / "layers"
    expected.mkdir(parents=True, exist_ok=True)
    w = {name: tensor.double() for name, tensor in load_file(folder / "weights.safetensors").items()}
    image, tokens = (torch.from_numpy(numpy.load(folder / f"{name}.npy")).double() for name in ("image", "tokens"))
    with torch.no_grad():
        for name, value in outputs(w, image, tokens).items():
            numpy.save(expected / f"{name}.npy", numpy.ascontiguousarray(value.float().numpy()))


main()
