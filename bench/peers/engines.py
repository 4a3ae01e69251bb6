"""One run of another tool's private engine on a coded table: error of all pairs of as many drawn rows, seconds, peak memory.

usage: python3 engines.py TABLE.csv DOMAIN.json TOOL ENGINE EPSILON DELTA [MADE.csv]
The table holds codes, the domain the number of codes by column, as private-pgm ships them. Tools and engines:
mbi 2.0.0 (private-pgm): mst, aim; smartnoise-synth 1.0.8: mst, aim; dpmm 0.1.9: mst, aim. Domains are handed over, so
that no budget is spent on them. mbi ships no mechanisms: MST and AIM are written here over its fits, from the papers.
Prints one line of JSON; seconds are of fitting and drawing alone.
"""

import json
import resource
import sys
import time
from itertools import chain, combinations

import numpy as np
import pandas as pd

path, domain_path, tool, engine, epsilon, delta, *out = sys.argv[1:]
epsilon, delta = float(epsilon), float(delta)
table = pd.read_csv(path)
with open(domain_path) as file:
    sizes = json.load(file)
columns = list(table.columns)
random = np.random.default_rng()


def zcdp():
    """The largest rho whose conversion keeps (epsilon, delta) (Canonne, Kamath & Steinke 2020, proposition 12)."""

    def least_delta(rho):
        low, high = 1.01, (epsilon + 1) / (2 * rho) + 2
        for _ in range(1000):
            alpha = (low + high) / 2
            if (2 * alpha - 1) * rho - epsilon + np.log1p(-1 / alpha) < 0:
                low = alpha
            else:
                high = alpha
        return np.exp((alpha - 1) * (alpha * rho - epsilon) + alpha * np.log1p(-1 / alpha)) / (alpha - 1)

    low, high = 0.0, epsilon + 1
    for _ in range(1000):
        middle = (low + high) / 2
        low, high = (middle, high) if least_delta(middle) <= delta else (low, middle)
    return low


def choose(scores, budget):
    """The exponential mechanism for scores of sensitivity 1, at budget²/8 of rho."""
    odds = np.exp(budget / 2 * (scores - np.max(scores)))
    return random.choice(len(scores), p=odds / odds.sum())


def mbi():
    import jax

    jax.config.update("jax_enable_x64", True)
    from mbi import Dataset, Domain, LinearMeasurement

    domain = Domain(columns, [sizes[name] for name in columns])
    data = Dataset({name: table[name].to_numpy() for name in columns}, domain)

    def measure(source, clique, sigma):
        exact = np.asarray(source.project(clique).datavector(), float)
        return LinearMeasurement(exact + random.normal(0, sigma, exact.size), clique, sigma)

    return {"mst": mst, "aim": aim}[engine](data, measure)


def fitted(data, measurements, rounds, warm=None):
    from mbi import estimation

    return estimation.MirrorDescent().estimate(data.domain, measurements, iters=rounds, warm_start=warm)


def distance(source, model, clique):
    """L1 distance of counts."""
    return float(np.abs(np.asarray(source.project(clique).datavector()) - np.asarray(model.project(clique).datavector())).sum())


def mst(data, measure):
    """McKenna, Miklau & Sheldon 2021: single columns, rare codes put together, a spanning tree of pairs; thirds of rho."""
    from mbi import LinearMeasurement, WeightedQuery

    rho = zcdp()
    sigma = np.sqrt(3 * len(columns) / (2 * rho))
    mapping, singles = {}, []
    for name in columns:
        noisy = measure(data, (name,), sigma)
        counts = np.asarray(noisy.noisy_measurement)
        kept = counts >= 3 * sigma
        if kept.all() or not kept.any():
            singles.append(noisy)
            continue
        mapping[name] = np.where(kept, np.cumsum(kept) - 1, kept.sum())
        grouped = np.append(counts[kept], counts[~kept].sum() / np.sqrt((~kept).sum()))
        scale = np.append(np.ones(kept.sum()), 1 / np.sqrt((~kept).sum()))
        singles.append(LinearMeasurement(grouped, (name,), sigma, WeightedQuery(scale)))
    small = data.compress(mapping)
    model = fitted(small, singles, 1000)
    pairs = {pair: distance(small, model, pair) for pair in combinations(columns, 2)}
    part = {name: name for name in columns}
    edges = []
    while len(edges) < len(columns) - 1:
        open_pairs = [pair for pair in pairs if part[pair[0]] != part[pair[1]]]
        scores = np.array([pairs[pair] for pair in open_pairs])
        a, b = open_pairs[choose(scores, np.sqrt(8 * rho / 3 / (len(columns) - 1)))]
        edges.append((a, b))
        part = {name: part[a] if own == part[b] else own for name, own in part.items()}
    sigma = np.sqrt(3 * len(edges) / (2 * rho))
    model = fitted(small, singles + [measure(small, edge, sigma) for edge in edges], 5000)
    return pd.DataFrame(model.synthetic_data(rows=len(table)).decompress(mapping).to_dict())


def aim(data, measure):
    """McKenna, Mullins, Sheldon & Miklau 2022, with its default of 80 MB; the workload is all pairs of at most 10,000 cells."""
    from mbi import clique_utils, junction_tree

    rho, most, domain = zcdp(), 80, data.domain
    workload = [pair for pair in combinations(columns, 2) if domain.size(pair) <= 10_000]
    singles = [(name,) for name in columns]
    weights = {c: sum(len({*c} & {*pair}) for pair in workload) for c in chain(singles, workload)}
    rounds = 16 * len(columns)
    sigma, budget = np.sqrt(rounds / (1.8 * rho)), np.sqrt(0.8 * rho / rounds)
    log = [measure(data, clique, sigma) for clique in singles]
    spent = len(singles) / (2 * sigma**2)
    model = fitted(data, log, 1000)
    done = False
    while not done:
        if rho - spent < 2 * (1 / (2 * sigma**2) + budget**2 / 8):
            sigma, budget, done = np.sqrt(1 / (1.8 * (rho - spent))), np.sqrt(0.8 * (rho - spent)), True
        spent += 1 / (2 * sigma**2) + budget**2 / 8
        free = set(clique_utils.downward_closure(model.cliques))
        fits = lambda c: c in free or junction_tree.hypothetical_model_size(domain, [*model.cliques, c]) <= most * min(1, spent / rho)
        candidates = [clique for clique in weights if fits(clique)]
        noise = np.sqrt(2 / np.pi) * sigma
        scores = np.array([weights[c] * (distance(data, model, c) - noise * domain.size(c)) for c in candidates])
        clique = candidates[choose(scores / max(weights[c] for c in candidates), budget)]
        log.append(measure(data, clique, sigma))
        before = model
        model = fitted(data, log, 1000, model)
        if distance(before, model, clique) <= noise * domain.size(clique):
            sigma, budget = sigma / 2, budget * 2
    return pd.DataFrame(model.synthetic_data(rows=len(table)).to_dict())


def smartnoise():
    from snsynth import Synthesizer
    from snsynth.transform import LabelTransformer, TableTransformer

    fitted_on = TableTransformer([LabelTransformer(nullable=False) for _ in columns])
    # the public domain and not the data
    fitted_on.fit(pd.DataFrame({c: np.arange(max(sizes.values())) % sizes[c] for c in columns}))
    synthesizer = Synthesizer.create(engine, epsilon=epsilon, delta=delta)
    synthesizer.fit(table, transformer=fitted_on, preprocessor_eps=0)
    return synthesizer.sample(len(table))


def dpmm():
    from dpmm import pipelines

    pipeline = {"mst": pipelines.MSTPipeline, "aim": pipelines.AIMPipeline}[engine]
    fitting = pipeline(epsilon=epsilon, delta=delta, disable_processing=True)
    fitting.fit(table, {name: int(sizes[name]) for name in columns})
    return fitting.generate(n_records=len(table))


def shares(frame, a, b):
    cells = frame[a].to_numpy(int) * sizes[b] + frame[b].to_numpy(int)
    return np.bincount(cells, minlength=sizes[a] * sizes[b]) / len(frame)


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


start, before = time.perf_counter(), used()
made = pd.DataFrame({"mbi": mbi, "smartnoise": smartnoise, "dpmm": dpmm}[tool](), columns=columns)
wall, cpu = time.perf_counter() - start, used() - before
if out:
    made.to_csv(out[0], index=False)
errors = [abs(shares(table, a, b) - shares(made, a, b)).sum() / 2 for a, b in combinations(columns, 2)]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"error": float(np.mean(errors)), "wall": wall, "cpu": cpu, "megabytes": memory}))
