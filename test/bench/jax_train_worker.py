"""Times JAX's training step: one jitted function with AdamW in it, whose old state it may write over.

    jax_train_worker.py jax NETWORK FOLDER STEPS      as torch_train_worker.py
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import pathlib  # noqa: E402
import sys  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402
from protocol import peak, serve  # noqa: E402
from safetensors.numpy import load_file  # noqa: E402


def linear(w, name, x):
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def norm(w, name, x):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(x.var(-1, keepdims=True) + 1e-6) * w[f"{name}.weight"] + w[f"{name}.bias"]


def mlp(w, x):
    for i in range(sum(name.endswith(".weight") for name in w) - 1):
        x = jax.nn.relu(linear(w, f"layers.{i}", x))
    return linear(w, "head", x)


def two_layers(w, name, x):
    return linear(w, f"{name}.fc2", jax.nn.gelu(linear(w, f"{name}.fc1", x), approximate=False))


def mixer(w, image):
    kernel = w["stem.proj.weight"]
    patch, batch = kernel.shape[-1], image.shape[0]
    side = image.shape[-1] // patch
    x = image.reshape(batch, 3, side, patch, side, patch).transpose(0, 2, 4, 1, 3, 5).reshape(batch, side * side, -1)
    x = x @ kernel.reshape(kernel.shape[0], -1).T + w["stem.proj.bias"]
    for i in range(sum(name.endswith("norm1.weight") for name in w)):
        at = f"blocks.{i}"
        y = norm(w, f"{at}.norm1", x).swapaxes(1, 2)
        x = x + two_layers(w, f"{at}.mlp_tokens", y).swapaxes(1, 2)
        x = x + two_layers(w, f"{at}.mlp_channels", norm(w, f"{at}.norm2", x))
    return linear(w, "head", norm(w, "norm", x).mean(1))


def finalmlp(w, ids):
    x = w["table"][jnp.arange(ids.shape[1]), ids].reshape(ids.shape[0], -1)
    towers = []
    for i in (1, 2):
        context = jax.nn.relu(linear(w, f"gate{i}.layers.0", w[f"gate{i}.context"]))
        y = x * (2 * jax.nn.sigmoid(linear(w, f"gate{i}.out", context)))
        for k in range(sum(name.startswith(f"mlp{i}.") for name in w) // 2):
            y = jax.nn.relu(linear(w, f"mlp{i}.layers.{k}", y))
        towers.append(y)
    left, right = (tower.reshape(tower.shape[0], w["bilinear"].shape[0], -1) for tower in towers)
    flat = sum(tower @ w[f"linear{i}.weight"] + w[f"linear{i}.bias"] for i, tower in zip((1, 2), towers))
    return flat + jnp.einsum("bha,hac,bhc->b", left, w["bilinear"], right)


def norm_of_all(w, name, x):
    mean = x.mean((1, 2), keepdims=True)
    return (x - mean) * jax.lax.rsqrt(x.var((1, 2), keepdims=True) + 1e-3) * w[f"{name}.weight"] + w[f"{name}.bias"]


def tsmixer(w, past):
    level = past.mean(1, keepdims=True)
    deviation = jnp.sqrt(past.var(1, keepdims=True) + 1e-5)
    x = (past - level) / deviation * w["scale"] + w["shift"]
    for i in range(sum(name.endswith("norm1.weight") for name in w)):
        at = f"blocks.{i}"
        y = norm_of_all(w, f"{at}.norm1", x).swapaxes(1, 2)
        x = x + jax.nn.relu(linear(w, f"{at}.temporal", y)).swapaxes(1, 2)
        y = norm_of_all(w, f"{at}.norm2", x)
        x = x + linear(w, f"{at}.fc2", jax.nn.relu(linear(w, f"{at}.fc1", y)))
    y = linear(w, "head", x.swapaxes(1, 2)).swapaxes(1, 2)
    return (y - w["shift"]) / w["scale"] * deviation + level


def siren(w, point):
    x = jnp.sin(30 * linear(w, "first", point))
    for i in range(sum(name.startswith("hidden") for name in w) // 2):
        x = jnp.sin(30 * linear(w, f"hidden.{i}", x))
    return linear(w, "last", x)


def step_of(network, rate):
    def loss(w, x, y):
        out = globals()[network](w, x)
        if network == "finalmlp":
            return (jnp.maximum(out, 0) - out * y + jnp.log1p(jnp.exp(-jnp.abs(out)))).mean()
        if y.dtype == jnp.float32:
            return ((out - y) ** 2).mean()
        return -jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1).mean()

    def step(w, first, second, count, x, y):
        value, gradients = jax.value_and_grad(loss)(w, x, y)
        count = count + 1
        first = {k: 0.9 * first[k] + 0.1 * g for k, g in gradients.items()}
        second = {k: 0.999 * second[k] + 0.001 * g * g for k, g in gradients.items()}
        size, root = rate / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
        w = {k: v * (1 - rate * 0.01) - size * first[k] / (jnp.sqrt(second[k]) / root + 1e-8) for k, v in w.items()}
        return value, w, first, second, count

    return jax.jit(step, donate_argnums=(0, 1, 2, 3))


def main():
    network, folder, steps = sys.argv[2:]
    before, folder = peak(), pathlib.Path(folder)
    x, y = (jnp.asarray(numpy.load(folder / name)) for name in ("x.npy", "y.npy"))
    weights = {name: jnp.asarray(value) for name, value in load_file(folder / "weights.safetensors").items()}
    zeros = [{name: jnp.zeros_like(value) for name, value in weights.items()} for _ in range(2)]
    state = [weights, *zeros, jnp.float32(0)]
    step = step_of(network, 1e-4 if network == "siren" else 1e-3)

    def call():
        value, *state[:] = step(*state, x, y)
        return value.block_until_ready()

    print(*(f"{call().item():.9g}" for _ in range(int(steps))))
    print(peak() - before)
    serve(call)


main()
