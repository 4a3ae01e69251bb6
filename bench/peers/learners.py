"""Fit other tools to a table and write as many rows as they learned from.

usage: python3 learners.py TRAIN.csv FOLDER TARGET EPOCHS MANY NAME...
Prints two JSON lines for each: name, seconds to fit (and of the CPU), to draw, peak memory in MB; then seconds to draw MANY rows
(0: left out). The names: arf (arfpy), cart (sequential CART by scikit-learn), smotenc (imbalanced-learn), gaussian, ctgan, tvae (SDV), argn
(mostlyai-engine). EPOCHS of argn and ctgan may be seconds of the CPU, as 70s, on one thread as ours: on a busy machine those of a clock would
starve them. Where a tool knows no missing numbers, they are a value far below the others.
"""

import contextlib
import importlib
import json
import resource
import sys
import time

import numpy as np
import pandas as pd

train_path, folder, target, epochs, many, *names = sys.argv[1:]
train = pd.read_csv(train_path)
train = train.dropna(axis=1, how="all")
words = [name for name in train if not pd.api.types.is_numeric_dtype(train[name])]
numbers = [name for name in train if name not in words]
filled = train.copy()
filled[words] = filled[words].fillna("missing")
lowest, highest = train[numbers].min(), train[numbers].max()
gaps = lowest - (highest - lowest) / 4 - 1
filled[numbers] = filled[numbers].fillna(gaps)


def arf():
    # arfpy 0.1.1 calls a function that NumPy 2.4 no longer has.
    np.in1d = getattr(np, "in1d", np.isin)
    from arfpy import arf as forest

    kinds = filled.astype({name: object for name in words}).astype({name: "category" for name in words})
    # It takes the places of columns for their names, which pandas 3 tells apart.
    model = forest.arf(x=kinds.set_axis(range(kinds.shape[1]), axis=1), num_trees=30, random_state=1)
    model.forde()
    return lambda count: model.forge(n=count).set_axis(kinds.columns, axis=1)


def cart():
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    random = np.random.default_rng(1)
    codes = filled.copy()
    for name in words:
        codes[name] = pd.factorize(filled[name])[0]
    steps = []
    for at, name in enumerate(codes.columns):
        x, y = codes.iloc[:, :at].to_numpy(), codes[name].to_numpy()
        tree = None
        if at > 0:
            kind = DecisionTreeClassifier if name in words else DecisionTreeRegressor
            tree = kind(min_samples_leaf=5, random_state=1).fit(x, y)
        leaves = np.zeros(len(y), int) if tree is None else tree.apply(x)
        order = np.argsort(leaves, kind="stable")
        starts = np.searchsorted(leaves[order], np.arange(leaves.max() + 2))
        steps.append((tree, y[order], starts))

    def draw(count):
        made = np.zeros((count, len(steps)))
        for at, (tree, values, starts) in enumerate(steps):
            leaves = np.zeros(len(made), int) if tree is None else tree.apply(made[:, :at])
            sizes = starts[leaves + 1] - starts[leaves]
            made[:, at] = values[starts[leaves] + (random.random(len(made)) * sizes).astype(int)]
        rows = pd.DataFrame(made, columns=codes.columns)
        for name in words:
            rows[name] = pd.factorize(filled[name])[1].to_numpy()[rows[name].astype(int)]
        return rows

    return draw


def smotenc():
    from imblearn.over_sampling import SMOTENC

    def draw(count):
        counts = filled[target].astype(str).value_counts()
        x, y = filled.drop(columns=target), filled[target].astype(str)
        places = [x.columns.get_loc(name) for name in words if name != target]
        wanted = {label: had + round(had * count / len(train)) for label, had in counts.items()}
        more, labels = SMOTENC(places, sampling_strategy=wanted, random_state=1).fit_resample(x, y)
        made = more.assign(**{target: labels}).iloc[len(x) :]
        return made[filled.columns]

    return draw


def train_for():
    """Epochs; where seconds are stated, many, and CTGAN's loop over them ends with the time."""
    if not epochs.endswith("s"):
        return int(epochs)
    import torch
    from ctgan.synthesizers import ctgan

    torch.set_num_threads(1)
    begun = time.process_time()

    class InTime:
        def __init__(self, rounds, **_):
            self.rounds = rounds

        def __iter__(self):
            for round in self.rounds:
                if time.process_time() - begun > float(epochs[:-1]):
                    return
                yield round

        def set_description(self, _):
            pass

    ctgan.tqdm = InTime
    return 10_000


def sdv(kind):
    def fit():
        from sdv import single_table
        from sdv.metadata import Metadata

        metadata = Metadata.detect_from_dataframes({"train": train})
        for name in train:  # what it guesses from names, as invented places for `state`, is not what it learns
            metadata.update_column(column_name=name, sdtype="categorical" if name in words else "numerical")
        options = {} if kind == "GaussianCopula" else {"epochs": train_for()}
        model = getattr(single_table, f"{kind}Synthesizer")(metadata, **options)
        model.fit({"train": train})
        return lambda count: model.sample(count)["train"]

    return fit


def argn():
    import types

    import torch
    from mostlyai.engine import TabularARGN
    from mostlyai.engine._tabular import training

    torch.set_num_threads(1)
    training.time = types.SimpleNamespace(time=time.process_time)
    model = TabularARGN(
        max_training_time=float(epochs.removesuffix("s")) / 60, random_state=1, value_protection=False, device="cpu", verbose=1
    )
    # How far it got goes to standard error: on a busy machine a time limit may end it in its first epoch.
    with contextlib.redirect_stdout(sys.stderr):
        model.fit(filled)
    return lambda count: model.sample(n_samples=count)[filled.columns]


tools = {
    "arf": arf,
    "cart": cart,
    "smotenc": smotenc,
    "gaussian": sdv("GaussianCopula"),
    "ctgan": sdv("CTGAN"),
    "tvae": sdv("TVAE"),
    "argn": argn,
}
needs = {
    "arf": "arfpy.arf",
    "cart": "sklearn.tree",
    "smotenc": "imblearn.over_sampling",
    "gaussian": "sdv.single_table",
    "ctgan": "sdv.single_table",
    "tvae": "sdv.single_table",
    "argn": "mostlyai.engine",
}
for name in names:
    try:
        importlib.import_module(needs[name])  # loading a package is not fitting
        start, begun = time.perf_counter(), time.process_time()
        draw = tools[name]()
        fitted, cpu = time.perf_counter(), time.process_time() - begun
        rows = draw(len(train))
        drawn = time.perf_counter()
        rows = rows.astype({name: object for name in words}).replace("missing", None)
        for column in numbers:
            made = pd.to_numeric(rows[column])
            if train[column].isna().any():
                made = made.where(made > (gaps[column] + lowest[column]) / 2)
            whole = (train[column].dropna() % 1 == 0).all()
            rows[column] = (np.round(made) if whole else made).clip(lowest[column], highest[column])
        rows[train.columns].to_csv(f"{folder}/{name}.csv", index=False)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        facts = {"name": name, "fit": fitted - start, "fitCpu": cpu, "draw": drawn - fitted, "memory": memory}
        print(json.dumps(facts), flush=True)
        if int(many) > 0:
            start, begun = time.perf_counter(), time.process_time()
            draw(int(many))
            print(json.dumps({"many": time.perf_counter() - start, "manyCpu": time.process_time() - begun}), flush=True)
    except Exception as fault:  # one tool that fails must not take the others with it
        print(json.dumps({"name": name, "error": str(fault)[:200]}), flush=True)
