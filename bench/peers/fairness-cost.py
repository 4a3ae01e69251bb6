"""What parity costs in accuracy: Parable beside fairlearn's reductions and AIF360's reweighing.

    python fairness-cost.py TRAIN.csv TEST.csv GROUP OUTCOME FAVOURABLE PEERS NAME=MADE.csv …

PEERS is what to measure beside the made rows, with commas: real, reweighing, reductions, grid.
Each MADE is rows that Parable generated from TRAIN; the first one without a fairness block. Every method trains
the same logistic regression (one-hot, standardised) and is judged on the real rows of TEST. Reweighing also goes
a part of the way (rates of the groups moved by a share towards the overall rate), and grid search is read at
several bounds, so that both can be read at any gap. Prints JSON: for each method the AUC, the gap of the rows that it
trained on and the gap of what its model predicts (at one half). Needs scikit-learn, fairlearn, aif360, pandas.
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

train_path, test_path, group, outcome, favourable, peers, *made = sys.argv[1:]
peers = peers.split(",")
read = lambda path: pd.read_csv(path, keep_default_na=False)
train, test = read(train_path), read(test_path)
names = [name for name in train if name != outcome]
numbers = [name for name in names if pd.to_numeric(train[name], errors="coerce").notna().all()]
words = [name for name in names if name not in numbers]
encoder = ColumnTransformer(
    [
        ("n", StandardScaler(), numbers),
        ("w", OneHotEncoder(handle_unknown="ignore", sparse_output=False), words),
    ]
)
prepared = lambda table: table[names].assign(
    **{n: pd.to_numeric(table[n], errors="coerce").fillna(0) for n in numbers}, **{w: table[w].astype(str) for w in words}
)
encoder.fit(prepared(train))
x = lambda table: encoder.transform(prepared(table))
y = lambda table: (table[outcome].astype(str) == favourable).astype(int).to_numpy()
groups = sorted(set(train[group].astype(str)))
apart = lambda values, table, weights=None: float(
    np.ptp(
        [
            np.average(values[mask], weights=None if weights is None else weights[mask])
            for mask in [(table[group].astype(str) == g).to_numpy() for g in groups]
        ]
    )
)
learner = lambda: LogisticRegression(max_iter=200)
truth = y(test)


def judged(score, gap):
    return {
        "auc": roc_auc_score(truth, score),
        "data": gap,
        "predicted": apart((score >= 0.5).astype(float), test),
    }


def trained(table, weights=None):
    model = learner().fit(x(table), y(table), sample_weight=weights)
    return judged(model.predict_proba(x(test))[:, 1], apart(y(table).astype(float), table, weights))


outcomes, member = y(train), (train[group].astype(str) == groups[0]).astype(int).to_numpy()
found = {}


def reweighing():
    from aif360.algorithms.preprocessing import Reweighing
    from aif360.datasets import BinaryLabelDataset

    frame = pd.DataFrame({"g": member, "y": outcomes})
    labelled = BinaryLabelDataset(df=frame, label_names=["y"], protected_attribute_names=["g"])
    whole = Reweighing([{"g": 0}], [{"g": 1}]).fit_transform(labelled).instance_weights
    assert np.allclose(part(1.0), whole)
    found.update({f"reweighing {share}": trained(train, part(share)) for share in (0.25, 0.5, 0.75, 0.9, 1.0)})


def part(share):
    """Reweighing a part of the way: at 1 these are AIF360's weights."""
    weights = np.ones(len(outcomes))
    for g in (0, 1):
        rate = outcomes[member == g].mean()
        wanted = rate + share * (outcomes.mean() - rate)
        own = np.where(outcomes == 1, wanted / rate, (1 - wanted) / (1 - rate))
        weights[member == g] = own[member == g]
    return weights


def reductions():
    from fairlearn.reductions import DemographicParity, ExponentiatedGradient

    reduced = ExponentiatedGradient(learner(), DemographicParity(difference_bound=0.02), max_iter=12)
    reduced.fit(x(train), y(train), sensitive_features=train[group].astype(str))
    score = reduced._pmf_predict(x(test))[:, 1]
    found["reductions 0.02"] = {
        **judged(score, apart(y(train).astype(float), train)),
        # Its predictions are drawn by chance: the gap is that of the chances.
        "predicted": apart(score, test),
    }


def grid():
    """A grid of multipliers; of its models those that keep the bound on the training rows, of these the best ranking."""
    from fairlearn.reductions import DemographicParity, GridSearch

    search = GridSearch(learner(), DemographicParity(), grid_size=21)
    search.fit(x(train), y(train), sensitive_features=train[group].astype(str))
    tried = []
    for model in search.predictors_:
        chance = model.predict_proba(x(train))[:, 1]
        own = apart((chance >= 0.5).astype(float), train)
        tried.append((own, roc_auc_score(outcomes, chance), model.predict_proba(x(test))[:, 1]))
    for bound in (0.02, 0.05, 0.1, 0.15, 0.2):
        within = [each for each in tried if each[0] <= bound] or [min(tried, key=lambda each: each[0])]
        best = max(within, key=lambda each: each[1])
        found[f"grid search {bound}"] = judged(best[2], apart(y(train).astype(float), train))


if "real" in peers:
    found["real rows"] = trained(train)
found.update({name: trained(read(path)) for name, path in (each.split("=", 1) for each in made)})
for name, measure in (("reweighing", reweighing), ("reductions", reductions), ("grid", grid)):
    if name in peers:
        measure()
print(json.dumps(found))
