"""Copies and distances of the privacy section a second time, in numpy, from the same definitions.

usage: python3 privacy.py TRAIN.csv HOLDOUT.csv SYNTHETIC.csv NUMERIC,COLUMNS [MISSING]
Gower's distance: mean over columns of min(|a - b| / range of the real rows, 1) and of 0 or 1. As many
learned as held-out rows must be given. The figures in test/evaluate/privacy/peers.test.ts were made
with it (numpy 1.24.2).
"""

import json
import sys

import numpy as np
import pandas as pd

paths, numbers = sys.argv[1:4], sys.argv[4].split(",")
missing = sys.argv[5] if len(sys.argv) > 5 else "?"
train, holdout, synthetic = [pd.read_csv(p, na_values=[missing], keep_default_na=False) for p in paths]
words = [name for name in train if name not in numbers]


def nearest(queries, reference, spread):
    """Distance to the nearest and second nearest row of the reference."""
    first, second = np.empty(len(queries)), np.empty(len(queries))
    codes = {}
    for name in words:
        everything = pd.concat([queries[name], reference[name]]).astype(object)
        labels = pd.factorize(everything.where(everything.notna(), "\0"))[0]
        codes[name] = labels[: len(queries)], labels[len(queries) :]
    for i in range(len(queries)):
        total = np.zeros(len(reference))
        for name in numbers:
            gap = np.abs(reference[name].to_numpy(float) - float(queries[name].iloc[i])) / spread[name]
            total += np.minimum(gap, 1)
        for name in words:
            total += codes[name][1] != codes[name][0][i]
        least = np.partition(total, 1)[:2] / len(train.columns)
        first[i], second[i] = least.min(), least.max()
    return first, second


real = pd.concat([train, holdout])
spread = {name: float(real[name].max() - real[name].min()) for name in numbers}
to_train, after = nearest(synthetic, train, spread)
to_holdout, _ = nearest(synthetic, holdout, spread)
between, between_after = nearest(holdout, train, spread)
low = lambda values: float(np.sort(values)[int(np.floor(0.05 * (len(values) - 1)))])
ratio = lambda a, b: np.where(b == 0, 1.0, a / np.where(b == 0, 1, b))
rows = lambda table: table.astype(str).agg("|".join, axis=1)
print(
    json.dumps(
        {
            "copies": int(rows(synthetic).isin(set(rows(train))).sum()),
            "nearer": float(np.mean((to_train < to_holdout) + 0.5 * (to_train == to_holdout))),
            "distance": low(to_train),
            "distance of held-out": low(between),
            "ratio": low(ratio(to_train, after)),
            "ratio of held-out": low(ratio(between, between_after)),
        },
        indent=1,
    )
)
