"""A report of `parable evaluate` beside second implementations of its figures (fidelity.py, discriminator.py,
predictors.py, attacks.py).

usage: python3 judge.py FOLDER NUMERIC,COLUMNS PREDICTED,COLUMNS [MISSING]
FOLDER holds real.csv, holdout.csv, synthetic.csv and the report.json that `parable evaluate` wrote of them
(with its fixed seed, 1). Each part of the second implementation is kept in FOLDER/second as it is done, and found
there when begun again; compared.json tells the result. Needs numpy, pandas and scipy. Ends with 1 where a figure is
farther than 1e-9.
"""

import json
import math
import os
import sys
import time

import attacks
import discriminator
import fidelity
import numpy as np
import pandas as pd
import predictors
from seeded import Stream

folder, numeric = sys.argv[1], sys.argv[2].split(",")
targets = sys.argv[3].split(",")
missing = sys.argv[4] if len(sys.argv) > 4 else "?"


def read(name):
    table = pd.read_csv(f"{folder}/{name}.csv", dtype=str, keep_default_na=False, na_values=[missing, ""])
    return table.assign(**{n: pd.to_numeric(table[n]).astype(float) for n in numeric})


def kept(part, make):
    """What `make` gives, as JSON has it; made once."""
    path = f"{folder}/second/{part}.json"
    if not os.path.exists(path):
        start = time.process_time()
        made = make()
        os.makedirs(f"{folder}/second", exist_ok=True)
        with open(f"{path}.new", "w") as file:
            json.dump(made, file, default=float)
        os.rename(f"{path}.new", path)
        print(f"{part}: {time.process_time() - start:.0f} s", file=sys.stderr, flush=True)
    return json.load(open(path))


real, held, made = read("real"), read("holdout"), read("synthetic")
names = [name for name in real if name in made]
ordered = [n for n in names if n in numeric] + [n for n in names if n not in numeric]
parties = attacks.encoded((made, real, held), ordered, numeric)


order = Stream(1, "reference", "people").shuffled(len(held))
#: As many held-out rows as generated ones, where there are more.
alike = held.iloc[order[: len(made)]] if len(held) > len(made) else held


second = kept("fidelity", lambda: fidelity.fidelity(made, real, alike, names, numeric, 1))
second |= kept("discriminator", lambda: discriminator.discriminator(made, real, alike, names, numeric, 1))
by_model = {}
for target in targets:
    by_model[target] = []
    for model in predictors.MODELS:
        predict = lambda: predictors.utility(made, real, held, names, numeric, target, model, 1)
        score, rows = kept(f"{target} by {model}", predict)
        second |= score
        by_model[target] += rows
second |= kept("copies", lambda: attacks.copies(*parties))
second |= kept("closeness", lambda: attacks.closeness(*parties, 1))
for width in 1, 3:
    second |= kept(f"singling out {width}", lambda: attacks.singling_out(*parties, width, 1))
second |= kept("linkability", lambda: attacks.linkability(*parties, 1))
worst, by_column = kept("inference", lambda: attacks.inference(*parties, ordered, 1))
second |= worst | kept("membership", lambda: attacks.membership(*parties, 1))

report = json.load(open(f"{folder}/report.json"))
ours = {score["name"]: score for section in report["sections"] for score in section["scores"]}
tables = {t["title"]: t["rows"] for section in report["sections"] for t in section["tables"]}
#: Figures of scores, of cells of tables (which show three places), and the worst distance of each.
whole, shown, far = [], [], 0


def compare(what, own, value, within, gaps):
    global far
    gaps.append(abs(own - value))
    if not gaps[-1] <= within:
        far += 1
        print(f"{what}: {own} and {value}")


for name, score in second.items():
    if name not in ours:
        print(f"{name}: not in the report")
        far += 1
        continue
    for what, value in score.items():
        if value is not None and (what in ours[name] or not math.isnan(value)):
            compare(f"{name}, {what}", ours[name].get(what, math.nan), value, 1e-9, whole)
for title, rows in tables.items():
    if title.startswith("Guessing one column"):
        for name, value, *_ in rows:
            compare(f"inference of {name}", value, by_column[name], 0.0005 + 1e-9, shown)
    if title.startswith("Predicting "):
        for (model, values), (name, on, *cells) in zip(by_model[title.split()[1]], rows, strict=True):
            assert name == model, title
            # Of several classes the accuracy comes first, and once.
            values = [values[0], *values[2:]] if len(values) == len(cells) else values
            for own, value in zip([cells[0], *cells[2:]], values, strict=True):
                compare(f"{title}, {name} of {on} rows", own, value, 0.0005 + 1e-9, shown)
for name in ours.keys() - second.keys():
    print(f"without a second implementation: {name}")

lines = report.get("standsOut", {}).get("lines", [])
leaks = [name for name in ours if any(f": {name} comes to " in line for line in lines)]
result = {"figures": len(whole), "worst": max(whole), "cells": len(shown), "worstCell": max(shown), "far": far, "leaks": leaks}
json.dump(result, open(f"{folder}/compared.json", "w"))
print(f"{len(whole)} figures and {len(shown)} cells of tables compared, {far} farther than they may be")
sys.exit(1 if far else 0)
