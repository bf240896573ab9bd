"""Trains fashion.lam's network with PyTorch on Debian's dataset-fashion-mnist and writes weights.safetensors.

    pip install torch safetensors numpy && python train.py
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import gzip
import pathlib

import numpy
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")


def idx(name, header):
    raw = gzip.decompress((DATA / name).read_bytes())
    return torch.from_numpy(numpy.frombuffer(raw, numpy.uint8, offset=header).copy())


def load(split):
    images = idx(f"{split}-images-idx3-ubyte.gz", 16).view(-1, 784).float() / 255
    return images, idx(f"{split}-labels-idx1-ubyte.gz", 8).long()


class Fashion(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(784, 256)
        self.fc2 = torch.nn.Linear(256, 128)
        self.fc3 = torch.nn.Linear(128, 10)
        self.dropout = torch.nn.Dropout(0.15)

    def forward(self, x):
        x = self.dropout(torch.relu(self.fc1(x)))
        return self.fc3(self.dropout(torch.relu(self.fc2(x))))


def mirrored(images):
    """Half of the images, left to right: clothes have no handedness (shoes all point one way, yet gain too)."""
    flip = torch.rand(len(images)) < 0.5
    images = images.clone().view(-1, 28, 28)
    images[flip] = images[flip].flip(2)
    return images.view(-1, 784)


def main():
    torch.manual_seed(0)
    images, labels = load("train")
    model = Fashion()
    epochs, batch = 30, 256
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for epoch in range(epochs):
        for rows in torch.randperm(len(images)).split(batch):
            loss = torch.nn.functional.cross_entropy(model(mirrored(images[rows])), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        print(f"epoch {epoch + 1} of {epochs}: loss {loss.item():.4f}", flush=True)
    model.eval()
    images, labels = load("t10k")
    with torch.no_grad():
        print(f"accuracy on the test images: {(model(images).argmax(1) == labels).float().mean():.4f}")
    tensors = dict(model.state_dict())
    tensors["fc1.weight"] = tensors["fc1.weight"].view(256, 28, 28)
    save_file(tensors, HERE / "weights.safetensors")


main()
