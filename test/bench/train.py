"""Times training steps (forward, backward, AdamW) of Lamina against PyTorch and JAX in one interleaved run on one core.

    train.py --peers=FOLDER --build=BUILD [--rows=T1,T5] [--rounds=9] [--core=0] [--peer=eager,compile,jax]

FOLDER is what setup.sh made. As in bench.py every peer is a process of its own, stopped while another runs, times are the
processor's, medians of interleaved rounds. All start from the same weights and are fed the same batch; their losses over five steps are
compared first. Memory is the peak above what the process had when its libraries were loaded. A ratio is the peer's time over ours.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import ctypes
import os
import pathlib
import random
import subprocess
import sys

import numpy
from safetensors.numpy import load_file

from bench import HERE, Worker, oracle

STEPS, TOLERANCE = 5, 1e-4


def labels(batch, classes):
    return numpy.arange(batch, dtype=numpy.int64) * 7 % classes


def coordinates(batch):
    side = int(batch**0.5)
    row = numpy.arange(batch)
    return numpy.stack([row % side / (side / 2) - 1, row // side / (side / 2) - 1], 1).astype(numpy.float32)


def colors(points):
    x, y = points.T
    return numpy.stack([x * y, x * x - y, x < y], 1).astype(numpy.float32)


def images(batch, shape, generator):
    return made_up((batch, *shape), generator), labels(batch, 10)


def made_up(shape, generator):
    return numpy.frombuffer(oracle.floats(generator, int(numpy.prod(shape)), -1), numpy.float32).reshape(shape)


def clicks(batch, generator):
    row, field = numpy.arange(batch), numpy.arange(39)
    return (row[:, None] * (field + 3) * 131 + 7 * field) % 10000, (row * 5 % 7 < 3).astype(numpy.float32)


def field_of(batch, generator):
    points = coordinates(batch)
    return points, colors(points)


# row -> (network of reference.py, its tensors, the batch)
ROWS = {
    "T1": ("mlp", oracle.mlp(784, [512, 256], 10), lambda g: images(128, (784,), g)),
    "T2": ("finalmlp", oracle.finalmlp(39, 10000, 10, 64, [400, 400, 400], 50), lambda g: clicks(4096, g)),
    "T3": ("tsmixer", oracle.tsmixer(512, 96, 7, 2, 64), lambda g: (made_up((32, 512, 7), g), made_up((32, 96, 7), g))),
    "T4": ("mixer", oracle.mixer(4, 512, 8, size=32, classes=10), lambda g: images(64, (3, 32, 32), g)),
    "T5": ("siren", oracle.siren(256, 3), lambda g: field_of(65536, g)),
}


class Value(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("shape", ctypes.POINTER(ctypes.c_int64)), ("rank", ctypes.c_int32), ("dtype", ctypes.c_int32)]


class Info(ctypes.Structure):
    _fields_ = [("versions", ctypes.c_uint32 * 2), ("texts", ctypes.c_char_p * 4), ("hash", ctypes.c_uint64),
                ("weights_bytes", ctypes.c_int64), ("num_inputs", ctypes.c_int64), ("inputs", ctypes.POINTER(Value))]


DTYPES = {0: numpy.float32, 1: numpy.float64, 7: numpy.int64}


def make_data(row, folder):
    _, tensors, data = ROWS[row]
    generator = random.Random(1)
    folder.mkdir(parents=True, exist_ok=True)
    oracle.write_safetensors(folder / "weights.safetensors", tensors, generator)
    x, y = data(generator)
    numpy.save(folder / "x.npy", x)
    numpy.save(folder / "y.npy", y)
    return x, y


def value_of(name, shape, weights):
    """A parameter by its path, in which `*` stands for the positions of stacked layers; a slot of the optimizer is zero."""
    if name in weights:
        return weights[name]
    if "*" in name:
        members = [name.replace("*", str(i)) for i in range(shape[0])]
        if all(member in weights for member in members):
            return numpy.stack([weights[member] for member in members])
    return numpy.zeros(shape, numpy.float32)


def write_start(library, prefix, x, y, folder):
    """The step's inputs one after the other: the batch, factor 1, step 0, seed 0, then the slots."""
    call = getattr(ctypes.CDLL(str(library)), f"{prefix}_info")
    call.restype = ctypes.POINTER(Info)
    info, weights = call().contents, load_file(folder / "weights.safetensors")
    known = {"lr_factor": numpy.ones(()), "step": numpy.zeros(()), "seed": numpy.zeros(())}
    with open(folder / "start", "wb") as file:
        for i in range(info.num_inputs):
            value = info.inputs[i]
            name, shape = value.name.decode(), tuple(value.shape[k] for k in range(value.rank))
            given = (x, y)[i] if i < 2 else known[name] if name in known else value_of(name, shape, weights)
            file.write(numpy.ascontiguousarray(given, DTYPES[value.dtype]).tobytes())


def lamina_command(row, folder, options, data):
    library, prefix = folder / "step.so", f"{row.lower()}_step"
    subprocess.run([options.build / "bin/lamina", "compile", HERE / "train.lam", f"--train={row}", "--emit=shared", "-o", library], check=True)
    write_start(library, prefix, *data, folder)
    return [options.peers / "train_worker", library, prefix, folder / "start", STEPS]


def start_workers(row, folder, options, environment):
    data = make_data(row, folder)
    workers = [Worker("lamina", lamina_command(row, folder, options, data), options, environment, 2)]
    for kind in options.peer:
        script = "jax_train_worker.py" if kind == "jax" else "torch_train_worker.py"
        command = [options.peers / "venv/bin/python", HERE / script, kind, ROWS[row][0], folder, STEPS]
        try:
            workers.append(Worker(kind, command, options, environment, 2))
        except RuntimeError as error:
            print(f"{row} {kind}: does not run: {error}", file=sys.stderr)
    return workers


def check_losses(row, workers):
    losses = {w.name: numpy.array([float(number) for number in w.head[0].split()]) for w in workers}
    for name, values in losses.items():
        error = numpy.abs(values - losses["lamina"]) / numpy.abs(values)
        if not error.max() <= TOLERANCE:
            raise RuntimeError(f"{row}: the losses of lamina and {name} differ: {losses['lamina']}, {values}")


def print_row(row, workers):
    ours = workers[0]
    memory = {w.name: int(w.head[1]) / 1e6 for w in workers}
    peers = "  ".join(f"{w.name} {w.median() / ours.median():5.2f}, memory {memory['lamina'] / memory[w.name]:.2f}" for w in workers[1:])
    best = min((w.median() / ours.median() for w in workers[1:]), default=float("nan"))
    print(f"{row}  {ours.median() / 1e6:>9.3f} ms {memory['lamina']:>8.1f} MB   best peer {best:5.2f}   {peers}", flush=True)


def measure_row(row, options, environment):
    folder = options.peers / "work" / row
    workers = start_workers(row, folder, options, environment)
    check_losses(row, workers)
    for worker in workers:
        worker.warm_up()
    for _ in range(options.rounds):
        for worker in random.sample(workers, len(workers)):
            worker.round()
    print_row(row, workers)
    for worker in workers:
        worker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--build", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--rows", default=",".join(ROWS), type=lambda text: text.split(","))
    parser.add_argument("--peer", default="eager,compile,jax", type=lambda text: [kind for kind in text.split(",") if kind])
    parser.add_argument("--rounds", default=9, type=int)
    parser.add_argument("--core", default=0, type=int)
    options = parser.parse_args()
    options.threads = 1
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    print("row        lamina   its memory   ratios: peer's time / ours; memory: ours / the peer's")
    for row in options.rows:
        measure_row(row, options, environment)


if __name__ == "__main__":
    main()
