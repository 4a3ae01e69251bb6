"""NIST's k-marginal a second time, in pandas: all ways to cut numbers that its descriptions allow.

usage: python3 k-marginal.py FOLDER, which holds ma2019.csv and ma2018.csv as NIST publishes them.
Prints for each way of cutting, with and without the rows of age 95 (which the data dictionary of 2019
does not know), the score on ten columns, on 24 with PUMA beside every pair of the others, and on 24
with PUMA also paired itself. The figures in test/evaluate/whole-table.test.ts are those of "mean rank".
"""

import itertools
import sys

import numpy as np
import pandas as pd

CUT = ["AGEP", "PINCP", "POVPIP", "WGTP", "PWGTP"]
TEN = "AGEP,SEX,MSP,RAC1P,HOUSING_TYPE,OWN_RENT,EDU,PINCP_DECILE,DVET,DEYE".split(",")
read = lambda year: pd.read_csv(f"{sys.argv[1]}/ma{year}.csv", dtype=str, keep_default_na=False)
target, other = read(2019), read(2018)


def by_rank(values, method):
    """Bins of 20ths of ranks; a value between two bins belongs to the higher one."""
    numbers = pd.Series(values)
    bins = np.minimum((numbers.rank(pct=True, method=method) * 20).astype(int), 19)
    tops = numbers.groupby(bins).max().to_numpy()
    return lambda new: np.minimum(np.searchsorted(tops, new, side="left"), len(tops) - 1)


def by_quantile(values, side):
    edges = np.unique(np.quantile(values, np.linspace(0, 1, 21)))
    return lambda new: np.clip(np.searchsorted(edges, new, side=side) - 1, 0, len(edges) - 2)


WAYS = {
    "mean rank": lambda values: by_rank(values, "average"),
    "highest rank": lambda values: by_rank(values, "max"),
    "lowest rank": lambda values: by_rank(values, "min"),
    "quantiles, ends to the right": lambda values: by_quantile(values, "right"),
    "quantiles, ends to the left": lambda values: by_quantile(values, "left"),
}


def encoded(made, way):
    codes = {}
    for name in target.columns:
        both = pd.concat([target[name], made[name]], ignore_index=True)
        if name in CUT:
            numbers = pd.to_numeric(both, errors="coerce")
            first = numbers[: len(target)].dropna().to_numpy()
            both = pd.Series(np.where(numbers.isna(), -1, WAYS[way](first)(numbers.fillna(0))))
        codes[name] = pd.factorize(both)[0]
    return codes


def distance(codes, names):
    key = np.zeros(len(codes["PUMA"]), dtype=np.int64)
    for name in names:
        key = key * (codes[name].max() + 1) + codes[name]
    cells = pd.factorize(key)[0]
    size, real = cells.max() + 1, len(target)
    share = lambda some: np.bincount(some, minlength=size) / len(some)
    return np.abs(share(cells[:real]) - share(cells[real:])).sum()


for way in WAYS:
    for rows, made in ("all", other), ("known", other[other.AGEP != "95"]):
        codes = encoded(made, way)
        score = lambda groups: (2 - np.mean([distance(codes, group) for group in groups])) * 500
        rest = [name for name in target.columns if name != "PUMA"]
        triples = [(*pair, "PUMA") for pair in itertools.combinations(rest, 2)]
        pairs = [(name, "PUMA") for name in rest]
        ten = list(itertools.combinations(TEN, 2))
        print(f"{way}, {rows} rows: {score(ten):.3f} {score(triples):.3f} {score(triples + pairs):.3f}")
