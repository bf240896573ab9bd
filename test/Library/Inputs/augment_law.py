"""Compares the mean loss of a run with what the published formula gives.

augment_law.py LAW metrics.jsonl, where LAW is mixed, mixed_square, cut or cut_square: what a sample keeps of itself in
Inputs/augment.lam by mixup (Beta(0.2, 0.2)) or cutmix (a box around any place, its area 1 - Beta(1, 1)), or that squared;
or zero, where every loss has to be rounding; or a number, the share of samples that something happens to.
"""
import json
import math
import random
import sys

SAMPLES, ROWS, COLUMNS = 64, 6, 8


def inside(extent, side):
    """How many cells of `extent` have their middles in a stretch of `side` around any place."""
    place = random.uniform(0, extent)
    return sum(abs(cell + 0.5 - place) < side / 2 for cell in range(extent))


def kept(law):
    if random.randrange(SAMPLES) == 0:  # the other sample is the same one
        return 1.0
    if law.startswith("mixed"):
        return random.betavariate(0.2, 0.2)
    ratio = math.sqrt(1 - random.betavariate(1, 1))
    return 1 - inside(ROWS, ROWS * ratio) * inside(COLUMNS, COLUMNS * ratio) / (ROWS * COLUMNS)


law, path = sys.argv[1:]
losses = [record["loss"] for record in map(json.loads, open(path)) if "loss" in record]
assert len(losses) == 64, len(losses)
if law == "zero":
    assert max(map(abs, losses)) < 1e-5, max(losses)
    sys.exit()
random.seed(1)
if law[0].isdigit():
    share = float(law)
    mean, deviation = share, math.sqrt(share * (1 - share))
else:
    drawn = [kept(law) ** (2 if law.endswith("square") else 1) for _ in range(100_000)]
    mean = sum(drawn) / len(drawn)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in drawn) / len(drawn))
found = sum(losses) / len(losses)
bound = 4 * deviation / math.sqrt(SAMPLES * len(losses))
print(f"{law}: {found:.4f}, by the formula {mean:.4f} within {bound:.4f}")
assert abs(found - mean) < bound and len(set(losses)) > 5
