"""The attacks of the privacy section a second time, in numpy and scipy, from their definitions.

The same seeded choices (who is attacked, which columns, whose row; seeded.py), everything else by itself:
Gower's distances, neighbours, matches, rates, intervals, areas, bounds.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import beta, norm
from seeded import Stream, positions

Z = norm.ppf(0.975)
ATTACKS = 500


class Rows:
    """One table: numbers in units of their range and then codes, -1 and NaN where missing."""

    def __init__(self, numbers, codes):
        self.numbers, self.codes = numbers, codes
        self.count = len(numbers) if numbers.shape[1] else len(codes)
        self.numeric = numbers.shape[1]
        self.columns = self.numeric + codes.shape[1]

    def pick(self, rows):
        rows = np.asarray(rows, dtype=np.int64)
        return Rows(self.numbers[rows], self.codes[rows])

    def project(self, places):
        numeric = [p for p in sorted(places) if p < self.numeric]
        coded = [p - self.numeric for p in sorted(places) if p >= self.numeric]
        return Rows(self.numbers[:, numeric], self.codes[:, coded])

    def cells(self, place):
        return self.numbers[:, place] if place < self.numeric else self.codes[:, place - self.numeric]


def encoded(tables, names, numeric):
    """tables: synthetic, learned, held out, as frames of floats and strings."""
    _, learned, apart = tables
    numbers = [name for name in names if name in numeric]
    words = [name for name in names if name not in numeric]
    made = []
    ranges = {}
    for name in numbers:
        real = np.concatenate([learned[name], apart[name]])
        low, high = np.nanmin(real), np.nanmax(real)
        ranges[name] = (low, high - low if high > low else 1.0)
    known = {}
    for name in words:
        labels = {}
        for table in tables:
            for label in sorted(table[name].dropna().unique()):
                labels.setdefault(label, len(labels))
        known[name] = labels
    for table in tables:
        scaled = [(table[n].to_numpy(float) - ranges[n][0]) / ranges[n][1] for n in numbers]
        coded = [table[n].map(known[n]).fillna(-1).to_numpy(np.int64) for n in words]
        shape = lambda columns, kind: np.array(columns, dtype=kind).T.reshape(len(table), len(columns))
        made.append(Rows(shape(scaled, float), shape(coded, np.int64)))
    return made


def neighbours(queries, reference):
    """Distances to the nearest and second nearest row, and the first of the nearest."""
    first, second = np.full(queries.count, np.inf), np.full(queries.count, np.inf)
    place = np.full(queries.count, -1)
    step = max(1, 4_000_000 // max(1, reference.count))
    other = np.ascontiguousarray(reference.codes.T.astype(np.int32))
    for start in range(0, queries.count, step):
        some = slice(start, min(start + step, queries.count))
        total = np.zeros((some.stop - some.start, reference.count))
        for at in range(queries.numeric):
            a, b = queries.numbers[some, at], reference.numbers[:, at]
            gap = np.abs(a[:, None] - b[None, :])
            np.minimum(gap, 1, out=gap)
            lost = np.isnan(a)[:, None] != np.isnan(b)[None, :]
            np.copyto(gap, lost, where=np.isnan(gap))
            total += gap
        for at in range(len(other)):
            total += queries.codes[some, at].astype(np.int32)[:, None] != other[at][None, :]
        place[some] = total.argmin(axis=1)
        least = np.partition(total, min(1, reference.count - 1), axis=1)
        first[some] = total.min(axis=1) / queries.columns
        if reference.count > 1:
            second[some] = least[:, 1] / queries.columns
    return first, second, place


# ---- intervals


def exact(right, made):
    low = 0.0 if right == 0 else beta.ppf(0.025, right, made - right + 1)
    high = 1.0 if right == made else beta.ppf(0.975, right + 1, made - right)
    return right / made, float(low), float(high)


def risk(main, control, z=Z):
    """1 minus the ratio of failures, with the score interval of Miettinen & Nurminen (1985); (right, made) each."""
    (hit, n), (base, m) = main, control
    a, b = n - hit, m - base

    def excess(log_ratio):
        """The chi-square of the most likely shares under a ratio, less what it may be."""
        t = math.exp(log_ratio)
        p = min(1, 1 / t, *np.roots([(n + m) * t, -(n * t + a + m + b * t), a + b]).real)
        spread = (t * p * (1 - t * p) / n + t * t * p * (1 - p) / m) * (n + m) / (n + m - 1)
        apart = a / n - t * b / m
        if abs(apart) < 1e-15:
            return -z * z
        return apart**2 / spread - z * z if spread > 0 else math.inf

    low, high = 0.0, math.inf
    middle = math.log((a / n) / (b / m)) if a > 0 and b > 0 else None
    if a > 0:
        low = math.exp(brentq(excess, -20, 20 if middle is None else middle, xtol=1e-14))
    if b > 0:
        high = math.exp(brentq(excess, -20 if middle is None else middle, 20, xtol=1e-14))
    clip = lambda x: min(1.0, max(0.0, x))
    return clip(1 - (a / n) / (b / m)) if b > 0 else 0.0, clip(1 - high), clip(1 - low)


def scored(value, low=None, high=None, reference=None):
    return {"value": value, "low": low, "high": high, "reference": reference}


# ---- copies and closeness


def copies(synthetic, learned, apart):
    key = lambda rows: [
        (tuple(None if math.isnan(v) else v for v in numbers), tuple(codes))
        for numbers, codes in zip(rows.numbers.tolist(), rows.codes.tolist())
    ]
    seen, held = set(key(learned)), key(apart)
    found = exact(sum(k in seen for k in key(synthetic)), synthetic.count)
    return {"exact copies": scored(*found, sum(k in seen for k in held) / len(held))}


def twentieth(values):
    return float(np.sort(values)[math.floor(0.05 * (len(values) - 1))])


def with_resamples(values, stream):
    ordered, n = np.sort(values), len(values)
    found = []
    for _ in range(200):
        place = 0.05 * n + math.sqrt(0.05 * 0.95 * n) * stream.normal()
        found.append(ordered[max(0, min(n - 1, math.floor(place + 0.5)))])
    found.sort()
    return twentieth(values), float(found[5]), float(found[194])


def closeness(synthetic, learned, apart, seed):
    each = min(learned.count, apart.count, 50_000)
    few = lambda rows, most, what: (
        rows if rows.count <= most else rows.pick(positions(rows.count, most, seed, f"closeness {what}"))
    )
    synthetic = few(synthetic, 50_000, "synthetic")
    learned, apart = few(learned, each, "train"), few(apart, each, "holdout")
    to_learned, after, owner = neighbours(synthetic, learned)
    to_apart, _, other = neighbours(synthetic, apart)
    between, between_after, _ = neighbours(apart, learned)
    share = np.where(to_learned < to_apart, 1.0, np.where(to_learned == to_apart, 0.5, 0.0))
    value = share.mean()
    owners = np.where(share == 0, other + learned.count, owner)
    sums = np.bincount(owners, share)
    sizes = np.bincount(owners)
    by_group = np.sum((sums - value * sizes) ** 2)
    by_chance = np.sum((sizes / 2) ** 2) * value * (1 - value) * 4
    error = Z * math.sqrt(max(by_group, by_chance)) / len(share)
    ratio = lambda a, b: np.where(b == 0, 1.0, a / np.where(b == 0, 1, b))
    stream = Stream(seed, "attack", "closeness resamples")
    return {
        "nearer to learned rows": scored(value, max(0.0, value - error), min(1.0, value + error), 0.5),
        "distance to the closest record": scored(*with_resamples(to_learned, stream), twentieth(between)),
        "nearest-neighbour distance ratio": scored(
            *with_resamples(ratio(to_learned, after), stream), twentieth(ratio(between, between_after))
        ),
    }


# ---- singling out, linkability, inference


def alone(found, rows, drawn):
    """The chance that exactly one of the matching rows is among the drawn ones: hypergeometric."""
    if found == 0 or found - 1 > rows - drawn:
        return 0.0
    return math.comb(found, 1) * math.comb(rows - found, drawn - 1) / math.comb(rows, drawn)


def fitting(rows, statement):
    keep = np.ones(rows.count, dtype=bool)
    for place, test, value in statement:
        cells = rows.cells(place)
        if test == "missing":
            keep &= np.isnan(cells)
        elif test == "equal":
            keep &= cells == value
        else:
            keep &= cells >= value if test == "least" else cells <= value
    return int(keep.sum())


def singling_out(synthetic, learned, apart, width, seed):
    stream = Stream(seed, "attack", "singling out", width)
    size = min(learned.count, apart.count)
    medians = []
    for at in range(synthetic.numeric):
        cells = np.sort(synthetic.numbers[:, at][~np.isnan(synthetic.numbers[:, at])])
        medians.append(cells[len(cells) // 2] if len(cells) else math.nan)
    made, hits, misses, seen = 0, 0.0, 0.0, set()
    for _ in range(ATTACKS * 20):
        if made == ATTACKS:
            break
        row = stream.below(synthetic.count)
        statement = []
        for place in sorted(stream.shuffled(synthetic.columns)[:width]):
            value = synthetic.cells(place)[row].item()
            if place >= synthetic.numeric or (width == 1 and not math.isnan(value)):
                statement.append((place, "equal", value))
            elif math.isnan(value):
                statement.append((place, "missing", 0))
            else:
                statement.append((place, "least" if value >= medians[place] else "most", value))
        statement = tuple(statement)
        if statement in seen or fitting(synthetic, statement) != 1:
            continue
        seen.add(statement)
        made += 1
        hits += alone(fitting(learned, statement), learned.count, size)
        misses += alone(fitting(apart, statement), apart.count, size)
    name = "singling out by one rare value" if width == 1 else f"singling out by {width} columns"
    if made < 20:
        return {}
    return {name: scored(*risk((hits, made), (misses, made)), 0)}


def linkability(synthetic, learned, apart, seed):
    order = Stream(seed, "attack", "linkability halves").shuffled(synthetic.columns)
    middle = math.ceil(len(order) / 2)
    halves = order[:middle], order[middle:]
    mixed = synthetic.pick(positions(synthetic.count, synthetic.count, seed, "linkability rows"))
    rates = []
    for rows, what in (learned, "train"), (apart, "holdout"):
        made = min(ATTACKS, rows.count)
        people = rows.pick(positions(rows.count, made, seed, f"linkability {what}"))
        left, right = (neighbours(people.project(h), mixed.project(h))[2] for h in halves)
        rates.append((int((left == right).sum()), made))
    return {"linkability": scored(*risk(*rates), 0)}


def inference(synthetic, learned, apart, names, seed):
    wide = norm.ppf(1 - 0.025 / len(names))
    mixed = synthetic.pick(positions(synthetic.count, synthetic.count, seed, "inference rows"))
    found = []
    for secret in range(len(names)):
        known = [place for place in range(len(names)) if place != secret]
        near = 0.0
        if secret < learned.numeric:
            cells = np.sort(learned.numbers[:, secret][~np.isnan(learned.numbers[:, secret])])
            at = lambda share: cells[math.floor(share * (len(cells) - 1))]
            near = 0.05 * (at(0.95) - at(0.05)) if len(cells) else 0.0
        rates = []
        for rows, what in (learned, "train"), (apart, "holdout"):
            made = min(ATTACKS, rows.count)
            people = rows.pick(positions(rows.count, made, seed, f"inference {what} {secret}"))
            guess = mixed.cells(secret)[neighbours(people.project(known), mixed.project(known))[2]]
            truth = people.cells(secret)
            with np.errstate(invalid="ignore"):
                right = np.abs(guess - truth) <= near
            right |= np.isnan(guess.astype(float)) & np.isnan(truth.astype(float))
            rates.append((int(right.sum()), made))
        found.append(risk(*rates, wide))
    worst = max(range(len(names)), key=lambda i: (found[i][1], -i))
    return {"inference": scored(*found[worst], 0)}, {n: r[0] for n, r in zip(names, found)}


# ---- membership


def newcombe(value, m, n):
    """Newcombe's (2006) method 5, where DeLong's interval has no width."""
    several = (m + n) / 2 - 1
    spread = lambda a: a * (1 - a) * (1 + several * (1 - a) / (2 - a) + several * a / (1 + a)) / (m * n)
    beyond = lambda a: abs(a - value) - Z * math.sqrt(spread(a))
    end = lambda limit, near: value if value == limit else brentq(beyond, near, limit, xtol=1e-15)
    return value, end(0, value - 1e-9), end(1, value + 1e-9)


def area(members, others):
    """Mann & Whitney's area with DeLong's variance, by comparing every pair."""
    ordered = np.sort(others)
    wins = (np.searchsorted(ordered, members, "left") + np.searchsorted(ordered, members, "right")) / 2
    of_members = wins / len(others)
    ordered = np.sort(members)
    losses = (np.searchsorted(ordered, others, "left") + np.searchsorted(ordered, others, "right")) / 2
    of_others = 1 - losses / len(members)
    spread = lambda values: values.var(ddof=1) / len(values)
    error = Z * math.sqrt(spread(of_members) + spread(of_others))
    value = of_members.mean()
    if error == 0:
        return newcombe(value, len(members), len(others))
    return value, max(0.0, value - error), min(1.0, value + error)


def threshold(others, alarm):
    return np.sort(others)[len(others) - 1 - math.floor(alarm * len(others))]


def proved(limit, members, others):
    """ln max of the two ratios at the ends of exact intervals (Kairouz et al. 2015)."""
    found = exact(int((members > limit).sum()), len(members))
    wrong = exact(int((others > limit).sum()), len(others))
    return max(0.0, math.log(max(found[1] / wrong[2], (1 - wrong[2]) / (1 - found[1]), 1)))


def epsilon(members, others):
    tried = [threshold(others[::2], a) for a in (0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9)]
    bounds = [proved(limit, members[::2], others[::2]) for limit in tried]
    best = int(np.argmax(bounds))
    return 0.0 if bounds[best] == 0 else proved(tried[best], members[1::2], others[1::2])


def found_at(members, others, alarm):
    """The ends are exact at thresholds that surely raise no more, and no fewer, alarms than they may."""
    ordered, n, m = np.sort(others)[::-1], len(others), len(members)
    ranks = np.arange(1, n + 1)
    strict = ranks[beta.ppf(0.9875, ranks, n + 1 - ranks) <= alarm]
    loose = ranks[beta.ppf(0.0125, ranks, n + 1 - ranks) >= alarm]
    low, high = 0.0, 1.0
    if len(strict) and (hits := (members > ordered[strict[-1] - 1]).sum()):
        low = beta.ppf(0.0125, hits, m - hits + 1)
    if len(loose) and (hits := (members >= ordered[loose[0] - 1]).sum()) < m:
        high = beta.ppf(0.9875, hits + 1, m - hits)
    return (members > threshold(others, alarm)).mean(), low, high


def membership(synthetic, learned, apart, seed):
    order = positions(apart.count, apart.count, seed, "membership halves")
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    members, others = [], []
    for turn in (0, 1):
        reference = apart.pick(halves[1 - turn])
        outside = apart.pick(halves[turn][:10_000])
        count = min(outside.count, learned.count)
        inside = learned.pick(positions(learned.count, count, seed, f"membership members {turn}"))
        size = min(synthetic.count, reference.count)
        dense = synthetic.pick(positions(synthetic.count, size, seed, f"density {turn}"))
        for people, scores in (inside, members), (outside, others):
            floor = 0.1 / people.columns
            far, near = neighbours(people, reference)[0], neighbours(people, dense)[0]
            scores.append(np.log((far + floor) / (near + floor)))
    members, others = np.concatenate(members), np.concatenate(others)
    return {
        "membership inference": scored(*area(members, others), 0.5),
        "members found at 1 % false alarms": scored(*found_at(members, others, 0.01), 0.01),
        "implied epsilon": scored(epsilon(members, others)),
    }


def shadows(pool, made, numeric, seed, wanted):
    """Shadow models, from the tables that they made of random halves of the pool (all as frames)."""
    names = list(pool.columns)
    ordered = [n for n in names if n in numeric] + [n for n in names if n not in numeric]
    targets = positions(len(pool), min(wanted, len(pool)), seed, "targets")
    far, inside = [], []
    for model, table in enumerate(made):
        flips = Stream(seed, "attack", "shadow halves", model)
        marks = np.array([flips.below(2) for _ in range(len(pool))])
        synthetic, people, _ = encoded((table, pool, pool), ordered, numeric)
        far.append(neighbours(people.pick(targets), synthetic)[0])
        inside.append(marks[targets])
    far, inside = np.array(far), np.array(inside)
    members, others = [], []
    for at in range(len(targets)):
        own = at % len(made)
        rest = np.arange(len(made)) != own
        within, out = far[rest & (inside[:, at] == 1), at], far[rest & (inside[:, at] == 0), at]
        if min(len(within), len(out)) < 2:
            continue
        squares = ((within - within.mean()) ** 2).sum() + ((out - out.mean()) ** 2).sum()
        spread = max(1e-3, math.sqrt(squares / (len(within) + len(out) - 2)))
        # The ratio of two normal densities of one spread.
        ratio = norm.logpdf(far[own, at], within.mean(), spread) - norm.logpdf(
            far[own, at], out.mean(), spread
        )
        (members if inside[own, at] == 1 else others).append(ratio)
    members, others = np.array(members), np.array(others)
    return {
        "area": scored(*area(members, others)),
        "members found at 0.01": scored(*found_at(members, others, 0.01)),
        "members found at 0.001": scored(*found_at(members, others, 0.001)),
        "epsilon": scored(epsilon(members, others)),
    }
