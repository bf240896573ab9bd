"""Writes made-up weights and an input for a library model, the same bytes on every machine, without numpy.

    weights.py MODEL FOLDER      makes FOLDER/weights.safetensors and FOLDER/NAME.npy for each input

The tensors' names and shapes are written down here from the papers' code, so that they check the library's. Every value is
+-[1, 2) times a power of two near 1 / sqrt(fan_in); scales of norms are in [0.5, 1).
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import math
import pathlib
import random
import struct
import sys


def linear(name, outputs, inputs):
    return [(f"{name}.weight", (outputs, inputs)), (f"{name}.bias", (outputs,))]


def norm(name, channels, names=("weight", "bias")):
    return [(f"{name}.{part}", (channels,)) for part in names]


def patches(name, patch, channels):
    return [(f"{name}.weight", (channels, 3, patch, patch)), (f"{name}.bias", (channels,))]


def mlp(inputs, hidden, classes):
    widths = [inputs, *hidden]
    tensors = []
    for i, width in enumerate(hidden):
        tensors += linear(f"layers.{i}", width, widths[i])
    return tensors + linear("head", classes, widths[-1])


def mixer(patch, dim, depth, size=224, classes=1000):
    tokens, hidden, channels = (size // patch) ** 2, dim // 2, 4 * dim
    tensors = patches("stem.proj", patch, dim)
    for i in range(depth):
        at = f"blocks.{i}"
        tensors += norm(f"{at}.norm1", dim) + norm(f"{at}.norm2", dim)
        tensors += linear(f"{at}.mlp_tokens.fc1", hidden, tokens) + linear(f"{at}.mlp_tokens.fc2", tokens, hidden)
        tensors += linear(f"{at}.mlp_channels.fc1", channels, dim) + linear(f"{at}.mlp_channels.fc2", dim, channels)
    return tensors + norm("norm", dim) + linear("head", classes, dim)


def gmlp(dim, depth=30, patch=16, size=224, classes=1000):
    tokens, hidden = (size // patch) ** 2, 6 * dim
    tensors = patches("stem.proj", patch, dim)
    for i in range(depth):
        at = f"blocks.{i}.mlp_channels"
        tensors += norm(f"blocks.{i}.norm", dim) + linear(f"{at}.fc1", hidden, dim)
        tensors += norm(f"{at}.gate.norm", hidden // 2) + linear(f"{at}.gate.proj", tokens, tokens)
        tensors += linear(f"{at}.fc2", dim, hidden // 2)
    return tensors + norm("norm", dim) + linear("head", classes, dim)


def resmlp(dim, depth, patch=16, size=224, classes=1000):
    tokens = (size // patch) ** 2
    tensors = patches("patch_embed.proj", patch, dim)
    affine = ("alpha", "beta")
    for i in range(depth):
        at = f"blocks.{i}"
        tensors += norm(f"{at}.norm1", dim, affine) + norm(f"{at}.norm2", dim, affine)
        tensors += linear(f"{at}.attn", tokens, tokens)
        tensors += linear(f"{at}.mlp.fc1", 4 * dim, dim) + linear(f"{at}.mlp.fc2", dim, 4 * dim)
        tensors += norm(at, dim, ("gamma_1", "gamma_2"))
    return tensors + norm("norm", dim, affine) + linear("head", classes, dim)


def layers():
    """The layers of layers.lam."""
    tensors = [("conv.weight", (4, 6, 3, 3)), ("conv.bias", (4,)), ("grouped.weight", (4, 3, 3, 2)), ("grouped.bias", (4,))]
    tensors += [("depthwise.weight", (6, 3, 3)), ("depthwise.bias", (6,)), ("strip.weight", (6, 1, 5))]
    tensors += [("up.weight", (6, 3, 2, 2)), ("up.bias", (3,))]
    tensors += [("up_overlapping.weight", (6, 3, 3, 3)), ("up_overlapping.bias", (3,))]
    tensors += norm("layer_norm", 8) + [("layer_norm_2.weight", (6, 9)), ("layer_norm_2.bias", (6, 9))]
    tensors += norm("rms_norm", 8, ("weight",)) + norm("group_norm", 6)
    tensors += batch_norm("batch_norm", 6) + [("embedding.weight", (10, 4))]
    for name, parts in (("glu", 2), ("swiglu", 1)):
        for part, shape in (("gate", (6, 8)), ("value", (6, 8)), ("out", (8, 6))):
            tensors += linear(f"{name}.{part}", *shape)[:parts]
    tensors += linear("attention.qkv", 24, 8) + linear("attention.proj", 8, 8)
    tensors += linear("causal.qkv", 24, 8)[:1] + linear("causal.proj", 8, 8)[:1]
    return tensors + [("patches.proj.weight", (5, 6, 3, 3)), ("patches.proj.bias", (5,))]


def batch_norm(name, channels):
    return norm(name, channels, ("weight", "bias", "running_mean", "running_var"))


def curve_mlp():
    """The digits of curves.lam: 64-48-32-10."""
    return linear("fc1", 48, 64) + linear("fc2", 32, 48) + linear("fc3", 10, 32)


def siren(width, hidden):
    tensors = linear("first", width, 2)
    for i in range(hidden):
        tensors += linear(f"hidden.{i}", width, width)
    return tensors + linear("last", 3, width)


def finalmlp(fields, vocabulary, dim, gate, widths, heads):
    features, tensors = fields * dim, [("table", (fields, vocabulary, dim))]
    for i in (1, 2):
        tensors += [(f"gate{i}.context", (dim,)), *linear(f"gate{i}.layers.0", gate, dim), *linear(f"gate{i}.out", features, gate)]
        for k, width in enumerate(widths):
            tensors += linear(f"mlp{i}.layers.{k}", width, widths[k - 1] if k else features)
        tensors += [(f"linear{i}.weight", (widths[-1],)), (f"linear{i}.bias", ())]
    return tensors + [("bilinear", (heads, widths[-1] // heads, widths[-1] // heads))]


def tsmixer(steps, ahead, channels, depth, hidden):
    tensors = [("scale", (channels,)), ("shift", (channels,)), *linear("head", ahead, steps)]
    for i in range(depth):
        at = f"blocks.{i}"
        for part in ("norm1", "norm2"):
            tensors += [(f"{at}.{part}.weight", (steps, channels)), (f"{at}.{part}.bias", (steps, channels))]
        tensors += linear(f"{at}.temporal", steps, steps)
        tensors += linear(f"{at}.fc1", hidden, channels) + linear(f"{at}.fc2", channels, hidden)
    return tensors


# model -> (its tensors, its inputs with a batch)
MODELS = {
    "curve_mlp": (curve_mlp(), {}),
    "curve_norm": (curve_mlp() + batch_norm("norm1", 48) + batch_norm("norm2", 32), {}),
    "curve_mixer": (mixer(4, 32, 3, size=32, classes=10), {"images": (128, 3, 32, 32)}),
    "curve_finalmlp": (finalmlp(8, 50, 10, 16, [32, 32], 2), {}),
    "curve_tsmixer": (tsmixer(48, 12, 5, 2, 16), {"past": (256, 48, 5), "future": (256, 12, 5)}),
    "curve_siren": (siren(64, 2), {}),
    "layers": (layers(), {"image": (2, 6, 9, 7), "tokens": (2, 5, 8)}),
    "mlp": (mlp(784, [512, 256], 10), {"input": (5, 784)}),
    "mixer_s16": (mixer(16, 512, 8), {"input": (2, 3, 224, 224)}),
    "mixer_b16": (mixer(16, 768, 12), {"input": (1, 3, 224, 224)}),
    "gmlp_s16": (gmlp(256), {"input": (2, 3, 224, 224)}),
    "resmlp_s12": (resmlp(384, 12), {"input": (2, 3, 224, 224)}),
}


def floats(generator, count, exponent, signed=True):
    """`count` little-endian floats in +-[1, 2) * 2**exponent, all bits at once through one long integer."""
    mask = 0x807FFFFF if signed else 0x007FFFFF
    raw = int.from_bytes(generator.randbytes(4 * count), "little")
    raw &= int.from_bytes(struct.pack("<I", mask) * count, "little")
    raw |= int.from_bytes(struct.pack("<I", (exponent + 127) << 23) * count, "little")
    return raw.to_bytes(4 * count, "little")


# Layers in front of a sine of 30 times their result begin smaller: Sitzmann et al. 2020, arXiv:2006.09661.
SINE = {"first.weight": -2, "hidden.0.weight": -8, "hidden.1.weight": -8, "hidden.2.weight": -8}


def values(generator, name, shape):
    count = math.prod(shape)
    if name in SINE:
        return floats(generator, count, SINE[name])
    if len(shape) > 1 and "norm" not in name:
        return floats(generator, count, round(math.log2(0.65 / math.sqrt(math.prod(shape[1:])))))
    if name.endswith((".bias", ".beta", ".running_mean")):
        return floats(generator, count, -4)
    return floats(generator, count, -1, signed=False)


def write_safetensors(path, tensors, generator):
    header, offset = {}, 0
    for name, shape in tensors:
        size = 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in tensors:
            file.write(values(generator, name, shape))


def write_npy(path, shape, data):
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data)


def main():
    model, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    tensors, inputs = MODELS[model]
    generator = random.Random(1)
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "weights.safetensors", tensors, generator)
    for name, shape in inputs.items():
        write_npy(folder / f"{name}.npy", shape, floats(generator, math.prod(shape), -1))


if __name__ == "__main__":
    main()
