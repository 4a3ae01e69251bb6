"""The utility section a second time, in numpy: the four kinds of models from their definitions, trained on learned, on
generated and on both kinds of rows, and judged on held-out ones; the same seeded choices (seeded.py).

Linear models are solved by Newton's method, neighbours by sorting all distances, boosted trees are those of
discriminator.py on finer bins, the network is written as products of matrices."""

import functools
import math

import numpy as np
from discriminator import Tree
from scipy.stats import rankdata
from seeded import Stream

MOST_TESTED, RESAMPLES, NEAREST = 5_000, 200, 15


@functools.cache
def shuffled(count, seed, *path):
    return np.array(Stream(seed, *path).shuffled(count))


@functools.cache
def resampled(rows, seed):
    random = Stream(seed, "utility", "resamples")
    return [np.bincount([random.below(rows) for _ in range(rows)], minlength=rows) for _ in range(RESAMPLES)]


class Rows:
    def __init__(self, numbers, codes, target):
        self.numbers, self.codes, self.target, self.count = numbers, codes, target, len(target)

    def pick(self, rows):
        return Rows(self.numbers[rows], self.codes[rows], self.target[rows])

    def some(self, most, seed, what):
        return self if self.count <= most else self.pick(shuffled(self.count, seed, "utility", what)[:most])


def joined(a, b):
    return Rows(*(np.concatenate([getattr(one, part) for one in (a, b)]) for part in ("numbers", "codes", "target")))


class Task:
    def __init__(self, real, names, numeric, target):
        self.target, self.numeric = target, [n for n in names if n in numeric and n != target]
        self.words = [n for n in names if n not in numeric and n != target]
        self.levels = [sorted(real[n].dropna().unique()) for n in self.words]
        self.classes = None if target in numeric else sorted(real[target].dropna().unique())
        self.outputs = 1 if self.classes is None else len(self.classes)
        self.main = "R²" if self.classes is None else "AUC" if self.outputs == 2 else "accuracy"

    def rows(self, table):
        coded = lambda column, labels: column.map({label: i for i, label in enumerate(labels)})
        target = table[self.target] if self.classes is None else coded(table[self.target], self.classes)
        kept = target.notna().to_numpy()
        words = [coded(table[n], labels).fillna(-1).to_numpy(int)[kept] for n, labels in zip(self.words, self.levels)]
        numbers = table[self.numeric].to_numpy(float)[kept]
        return Rows(numbers, np.array(words, dtype=int).T, target.to_numpy(float)[kept])


# ---- what linear models and networks see


def scaling(rows):
    """Mean and spread of each number, added in the order of the rows."""
    found = []
    for column in rows.numbers.T:
        known = column[~np.isnan(column)]
        mean = np.cumsum(known)[-1] / len(known) if len(known) else 0.0
        spread = math.sqrt(np.cumsum((known - mean) ** 2)[-1] / len(known)) if len(known) else 0.0
        found.append((mean, spread if spread > 0 else 1.0))
    return found


def design(rows, task, scale):
    """Standardised numbers with their marks of missing, one place a label, and a 1."""
    parts = []
    for column, (mean, spread) in zip(rows.numbers.T, scale):
        parts += [np.where(np.isnan(column), 0, (column - mean) / spread), np.isnan(column).astype(float)]
    for codes, labels in zip(rows.codes.T, task.levels):
        parts += [(codes == code).astype(float) for code in range(len(labels))]
    return np.array([*parts, np.ones(rows.count)]).T


def softmax(scores):
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


# ---- the models: functions from training rows to functions from rows to predictions


def linear(task, rows, _):
    scale = scaling(rows)
    x = design(rows, task, scale)
    penalty = np.ones(x.shape[1])
    penalty[-1] = 0
    if task.classes is None:
        weights = np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ rows.target)
        return lambda asked: design(asked, task, scale) @ weights
    scores = 1 if task.outputs == 2 else task.outputs
    truth = np.eye(task.outputs)[rows.target.astype(int)][:, -scores:]
    chance = lambda x, w: softmax(np.hstack([np.zeros((len(x), task.outputs - scores)), x @ w.T]))
    weights = np.zeros((scores, x.shape[1]))
    for _ in range(50):
        p = chance(x, weights)[:, -scores:]
        slope = (p - truth).T @ x + penalty * weights
        size = x.shape[1]
        bend = np.zeros((scores * size, scores * size))
        for i in range(scores):
            for j in range(scores):
                w = p[:, i] * ((i == j) - p[:, j])
                block = (x * w[:, None]).T @ x + (np.diag(penalty) if i == j else 0)
                bend[i * size : (i + 1) * size, j * size : (j + 1) * size] = block
        # One constant may be added to all intercepts: the least solution is taken.
        step = np.linalg.lstsq(bend, slope.ravel(), rcond=1e-13)[0].reshape(slope.shape)
        weights -= step
        if abs(step).max() < 1e-12:
            break
    return lambda asked: chance(design(asked, task, scale), weights)


def boosted(task, rows, _, bins=255, rounds=100, rate=0.1, leaves=31):
    cuts = []
    for column in rows.numbers.T:
        known = np.sort(column[~np.isnan(column)])
        distinct = np.unique(known)
        middles = (distinct[1:] + distinct[:-1]) / 2
        quantiles = np.unique([known[b * len(known) // (bins - 1)] for b in range(1, bins - 1)])
        cuts.append(middles if len(distinct) < bins else quantiles)

    def binned(asked):
        numbers = [
            np.where(np.isnan(column), len(cut) + 1, np.searchsorted(cut, column, side="right"))
            for column, cut in zip(asked.numbers.T, cuts)
        ]
        words = []
        for codes, labels in zip(asked.codes.T, task.levels):
            most = min(len(labels), bins - 1)
            words.append(np.where((codes < 0) | (codes >= most), most, codes))
        return np.array([*numbers, *words], dtype=int)

    sizes = [len(cut) + 2 for cut in cuts] + [min(len(labels), bins - 1) + 1 for labels in task.levels]
    ordered = [True] * len(cuts) + [False] * len(task.levels)
    if task.classes is None:
        start = np.array([np.cumsum(rows.target)[-1] / rows.count])
    else:
        logs = np.log(np.maximum(np.bincount(rows.target.astype(int), minlength=task.outputs), 1e-3) / rows.count)
        start = logs if task.outputs > 2 else np.array([logs[1] - logs[0]])
    x, trees = binned(rows), []
    scores = np.tile(start, (rows.count, 1))
    for _ in range(rounds):
        grown = []
        chances = softmax(scores) if len(start) > 1 else 1 / (1 + np.exp(-scores))
        for k in range(len(start)):
            if task.classes is None:
                gradient, curvature = scores[:, 0] - rows.target, np.ones(rows.count)
            else:
                p = chances[:, k]
                gradient = p - (rows.target == (k if len(start) > 1 else 1))
                curvature = np.maximum(1e-16, p * (1 - p))
            grown.append(Tree(x, sizes, ordered, gradient, curvature, leaves))
        for k, tree in enumerate(grown):
            scores[:, k] += rate * tree.values(x)
        trees.append(grown)

    def predict(asked):
        x = binned(asked)
        found = np.tile(start, (asked.count, 1))
        for grown in trees:
            for k, tree in enumerate(grown):
                found[:, k] += rate * tree.values(x)
        if task.classes is None:
            return found[:, 0]
        return softmax(found if len(start) > 1 else np.hstack([np.zeros_like(found), found]))

    return predict


def neighbours(task, rows, _):
    scale = scaling(rows)
    scaled = lambda of: [(column - mean) / spread for column, (mean, spread) in zip(of.numbers.T, scale)]
    known = scaled(rows)

    def predict(asked):
        found = []
        own = scaled(asked)
        for row in range(asked.count):
            distance = np.zeros(rows.count)
            for a, b in zip(own, known):
                apart = (a[row] - b) * (a[row] - b)
                distance += np.where(np.isnan(apart), 1, apart)
            for a, b in zip(asked.codes.T, rows.codes.T):
                distance += np.where(a[row] != b, 2, 0)
            who = np.argsort(distance, kind="stable")[:NEAREST]
            share = np.zeros(task.outputs)
            for target in rows.target[who]:
                if task.classes is None:
                    share[0] += target / len(who)
                else:
                    share[int(target)] += 1 / len(who)
            found.append(share)
        return np.array(found)[:, 0] if task.classes is None else np.array(found)

    return predict


class Adam:
    def __init__(self, values):
        self.values, self.first, self.second, self.steps = values, np.zeros_like(values), np.zeros_like(values), 0

    def step(self, slope, rate=0.003):
        self.steps += 1
        corrected = rate * math.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        self.first = 0.9 * self.first + 0.1 * slope
        self.second = 0.999 * self.second + 0.001 * slope * slope
        self.values = self.values - corrected * self.first / (np.sqrt(self.second) + 1e-8)


def network(task, rows, random, hidden=32, batch=64, epochs=15):
    scale = scaling(rows)
    x = design(rows, task, scale)
    mean, spread = 0.0, 1.0
    if task.classes is None:
        mean = np.cumsum(rows.target)[-1] / rows.count
        spread = math.sqrt(np.cumsum((rows.target - mean) ** 2)[-1] / rows.count) or 1.0
    normals = lambda n, m, by: np.array([random.normal() * by for _ in range(n * m)]).reshape(n, m)
    inner = Adam(normals(hidden, x.shape[1], 0.1))
    outer = Adam(normals(task.outputs, hidden + 1, 1 / math.sqrt(hidden)))
    aim = (rows.target - mean)[:, None] / spread if task.classes is None else np.eye(task.outputs)[rows.target.astype(int)]
    ones = lambda units: np.hstack([units, np.ones((len(units), 1))])
    order = list(range(rows.count))
    for _ in range(epochs):
        for i in range(rows.count - 1, 0, -1):
            j = random.below(i + 1)
            order[i], order[j] = order[j], order[i]
        for at in range(0, rows.count, batch):
            own = order[at : at + batch]
            units = ones(np.maximum(0, x[own] @ inner.values.T))
            scores = units @ outer.values.T
            errors = ((scores if task.classes is None else softmax(scores)) - aim[own]) / len(own)
            back = (errors @ outer.values[:, :-1]) * (units[:, :-1] > 0)
            slopes = back.T @ x[own], errors.T @ units
            inner.step(slopes[0])
            outer.step(slopes[1])

    def predict(asked):
        scores = ones(np.maximum(0, design(asked, task, scale) @ inner.values.T)) @ outer.values.T
        return mean + spread * scores[:, 0] if task.classes is None else softmax(scores)

    return predict


MODELS = {
    "linear": (linear, 20_000),
    "boosted trees": (boosted, 20_000),
    "nearest neighbours": (neighbours, 5_000),
    "small network": (network, 10_000),
}

# ---- how good predictions are


def quality(task, truth, found):
    """(main, further figures of the table)"""
    if task.classes is None:
        return explained(truth, found), [math.sqrt(((truth - found) ** 2).mean())]
    truth = truth.astype(int)
    own, top = found[np.arange(len(truth)), truth], found.argmax(axis=1)
    right = (top == truth).astype(float)
    brier = ((found - np.eye(task.outputs)[truth]) ** 2).sum(axis=1).mean()
    sure = found.max(axis=1)
    bins = np.minimum(9, np.floor(sure * 10).astype(int))
    gap = sum(abs((right - sure)[bins == b].sum()) for b in range(10)) / len(truth)
    two = task.outputs == 2
    main = area(truth, found[:, 1]) if two else right.mean()
    return main, [right.mean(), -np.log(np.maximum(1e-15, own)).mean(), brier / (2 if two else 1), gap]


def area(truth, score):
    ones = (truth == 1).sum()
    return (rankdata(score)[truth == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(truth) - ones))


def explained(truth, found, times=None):
    times = np.ones(len(truth)) if times is None else times
    mean = (truth * times).sum() / times.sum()
    return 1 - (times * (truth - found) ** 2).sum() / (times * (truth - mean) ** 2).sum()


def measure(task, truth, found):
    """The main figure of a resample, given how often each row is in it."""
    if task.classes is None:
        return lambda times: explained(truth, found, times)
    if task.outputs > 2:
        right = found.argmax(axis=1) == truth
        return lambda times: (right * times).sum() / len(truth)
    levels, level = np.unique(found[:, 1], return_inverse=True)

    def weighted(times):
        yes, no = (np.bincount(level, times * (truth == side), len(levels)) for side in (1, 0))
        return (yes * (np.cumsum(no) - no / 2)).sum() / (yes.sum() * no.sum())

    return weighted


def ends(values):
    ordered = np.sort([v for v in values if not math.isnan(v)])
    last = len(ordered) - 1
    return ordered[math.floor(0.025 * last)], ordered[math.ceil(0.975 * last)]


def utility(made, real, held, names, numeric, target, model, seed):
    """A score by its name, and the rows of its table."""
    task = Task(real, names, numeric, target)
    own, generated = task.rows(real), task.rows(made)
    tested = task.rows(held).some(MOST_TESTED, seed, "tested")
    train, most = MODELS[model]
    each = min(own.count, generated.count, most)
    learned, drawn = own.some(each, seed, "real"), generated.some(each, seed, "synthetic")
    found = [
        train(task, rows, Stream(seed, "utility", model, i))(tested)
        for i, rows in enumerate((learned, drawn, joined(learned, drawn)))
    ]
    judged = [quality(task, tested.target, each) for each in found]
    of_made = measure(task, tested.target, found[1])
    low, high = ends([of_made(times) for times in resampled(tested.count, seed)])
    score = {"value": judged[1][0], "low": low, "high": high, "reference": judged[0][0], "ceiling": None}
    return {f"{task.main} of {model}": score}, [(model, [main, *more]) for main, more in judged]
