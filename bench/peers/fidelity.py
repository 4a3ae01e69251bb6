"""The fidelity section a second time, in pandas and numpy, from its definitions: shares over bins chosen
on the real rows, ceilings, intervals, the pMSE ratio, k-marginal, missing patterns, dependences."""

import itertools
import math

import numpy as np
import pandas as pd
from scipy.stats import norm, spearmanr
from seeded import Stream

Z = norm.ppf(0.975)


def scored(value, low=None, high=None, reference=None, ceiling=None):
    return {"value": value, "low": low, "high": high, "reference": reference, "ceiling": ceiling}


# ---- bins


def cutter(real, numeric, most=10):
    """A function from a column to numbers of bins; 0 is missing."""
    present = real.dropna()
    if not numeric:
        counts = present.value_counts()
        labels = sorted(counts.index, key=lambda label: (-counts[label], label))[:most]
        known = {label: i + 2 for i, label in enumerate(labels)}
        return lambda column: column.map(lambda v: 0 if pd.isna(v) else known.get(v, 1)).to_numpy(int)
    distinct = np.unique(present)
    if len(distinct) <= most:
        known = {value: i + 2 for i, value in enumerate(distinct)}
        return lambda column: column.map(lambda v: 0 if pd.isna(v) else known.get(v, 1)).to_numpy(int)
    ordered = np.sort(present.to_numpy())
    marks = ordered[[i * len(ordered) // most for i in range(1, most)]]
    cuts = np.unique(marks[marks > ordered[0]])
    if len(cuts) == 0:
        cuts = distinct[1:2]
    bins = lambda column: np.searchsorted(cuts, column.to_numpy(float), side="right") + 1
    return lambda column: np.where(column.isna(), 0, bins(column))


# ---- shares


def shares(codes):
    """Counts of each combination, as a series."""
    return pd.Series(1, index=pd.MultiIndex.from_arrays(codes)).groupby(level=list(range(len(codes)))).sum()


def alike(real, made):
    """(value, ceiling, low, high) of two tables of counts."""
    both = pd.concat([real, made], axis=1, keys=["r", "s"]).fillna(0)
    n, m = both.r.sum(), both.s.sum()
    p, q = both.r / n, both.s / m
    value = 1 - (p - q).abs().sum() / 2
    ceiling = 1 - np.sqrt(2 / math.pi * p * (1 - p) * (1 / n + 1 / m)).sum() / 2
    sign = np.sign(q - p)
    spread = lambda shares, count: max(0, 1 - (sign * shares).sum() ** 2) / (4 * count)
    error = Z * math.sqrt(spread(p, n) + spread(q, m))
    return value, ceiling, max(0, value - error), min(1, value + 1 - ceiling + error)


def pmse_ratio(real, made):
    """VW / df of Raab, Nowok & Dibben (2021)."""
    both = pd.concat([real, made], axis=1, keys=["o", "s"]).fillna(0)
    c = both.s.sum() / (both.s.sum() + both.o.sum())
    vw = ((both.s - both.o * c / (1 - c)) ** 2 / (c * (both.o + both.s))).sum()
    return (vw / (len(both) - 1) if len(both) > 1 else math.nan), 1 / (1 - c)


def row_error(tables, derivatives, rows):
    """The standard error of a statistic of counts, by what each row moves it (the infinitesimal jackknife)."""
    moved = np.zeros(rows)
    for codes, by in zip(tables, derivatives):
        moved += pd.Series(by).reindex(pd.MultiIndex.from_arrays(codes)).to_numpy()
    return moved[:: max(1, rows // 4000)].std() / math.sqrt(rows)


def ratio_interval(binned, groups, ratios):
    """Of the mean of pMSE ratios: the delta method on the scale of the root."""
    mean = np.mean(ratios)
    errors = []
    for side in (0, 1):
        rows = [len(next(iter(table.values()))) for table in binned[:2]]
        c = rows[1] / sum(rows)
        tables, derivatives = [], []
        for names in groups:
            codes = [[table[name] for name in names] for table in binned[:2]]
            both = pd.concat([shares(each) for each in codes], axis=1, keys=["o", "s"]).fillna(0)
            if len(both) < 2:
                continue
            r, apart = c / (1 - c), (both.s - both.o * c / (1 - c)) / (both.o + both.s)
            by = rows[side] * apart * ((2 - apart) if side else (-2 * r - apart)) / c / (len(both) - 1)
            tables.append(codes[side])
            derivatives.append(by / len(ratios))
        errors.append(row_error(tables, derivatives, rows[side]))
    half = Z * math.hypot(*errors) / (2 * math.sqrt(mean))
    return max(0, math.sqrt(mean) - half) ** 2, (math.sqrt(mean) + half) ** 2


def averaged(binned, groups, ratio=False):
    parts, references, ratios = [], [], []
    groups = list(groups)
    for names in groups:
        real, made, held = (shares([table[name] for name in names]) for table in binned)
        parts.append(alike(real, made))
        references.append(alike(real, held)[0])
        if ratio:
            ratios.append(pmse_ratio(real, made))
    value, ceiling, low, high = np.mean(parts, axis=0)
    score = scored(value, low, high, np.mean(references), ceiling)
    known = [each for each in ratios if not math.isnan(each[0])]
    if not ratio:
        return score
    values = [each[0] for each in known]
    return score, scored(np.mean(values), *ratio_interval(binned, groups, values), ceiling=known[0][1])


# ---- k-marginal, missing values, dependence


def k_marginal(real, made, names, numeric):
    codes = {}
    for name in names:
        both = pd.concat([real[name], made[name]], ignore_index=True)
        present = real[name].dropna()
        if name in numeric and present.nunique() > 20:
            bins = np.minimum((present.rank(pct=True) * 20).astype(int), 19)
            tops = present.groupby(bins).max().to_numpy()
            place = np.minimum(np.searchsorted(tops, both.to_numpy(float), side="left"), len(tops) - 1)
            both = pd.Series(np.where(both.isna(), -1, place))
        codes[name] = pd.factorize(both, use_na_sentinel=False)[0]
    gaps, noises, tables, signs = [], [], ([], []), []
    for pair in itertools.combinations(names, 2):
        own = [[codes[n][part] for n in pair] for part in (slice(len(real)), slice(len(real), None))]
        first, second = map(shares, own)
        both = pd.concat([first / len(real), second / len(made)], axis=1).fillna(0)
        gaps.append((both[0] - both[1]).abs().sum())
        noises.append(np.sqrt(2 / math.pi * both[0] * (1 - both[0]) * (1 / len(real) + 1 / len(made))).sum())
        for table, side in zip(tables, own):
            table.append(side)
        signs.append(np.sign(both[0] - both[1]))
    errors = [row_error(table, signs, len(rows)) for table, rows in zip(tables, (real, made))]
    half = Z * math.hypot(*errors) / len(gaps) * 500
    value, ceiling = (2 - np.mean(gaps)) * 500, (2 - np.mean(noises)) * 500
    return value, max(0, value - half), min(1000, value + 1000 - ceiling + half), ceiling


def missing_patterns(tables, names):
    real, made, held = tables
    lost = [n for n in names if real[n].isna().any() or made[n].isna().any()]
    if not lost:
        return {}
    count = lambda table: shares([table[n].isna().to_numpy() for n in lost])
    value, ceiling, low, high = alike(count(real), count(made))
    return {"missing patterns": scored(value, low, high, alike(count(real), count(held))[0], ceiling)}


def eta(groups, values):
    keep = ~np.isnan(values)
    groups, values = groups[keep], values[keep]
    n, k = len(values), len(np.unique(groups))
    total = ((values - values.mean()) ** 2).sum() if n else 0
    if k < 2 or n <= k or total <= 0:
        return math.nan
    frame = pd.Series(values).groupby(groups)
    between = (frame.size() * (frame.mean() - values.mean()) ** 2).sum()
    within = (total - between) / (n - k)
    return math.sqrt(max(0, (between - (k - 1) * within) / (total + within)))


def cramer(left, right):
    """Bergsma (2013)."""
    table = pd.crosstab(left, right).to_numpy(float)
    n, (r, k) = table.sum(), table.shape
    if n < 2 or r < 2 or k < 2:
        return math.nan
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / n
    phi = max(0, ((table - expected) ** 2 / expected).sum() / n - (r - 1) * (k - 1) / (n - 1))
    return math.sqrt(phi / min(r - (r - 1) ** 2 / (n - 1) - 1, k - (k - 1) ** 2 / (n - 1) - 1))


def dependences(table, binned, names, numeric):
    ranked = {n: table[n].rank().to_numpy() for n in names if n in numeric}
    found = {}
    for a, b in itertools.combinations(names, 2):
        if a in ranked and b in ranked:
            both = table[[a, b]].notna().all(axis=1).to_numpy()
            x, y = ranked[a][both], ranked[b][both]
            flat = len(x) < 2 or x.std() == 0 or y.std() == 0
            found[a, b] = math.nan if flat else float(np.corrcoef(x, y)[0, 1])
        elif a in ranked or b in ranked:
            number, word = (a, b) if a in ranked else (b, a)
            found[a, b] = eta(binned[word], ranked[number])
        else:
            found[a, b] = cramer(binned[a], binned[b])
    return found


#: The 97.5 % points of Student's t as printed, by degrees of freedom from 3 on.
STUDENT = [3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]


def change_of_dependence(tables, found, cut, names, numeric, seed):
    """The mean change over pairs; its interval and floor from ten random groups of rows on either side."""
    real, made, held = found
    known = [pair for pair in real if not math.isnan(made[pair] - real[pair])]
    signs = np.sign([made[pair] - real[pair] for pair in known])
    change = lambda other: np.nanmean([abs(real[pair] - other[pair]) for pair in real])
    counts = [min(10, len(table) // 30) for table in tables]
    if min(counts) < 4:
        return scored(change(made), reference=change(held))
    whole, each = [], []
    for side, (table, count) in enumerate(zip(tables, counts)):
        size = min(1000, len(table) // count)
        order = Stream(seed, "dependence groups", "people", side).shuffled(len(table))
        groups = []
        for g in range(count):
            part = table.iloc[order[g * size : (g + 1) * size]]
            own = dependences(part, {n: cut[n](part[n]) for n in names}, names, numeric)
            groups.append([own[pair] for pair in known])
        groups = pd.DataFrame(groups) * math.sqrt(size / len(table))
        whole.append((groups * signs).mean(axis=1).std())
        each.append(groups.std().fillna(0).to_numpy())
    noise = math.sqrt(2 / math.pi) * np.hypot(*each).mean()
    floor = math.sqrt(2 / math.pi) * math.sqrt(1 + len(tables[0]) / len(tables[1])) * each[0].mean()
    half, value = STUDENT[min(counts) - 4] * math.hypot(*whole), change(made)
    return scored(value, max(0, value - noise - half), value + half, change(held), floor)


def fidelity(made, real, held, names, numeric, seed):
    cut = {name: cutter(real[name], name in numeric) for name in names}
    binned = [{name: cut[name](table[name]) for name in names} for table in (real, made, held)]
    pairs, ratio = averaged(binned, itertools.combinations(names, 2), ratio=True)
    triples = list(itertools.combinations(names, 3))
    if len(triples) > 500:
        order = Stream(seed, "triples").shuffled(len(triples))
        triples = [triples[i] for i in sorted(order[:500])]
    marginals = lambda table: k_marginal(real, table, names, numeric)
    found = {
        "column fidelity": averaged(binned, [(name,) for name in names]),
        "pair fidelity": pairs,
        "triple fidelity": averaged(binned, triples),
        "pMSE ratio of pairs": ratio,
        "NIST k-marginal": scored(*marginals(made)[:3], marginals(held)[0], marginals(made)[3]),
        **missing_patterns((real, made, held), names),
    }
    by_table = [dependences(t, b, names, numeric) for t, b in zip((real, made, held), binned)]
    changed = change_of_dependence((real, made), by_table, cut, names, numeric, seed)
    return found | {"change of dependence": changed}
