"""The attack by shadow models a second time, from the tables that shadows.mjs leaves in a folder.

usage: python3 shadows.py FOLDER NUMERIC,COLUMNS   (pool.csv, shadow-0.csv …, found.json)
"""

import json
import sys

import attacks
import pandas as pd

folder, numeric = sys.argv[1], sys.argv[2].split(",")
ours = json.load(open(f"{folder}/found.json"))


def read(name):
    table = pd.read_csv(f"{folder}/{name}.csv", dtype=str, keep_default_na=False, na_values=["", "?"])
    return table.assign(**{n: pd.to_numeric(table[n]).astype(float) for n in numeric})


made = [read(f"shadow-{model}") for model in range(ours["shadows"])]
second = attacks.shadows(read("pool"), made, numeric, ours["seed"], ours["targets"])
first = {"area": ours["auc"], "epsilon": {"value": ours["epsilon"]}}
first |= {f"members found at {each['alarm']}": each["found"] for each in ours["atLowAlarm"]}
far = 0
for name, score in second.items():
    for what in ("value", "low", "high"):
        if what in first[name]:
            gap = abs(first[name][what] - score[what])
            far += not gap <= 1e-9
            print(f"{name}, {what}: {first[name][what]:.9f} and {score[what]:.9f}")
sys.exit(1 if far else 0)
