"""Trains digits.lam's network with PyTorch and writes weights.safetensors.

    pip install torch safetensors && python train.py

Every fifth image is held out. The names and shapes of the tensors are those of `lamina summary --paths digits.lam`.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import csv
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent


class Digits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(64, 64)
        self.fc2 = torch.nn.Linear(64, 10)

    def forward(self, image):
        return self.fc2(torch.relu(self.fc1(image / 16)))


def load():
    with open(HERE / "digits.csv", encoding="ascii") as file:
        rows = torch.tensor([[float(cell) for cell in row] for row in csv.reader(file)])
    held_out = torch.arange(len(rows)) % 5 == 4
    return rows[~held_out], rows[held_out]


def shifted(images):
    """Each image moved by up to one pixel, the better to stand a shaky hand."""
    padded = torch.nn.functional.pad(images.view(-1, 8, 8), (1, 1, 1, 1))
    dy, dx = torch.randint(0, 3, (2, len(images)))
    rows = (dy[:, None] + torch.arange(8))[:, :, None]
    columns = (dx[:, None] + torch.arange(8))[:, None, :]
    return padded[torch.arange(len(images))[:, None, None], rows, columns].reshape(-1, 64)


def accuracy(model, rows):
    with torch.no_grad():
        return (model(rows[:, :64]).argmax(1) == rows[:, 64]).float().mean().item()


def main():
    torch.manual_seed(0)
    train, test = load()
    model = Digits()
    epochs, batch = 200, 64
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        for rows in train[torch.randperm(len(train))].split(batch):
            images = rows[:, :64]
            images = torch.where(torch.rand(len(rows), 1) < 0.5, shifted(images), images)
            loss = torch.nn.functional.cross_entropy(model(images), rows[:, 64].long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    print(f"accuracy: train {accuracy(model, train):.4f}, held out {accuracy(model, test):.4f}")
    save_file(model.state_dict(), HERE / "weights.safetensors")


main()
