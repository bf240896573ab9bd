"""Writes a click log of made-up users and items: clicks.csv, a million rows of seven fields.

    python3 generate.py [ROWS]

Whether an item is clicked depends on how well its taste fits the user's, on both alone, on the hour and on the device
with the category; a coin with that probability decides. The last line printed is the AUC of these probabilities, which no
model can beat but by luck.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import math
import random
import sys

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
USERS, ITEMS, CATEGORIES, TASTES = 2_000, 500, 50, 3
CITIES, DEVICES, HOURS, DAYS = 100, ("phone", "tablet", "desktop", "tv"), 24, 7


def auc(scored):
    """The share of pairs of a click and none in which the click has the higher score."""
    clicks = ranks = 0
    for rank, (_, clicked) in enumerate(sorted(scored), 1):
        clicks += clicked
        ranks += rank * clicked
    return (ranks - clicks * (clicks + 1) / 2) / (clicks * (len(scored) - clicks))


def main():
    draw = random.Random(0)
    taste = [[draw.gauss(0, 1) for _ in range(TASTES)] for _ in range(USERS)]
    appeal = [[draw.gauss(0, 1) for _ in range(TASTES)] for _ in range(ITEMS)]
    eager = [draw.gauss(0, 0.5) for _ in range(USERS)]
    liked = [draw.gauss(0, 0.7) for _ in range(ITEMS)]
    category = [draw.randrange(CATEGORIES) for _ in range(ITEMS)]
    home = [draw.randrange(CITIES) for _ in range(USERS)]
    fits = [[draw.gauss(0, 0.5) for _ in range(CATEGORIES)] for _ in DEVICES]
    scored = []
    with open("clicks.csv", "w", encoding="utf-8") as file:
        file.write("clicked,user,item,category,city,device,hour,day\n")
        for _ in range(ROWS):
            user, device = draw.randrange(USERS), draw.randrange(len(DEVICES))
            item = min(int(draw.expovariate(1 / 100)), ITEMS - 1)
            hour, day = draw.randrange(HOURS), draw.randrange(DAYS)
            score = -1.5 + eager[user] + liked[item] + fits[device][category[item]]
            score += 0.6 * sum(a * b for a, b in zip(taste[user], appeal[item]))
            score += 0.5 * math.cos((hour - 20) * math.pi / 12) + (0.3 if day > 4 else 0)
            clicked = int(draw.random() < 1 / (1 + math.exp(-score)))
            scored.append((score, clicked))
            file.write(f"{clicked},u{user},i{item},c{category[item]},t{home[user]},{DEVICES[device]},{hour},{day}\n")
    print(f"clicks.csv: {ROWS} rows, {sum(c for _, c in scored) / ROWS:.1%} clicked; "
          f"the AUC of the true probabilities is {auc(scored):.4f}")


main()
