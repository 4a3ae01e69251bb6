"""The discriminator of the fidelity section a second time, in numpy: histogram trees boosted on the logistic loss
(Friedman 2001; Chen & Guestrin 2016 for the gain), two halves judged by each other, Mann & Whitney's AUC.

The same seeded choice of rows (seeded.py). Histograms are counted afresh for every leaf, and the sums of bins are
rounded before they are compared, so that no decision hangs on the order of additions."""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata
from seeded import Stream

MOST, LEAST, BINS = 6_000, 100, 32
ROUNDS, RATE, LEAVES, LEAST_ROWS = 40, 0.2, 16, 20
#: Gains within this share of each other are equal, and rates to so many parts of one: the first one counts.
NEAR, GRAIN = 1e-9, 2.0**30


def cutter(real, numeric):
    """A function from a column to its bins, and how many there are: other and missing come last."""
    present = real.dropna()
    if numeric:
        distinct = np.unique(present)
        if len(distinct) > BINS:
            ordered = np.sort(present.to_numpy())
            marks = ordered[[i * len(ordered) // BINS for i in range(1, BINS)]]
            cuts = np.unique(marks[marks > ordered[0]])
            cuts = cuts if len(cuts) else distinct[1:2]
            bins = lambda column: np.searchsorted(cuts, column.to_numpy(float), side="right")
            return lambda column: np.where(column.isna(), len(cuts) + 1, bins(column)), len(cuts) + 2
        kept = list(distinct)
    else:
        counts = present.value_counts()
        kept = sorted(sorted(counts.index, key=lambda label: (-counts[label], label))[:BINS])
    known = {value: bin for bin, value in enumerate(kept)}
    missing = len(kept) + 1
    encode = lambda column: np.array([missing if pd.isna(v) else known.get(v, missing - 1) for v in column], dtype=int)
    return encode, len(kept) + 2


class Tree:
    """A tree grown best leaf first."""

    def __init__(self, bins, sizes, ordered, gradient, curvature, most=LEAVES):
        self.gradient, self.curvature = gradient, curvature
        self.shape, self.ordered = (len(sizes), max(sizes)), np.array(ordered)[:, None]
        self.places = bins + np.arange(len(sizes))[:, None] * max(sizes)
        leaves = [self.leaf(np.arange(bins.shape[1]))]
        self.root = leaves[0]
        while len(leaves) < most:
            at = 0
            for i, leaf in enumerate(leaves):
                if leaf["gain"] > leaves[at]["gain"] * (1 + NEAR):
                    at = i
            chosen = leaves[at]
            if chosen["gain"] <= 0:
                break
            rows, goes = chosen["rows"], chosen["left"][bins[chosen["column"]][chosen["rows"]]]
            chosen["low"], chosen["high"] = self.leaf(rows[goes]), self.leaf(rows[~goes])
            leaves[at : at + 1] = [chosen["low"], chosen["high"]]

    def leaf(self, rows):
        """A leaf and its best split: all columns at once, each a line of `most` bins, which empty ones fill."""
        g, h = self.gradient[rows], self.curvature[rows]
        sum_g, sum_h = g.sum(), h.sum()
        best = {"rows": rows, "value": -sum_g / sum_h, "gain": 0.0}
        if len(rows) < 2 * LEAST_ROWS:
            return best
        shape = self.shape
        own = self.places[:, rows].ravel()
        weighed = [np.tile(each, shape[0]) for each in (g, h)]
        by_bin = [np.bincount(own, each, shape[0] * shape[1]).reshape(shape) for each in (*weighed, None)]
        rate = np.floor(by_bin[0] / (by_bin[1] + 10) * GRAIN + 0.5)
        rank = np.where(self.ordered, np.arange(shape[1]), np.where(by_bin[2] > 0, rate, np.inf))
        order = np.argsort(rank, axis=1, kind="stable")
        left_g, left_h, left_n = (np.cumsum(np.take_along_axis(sums, order, 1), axis=1) for sums in by_bin)
        rest_g, rest_h, rest_n = sum_g - left_g, sum_h - left_h, len(rows) - left_n
        may = (left_n >= LEAST_ROWS) & (rest_n >= LEAST_ROWS) & (left_h >= 1e-3) & (rest_h >= 1e-3)
        left_h, rest_h = np.where(may, left_h, 1), np.where(may, rest_h, 1)
        gains = np.where(may, left_g**2 / left_h + rest_g**2 / rest_h - sum_g**2 / sum_h, 0)
        most = gains.max(axis=1)
        cuts = np.argmax(gains * (1 + NEAR) >= most[:, None], axis=1)
        for column in np.flatnonzero(most > 0):
            gain = gains[column, cuts[column]]
            if gain > max(1e-9, best["gain"] * (1 + NEAR)):
                left = np.zeros(shape[1], dtype=bool)
                left[order[column, : cuts[column] + 1]] = True
                best |= {"gain": gain, "column": column, "left": left}
        return best

    def values(self, bins):
        found = np.empty(bins.shape[1])
        todo = [(self.root, np.arange(bins.shape[1]))]
        while todo:
            node, rows = todo.pop()
            if "low" not in node:
                found[rows] = node["value"]
                continue
            goes = node["left"][bins[node["column"]][rows]]
            todo += [(node["low"], rows[goes]), (node["high"], rows[~goes])]
        return found


logistic = lambda x: 1 / (1 + np.exp(-x))


def chances(fit, labels, judge, sizes, ordered):
    start = math.log((labels == 1).sum() / len(labels)) - math.log((labels == 0).sum() / len(labels))
    fitted, judged = np.full(fit.shape[1], start), np.full(judge.shape[1], start)
    for _ in range(ROUNDS):
        chance = logistic(fitted)
        tree = Tree(fit, sizes, ordered, chance - labels, np.maximum(1e-16, chance * (1 - chance)))
        fitted, judged = fitted + RATE * tree.values(fit), judged + RATE * tree.values(judge)
    return logistic(judged)


def area(labels, score):
    """Mann & Whitney's area with DeLong's interval, from ranks among all and among its own (Sun & Xu 2014)."""
    among_all = rankdata(score)
    own = [among_all[labels == side] - rankdata(score[labels == side]) for side in (0, 1)]
    placed = 1 - own[0] / (labels == 1).sum(), own[1] / (labels == 0).sum()
    value = placed[1].mean()
    error = norm.ppf(0.975) * math.sqrt(sum(each.var(ddof=1) / len(each) for each in placed))
    return value, max(0, value - error), min(1, value + error)


def telling(one, other, names, numeric, seed):
    size = min(MOST, len(one), len(other))
    random = Stream(seed, "discriminator")
    sampled = [table.iloc[random.shuffled(len(table))[:size]] for table in (one, other)]
    cuts = [cutter(sampled[0][name], name in numeric) for name in names]
    sizes, ordered = [size for _, size in cuts], [name in numeric for name in names]
    coded = [np.array([cut(table[name]) for name, (cut, _) in zip(names, cuts)]) for table in sampled]
    half = size >> 1
    parts = [[table[:, :half], table[:, half:]] for table in coded]
    labels, scores = [], []
    for fold in (0, 1):
        fit, judge = ([part[which] for part in parts] for which in (fold, 1 - fold))
        sides = [np.repeat([0, 1], [part.shape[1] for part in each]) for each in (fit, judge)]
        scores.append(chances(np.hstack(fit), sides[0], np.hstack(judge), sizes, ordered))
        labels.append(sides[1])
    return area(np.concatenate(labels), np.concatenate(scores))


def discriminator(made, real, held, names, numeric, seed):
    value, low, high = telling(real, made, names, numeric, seed)
    reference = telling(real, held, names, numeric, seed)[0] if len(held) >= LEAST else None
    return {"discriminator AUC": {"value": value, "low": low, "high": high, "reference": reference, "ceiling": 0.5}}
