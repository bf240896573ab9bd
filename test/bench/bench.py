"""Times Lamina against oneDNN, PyTorch and ONNX Runtime in one interleaved run on one core.

    bench.py --peers=FOLDER --build=BUILD [--rows=P1,P2] [--rounds=15] [--core=0] [--threads=1] [--peer=ort,eager]

FOLDER is what setup.sh made. Every peer is a process of its own, pinned to the same core and stopped while another runs; a
measurement is the processor time of as many calls as take 5 ms, a round measures all in shuffled order, the table has medians. Outputs are
compared before anything is timed. A ratio is the peer's time over ours: above 1 we are faster. With several threads, all peers have as many
on the cores from --core on, the time is that which passes, and 'serial' is our own code for one thread.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import ctypes
import math
import os
import pathlib
import random
import re
import signal
import statistics
import subprocess
import sys

import numpy
from safetensors.numpy import load_file

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))
import weights as oracle  # noqa: E402

IMAGE = (3, 224, 224)
P1, P2, P3 = [4, 128, 128, 2], [784, 512, 256, 10], [479, 1024, 1024, 512, 256, 1]
VISION = {
    "mixer_s16": ("std.vision.mixer.Mixer_S16", oracle.mixer(16, 512, 8)),
    "mixer_b16": ("std.vision.mixer.Mixer_B16", oracle.mixer(16, 768, 12)),
    "gmlp_s16": ("std.vision.gmlp.gMLP_S16", oracle.gmlp(256)),
    "resmlp_s12": ("std.vision.resmlp.ResMLP_S12", oracle.resmlp(384, 12)),
}


def plain_row(name, widths, batches, activation="relu"):
    tensors = oracle.mlp(widths[0], widths[1:-1], widths[-1])
    flops = 2 * sum(a * b for a, b in zip(widths, widths[1:]))
    compute = "mlp_tanh" if activation == "tanh" else "mlp"
    return [dict(row=name, batch=b, model=name, file=HERE / "models.lam", compute=compute, tensors=tensors, shape=widths[:1],
                 outputs=widths[-1], flops=flops * b, mlp=(activation, widths)) for b in batches]


def layer_rows():
    """Row L: single linear layers, what contractions reach alone."""
    rows = []
    for inputs, outputs in [(512, 512), (1024, 1024), (768, 3072), (3072, 768)]:
        rows += plain_row(f"L{inputs}_{outputs}", [inputs, outputs], [64, 256, 1024])
    return [dict(row, row="L") for row in rows]


def vision_flops(tensors, patch=16):
    """Two operations a weight and a place where it is used: once a token, or once a channel where it mixes tokens."""
    tokens, total, dim = (224 // patch) ** 2, 0, tensors[0][1][0]
    for name, shape in tensors:
        if len(shape) == 1:
            continue
        mixes_tokens = any(part in name for part in ("mlp_tokens", "gate.proj", ".attn."))
        channels = 3 * dim if "gate.proj" in name else dim
        places = 1 if name == "head.weight" else channels if mixes_tokens else tokens
        total += 2 * math.prod(shape) * places
    return total


def vision_row(name, batches):
    model, tensors = VISION[name]
    return [dict(row="P6", batch=b, model=model, file=None, compute=name.split("_")[0], tensors=tensors, shape=list(IMAGE),
                 outputs=1000, flops=vision_flops(tensors) * b, mlp=None) for b in batches]


def table():
    rows = plain_row("P1", P1, [1], "tanh") + plain_row("P2", P2, [1, 32, 1024]) + plain_row("P3", P3, [1, 64, 512])
    rows += layer_rows()
    for name in VISION:
        rows += vision_row(name, [1, 8])
    return rows


class Worker:
    """A peer in a process of its own, stopped but while it is asked."""

    def __init__(self, name, command, options, environment, first_lines=0):
        self.name = name
        self.unit = "wall" if options.threads > 1 else "run"
        cores = f"{options.core}-{options.core + options.threads - 1}"
        self.process = subprocess.Popen(["taskset", "-c", cores, *map(str, command)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.head = [self.process.stdout.readline() for _ in range(first_lines)]
        if not any(line.strip() == "ready" for line in iter(self.process.stdout.readline, "")):
            raise RuntimeError(self.process.communicate()[1].strip().splitlines()[-1:] or ["ended"])
        self.calls, self.times = 1, []
        os.kill(self.process.pid, signal.SIGSTOP)

    def measure(self, calls):
        os.kill(self.process.pid, signal.SIGCONT)
        self.process.stdin.write(f"{self.unit} {calls}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        os.kill(self.process.pid, signal.SIGSTOP)
        return float(answer) / calls

    def warm_up(self):
        time = self.measure(1)
        for _ in range(3):
            self.calls = max(1, min(1_000_000, math.ceil(5e6 / time)))
            time = self.measure(self.calls)

    def round(self):
        # The others' turns have taken the caches; a call of less than a second is worth bringing them back.
        if self.calls > 1 or not self.times or self.times[-1] < 1e9:
            self.measure(max(1, self.calls // 4))
        self.times.append(self.measure(self.calls))

    def median(self):
        return statistics.median(self.times)

    def close(self):
        os.kill(self.process.pid, signal.SIGCONT)
        self.process.stdin.close()
        self.process.wait()


def make_inputs(row, folder):
    generator = random.Random(1)
    oracle.write_safetensors(folder / "weights.safetensors", row["tensors"], generator)
    shape = (row["batch"], *row["shape"])
    data = oracle.floats(generator, math.prod(shape), -1)
    oracle.write_npy(folder / "input.npy", shape, data)
    (folder / "input.raw").write_bytes(data)


class Tensor(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_void_p), ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("rank", ctypes.c_int32), ("dtype", ctypes.c_int32)]


def pack(library, prefix, tensors, path):
    """Packs the weights as a C program would and writes the buffer to `path`."""
    handle = ctypes.CDLL(str(library))
    size = getattr(handle, f"{prefix}_weights_bytes")
    size.restype = ctypes.c_int64
    buffer = numpy.zeros(size() + 64, numpy.uint8)
    start = -buffer.ctypes.data % 64
    shapes = {name: (ctypes.c_int64 * value.ndim)(*value.shape) for name, value in tensors.items()}
    array = (Tensor * len(tensors))(*[Tensor(name.encode(), value.ctypes.data, shapes[name], value.ndim, 0)
                                      for name, value in tensors.items()])
    status = getattr(handle, f"{prefix}_pack")(array, ctypes.c_int64(len(tensors)), ctypes.c_void_p(buffer.ctypes.data + start))
    if status != 0:
        raise RuntimeError(f"pack returned {status}")
    buffer[start:start + size()].tofile(path)


def lamina_command(row, folder, options, name, threads):
    library = folder / f"{name}.so"
    source = [row["file"], f"--model={row['model']}"] if row["file"] else [f"--model={row['model']}"]
    subprocess.run([options.build / "bin/lamina", "compile", *source, "--emit=shared", f"--threads={threads}", "-o", library], check=True)
    # The compiler's rule: snake case, a word begins where an upper letter follows a lower one.
    prefix = re.sub("(?<=[a-z])(?=[A-Z])", "_", row["model"].rsplit(".", 1)[-1]).lower()
    pack(library, prefix, load_file(folder / "weights.safetensors"), folder / f"{name}.packed")
    count = math.prod(row["shape"]) * row["batch"]
    return [options.peers / "lamina_worker", library, prefix, folder / f"{name}.packed", folder / "input.raw", count,
            folder / f"{name}.out", row["outputs"] * row["batch"], row["batch"]]


def onednn_command(row, folder, options):
    activation, widths = row["mlp"]
    values = load_file(folder / "weights.safetensors")
    layers = [f"layers.{i}" for i in range(len(widths) - 2)] + ["head"]
    with open(folder / "flat", "wb") as file:
        for layer in layers:
            file.write(values[f"{layer}.weight"].tobytes() + values[f"{layer}.bias"].tobytes())
    return [options.peers / "onednn_worker", activation, row["batch"], folder / "input.raw", folder / "onednn.out",
            folder / "flat", *widths]


def commands(row, folder, options):
    yield "lamina", lamina_command(row, folder, options, "lamina", "none" if options.threads == 1 else "omp")
    if options.threads > 1:
        yield "serial", lamina_command(row, folder, options, "serial", "none")
    if row["mlp"] and "onednn" in options.peer:
        yield "onednn", onednn_command(row, folder, options)
    for kind in ("eager", "compiled", "aoti", "ort"):
        if kind in options.peer:
            yield kind, [options.peers / "venv/bin/python", HERE / "torch_worker.py", kind, row["compute"], folder,
                         folder / f"{kind}.out", options.threads]


def start_workers(row, folder, options, environment):
    workers = []
    for name, command in commands(row, folder, options):
        try:
            workers.append(Worker(name, command, options, environment))
        except RuntimeError as error:
            print(f"{row['row']} {name}: does not run: {error}", file=sys.stderr)
    return workers


def check_outputs(workers, folder):
    outputs = {w.name: numpy.fromfile(folder / f"{w.name}.out", numpy.float32) for w in workers}
    for name, output in outputs.items():
        error = numpy.abs(output - outputs["lamina"]) / (1 + numpy.abs(output))
        if error.max() > 1e-4:
            raise RuntimeError(f"outputs of lamina and {name} differ by {error.max():.2e}")


def measure_row(row, peak, options, environment):
    folder = options.peers / "work" / f"{row['model'].rsplit('.', 1)[-1]}-{row['batch']}"
    folder.mkdir(parents=True, exist_ok=True)
    make_inputs(row, folder)
    workers = start_workers(row, folder, options, environment)
    check_outputs(workers, folder)
    peak.times = []
    for worker in workers:
        worker.warm_up()
    order = [*workers, peak]
    for _ in range(options.rounds):
        random.shuffle(order)
        for worker in order:
            worker.round()
    print_row(row, workers, peak, options.threads)
    for worker in workers:
        worker.close()


def print_row(row, workers, peak, threads):
    ours = next(w for w in workers if w.name == "lamina").median()
    rate = threads * float(peak.head[0]) / peak.median()
    ratios = {w.name: w.median() / ours for w in workers if w.name != "lamina"}
    peers = "  ".join(f"{name} {ratio:5.2f}" for name, ratio in ratios.items())
    best = min((ratio for name, ratio in ratios.items() if name != "serial"), default=math.nan)
    name = row["row"] if row["row"] not in ("P6", "L") else row["model"].rsplit(".", 1)[-1]
    print(f"{name:<12}{row['batch']:>5}  {ours / 1e3:>11.2f} µs  {row['flops'] / ours:>6.1f} of {rate:>5.1f} GFLOP/s "
          f"({100 * row['flops'] / ours / rate:3.0f} %)  best peer {best:5.2f}   {peers}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--build", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--rows", default="P1,P2,P3,P6,L", type=lambda text: text.split(","))
    parser.add_argument("--peer", default="onednn,eager,compiled,aoti,ort", type=lambda text: text.split(","))
    parser.add_argument("--rounds", default=15, type=int)
    parser.add_argument("--core", default=0, type=int)
    parser.add_argument("--threads", default=1, type=int)
    options = parser.parse_args()
    threads = str(options.threads)
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
    peak = Worker("peak", [options.peers / "peak_worker"], options, environment, first_lines=1)
    peak.warm_up()
    print("row         batch       lamina      share of the FMA peak               ratios: peer's time / ours")
    for row in table():
        if row["row"] in options.rows or row["model"].rsplit(".", 1)[-1] in options.rows:
            measure_row(row, peak, options, environment)
    peak.close()


if __name__ == "__main__":
    main()
