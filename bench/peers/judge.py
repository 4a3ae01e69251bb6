"""A report of `parable evaluate` beside second implementations of its figures (fidelity.py, discriminator.py,
predictors.py, attacks.py).

usage: python3 judge.py FOLDER NUMERIC,COLUMNS PREDICTED,COLUMNS [MISSING]
FOLDER holds real.csv, holdout.csv, synthetic.csv and the report.json that `parable evaluate` wrote of them
(with its fixed seed, 1). Needs numpy, pandas and scipy. Ends with 1 where a figure is farther than 1e-9.
"""

import json
import math
import sys

import attacks
import discriminator
import fidelity
import numpy as np
import pandas as pd
import predictors

folder, numeric = sys.argv[1], sys.argv[2].split(",")
targets = sys.argv[3].split(",")
missing = sys.argv[4] if len(sys.argv) > 4 else "?"


def read(name):
    table = pd.read_csv(f"{folder}/{name}.csv", dtype=str, keep_default_na=False, na_values=[missing, ""])
    return table.assign(**{n: pd.to_numeric(table[n]).astype(float) for n in numeric})


real, held, made = read("real"), read("holdout"), read("synthetic")
names = [name for name in real if name in made]
report = json.load(open(f"{folder}/report.json"))
ours = {score["name"]: score for section in report["sections"] for score in section["scores"]}
tables = {t["title"]: t["rows"] for section in report["sections"] for t in section["tables"]}

second, by_table = fidelity.fidelity(made, real, held, names, numeric, 1)
of_real, of_made, of_held = by_table
change = lambda other: np.nanmean([abs(of_real[pair] - other[pair]) for pair in of_real])
second["change of dependence"] = fidelity.scored(change(of_made), reference=change(of_held))
second |= discriminator.discriminator(made, real, held, names, numeric, 1)
predicted, by_model = predictors.utility(made, real, held, names, numeric, targets, 1)
second |= predicted

ordered = [n for n in names if n in numeric] + [n for n in names if n not in numeric]
parties = attacks.encoded((made, real, held), ordered, numeric)
second |= attacks.copies(*parties)
second |= attacks.closeness(*parties, 1)
second |= attacks.singling_out(*parties, 1, 1)
second |= attacks.singling_out(*parties, 3, 1)
second |= attacks.linkability(*parties, 1)
worst, by_column = attacks.inference(*parties, ordered, 1)
second |= worst
second |= attacks.membership(*parties, 1)

far, compared = 0, 0
for name, score in second.items():
    if name not in ours:
        print(f"{name}: not in the report")
        far += 1
        continue
    for what, value in score.items():
        if value is None or (what not in ours[name] and math.isnan(value)):
            continue
        gap = abs(ours[name].get(what, math.nan) - value)
        compared += 1
        if not gap <= 1e-9:
            far += 1
            print(f"{name}, {what}: {ours[name].get(what)} and {value}")
for title, rows in tables.items():
    if title.startswith("Guessing one column"):
        for name, value, *_ in rows:
            compared += 1
            if abs(value - by_column[name]) > 0.0005 + 1e-9:
                far += 1
                print(f"inference of {name}: {value} and {by_column[name]}")
    if title.startswith("Predicting "):
        for (model, values), (name, on, main, _, *more) in zip(by_model[title.split()[1]], rows, strict=True):
            compared += len(values)
            for ours_value, value in zip([main, *more], values, strict=True):
                if name != model or not abs(ours_value - value) <= 0.0005 + 1e-9:
                    far += 1
                    print(f"{title}, {name} of {on} rows: {ours_value} and {value}")
for name in ours.keys() - second.keys():
    print(f"without a second implementation: {name}")
shown = ["exact copies", "nearer to learned rows", "singling out by 3 columns", "linkability", "inference"]
shown += ["membership inference", "implied epsilon", "pair fidelity", "discriminator AUC"]
print("; ".join(f"{name} {ours[name]['value']:.4f}" for name in shown if name in ours))
print(f"{compared} figures compared, {far} farther than 1e-9")
sys.exit(1 if far else 0)
