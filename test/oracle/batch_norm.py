"""batch_norm.lam in PyTorch: parameters and running statistics after nine steps.

    batch_norm.py inputs FOLDER              writes rows.csv and weights.safetensors
    batch_norm.py expected                   prints what PyTorch 2.13 makes of them: expected/batch_norm.txt (needs torch)
    batch_norm.py compare CHECKPOINT FILE    compares a checkpoint with that
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import math
import pathlib
import struct
import sys

SHAPES = {"fc1.weight": (3, 4), "fc1.bias": (3,), "fc2.weight": (2, 3), "fc2.bias": (2,)}
for layer in ("norm", "twice"):
    SHAPES |= {f"{layer}.{part}": (3,) for part in ("weight", "bias", "running_mean", "running_var")}
STEPS, BATCH, ROWS = 9, 8, 24
TOLERANCE = 2e-5


def weights():
    """Numbers that floats hold exactly; scales and variances are positive."""
    tensors = {}
    for salt, (name, shape) in enumerate(SHAPES.items()):
        values = [((i * 37 + salt * 11) % 64 - 32) / 64 for i in range(math.prod(shape))]
        positive = name.endswith("running_var") or (len(shape) == 1 and name.endswith(".weight"))
        tensors[name] = [abs(v) + 0.5 if positive else v for v in values]
    return tensors


def rows():
    for i in range(ROWS):
        yield [((i * 101 + k * 29) % 128 - 64) / 32 for k in range(8)], (i * 7 + i // 5) % 2


def write_inputs(folder):
    header, data = {}, b""
    for name, values in weights().items():
        begin = len(data)
        data += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": SHAPES[name], "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    lines = ["a,b,c,d,e,f,g,h,label"] + [",".join(map(str, x)) + f",{label}" for x, label in rows()]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")


def train():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc2 = nn.Linear(4, 3), nn.Linear(3, 2)
            self.norm, self.twice = nn.BatchNorm1d(3), nn.BatchNorm1d(3, momentum=0.3)

        def forward(self, x):
            y = self.norm(self.fc1(x.transpose(1, 2)).transpose(1, 2)).relu()
            a = self.twice(y[:, :, 0])
            return self.fc2(a + self.twice(a.tanh()))

    net = Net()
    state = {name: torch.tensor(values).view(SHAPES[name]) for name, values in weights().items()}
    net.load_state_dict(state, strict=False)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    x = torch.tensor([x for x, _ in rows()]).view(ROWS, 4, 2)
    label = torch.tensor([label for _, label in rows()])
    for step in range(STEPS):
        part = slice(step * BATCH % ROWS, step * BATCH % ROWS + BATCH)
        loss = nn.functional.cross_entropy(net(x[part]), label[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for name in SHAPES:
        print(name, *(f"{v:.9g}" for v in net.state_dict()[name].flatten().tolist()))


def compare(checkpoint, expected):
    bytes_ = checkpoint.read_bytes()
    size = struct.unpack("<Q", bytes_[:8])[0]
    header, worst = json.loads(bytes_[8 : 8 + size]), 0
    for line in expected.read_text().splitlines():
        name, *numbers = line.split()
        begin, end = header[name]["data_offsets"]
        made = struct.unpack(f"<{(end - begin) // 4}f", bytes_[8 + size + begin : 8 + size + end])
        assert len(made) == len(numbers), name
        for one, number in zip(made, map(float, numbers)):
            error = abs(one - number) / max(1, abs(number))
            worst = max(worst, error)
            assert error <= TOLERANCE, f"{name}: {made} but PyTorch has {numbers}"
    print(f"{len(SHAPES)} tensors, worst error {worst:.1e}")


if __name__ == "__main__":
    if sys.argv[1] == "inputs":
        write_inputs(pathlib.Path(sys.argv[2]))
    elif sys.argv[1] == "expected":
        train()
    else:
        compare(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
