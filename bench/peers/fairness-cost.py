"""What parity costs in accuracy: Parable beside fairlearn's reductions and AIF360's reweighing.

    python fairness-cost.py TRAIN.csv TEST.csv PLAIN.csv FAIR.csv GROUP OUTCOME FAVOURABLE

PLAIN and FAIR are rows that Parable generated from TRAIN without and with its fairness block. Every
method trains the same logistic regression (one-hot, standardised) and is judged on the real rows of TEST. Prints JSON: for
each method the AUC, the gap of the data that it trained on and the gap of what its model predicts.
Needs scikit-learn, fairlearn, aif360, pandas.
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from aif360.algorithms.preprocessing import Reweighing
from aif360.datasets import BinaryLabelDataset
from fairlearn.reductions import DemographicParity, ExponentiatedGradient
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

*paths, group, outcome, favourable = sys.argv[1:8]
train, test, plain, fair = [pd.read_csv(path, keep_default_na=False) for path in paths]
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
apart = lambda values, table, weights=None: float(
    np.ptp(
        [
            np.average(values[mask], weights=None if weights is None else weights[mask])
            for mask in [(table[group].astype(str) == g).to_numpy() for g in sorted(set(train[group].astype(str)))]
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


first = sorted(set(train[group].astype(str)))[0]
frame = pd.DataFrame({"g": (train[group].astype(str) == first).astype(int), "y": y(train)})
labelled = BinaryLabelDataset(df=frame, label_names=["y"], protected_attribute_names=["g"])
weights = Reweighing([{"g": 0}], [{"g": 1}]).fit_transform(labelled).instance_weights
reduced = ExponentiatedGradient(learner(), DemographicParity(difference_bound=0.02), max_iter=30)
reduced.fit(x(train), y(train), sensitive_features=train[group].astype(str))
found = {
    "real rows": trained(train),
    "Parable, plain": trained(plain),
    "Parable, fair": trained(fair),
    "AIF360 reweighing": trained(train, weights),
    "fairlearn reductions": judged(reduced._pmf_predict(x(test))[:, 1], apart(y(train).astype(float), train)),
}
print(json.dumps(found))
