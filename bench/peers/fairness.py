"""Fairness measures of fairlearn and AIF360 on COMPAS, as JSON: what fairness.mjs compares ours with.

    python fairness.py DATA_DIRECTORY      (needs fairlearn, aif360, pandas)
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import ClassificationMetric
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equalized_odds_difference,
    selection_rate,
)

rows = pd.read_csv(f"{sys.argv[1]}/compas/compas-two-years-deidentified.csv")
actual = rows["two_year_recid"].to_numpy()
score = rows["decile_score"].to_numpy() / 10
predicted = (score >= 0.5).astype(int)
race, sex = rows["race"], rows["sex"]

frame = pd.DataFrame({"sex": (sex == "Male").astype(int), "label": actual})
truth = BinaryLabelDataset(df=frame, label_names=["label"], protected_attribute_names=["sex"])
guess = truth.copy()
guess.labels = predicted.reshape(-1, 1).astype(float)
metric = ClassificationMetric(
    truth, guess, unprivileged_groups=[{"sex": 0}], privileged_groups=[{"sex": 1}]
)
both = dict(y_true=actual, y_pred=predicted)
degree = rows["c_charge_degree"]
stratified = MetricFrame(
    metrics=selection_rate, sensitive_features=sex, control_features=degree, **both
).difference()
sizes = degree.value_counts()


def calibration(mask):
    """Expected calibration error over ten bins, by numpy."""
    bins = np.minimum(9, np.floor(score[mask] * 10).astype(int))
    gaps = [abs((score[mask] - actual[mask])[bins == b].sum()) for b in range(10)]
    return sum(gaps) / mask.sum()


print(
    json.dumps(
        {
            "fairlearn": {
                "parity difference by race": demographic_parity_difference(**both, sensitive_features=race),
                "parity ratio by race": demographic_parity_ratio(**both, sensitive_features=race),
                "equalised odds by race": equalized_odds_difference(**both, sensitive_features=race),
                "opportunity by race": equal_opportunity_difference(**both, sensitive_features=race),
                "equalised odds by sex": equalized_odds_difference(**both, sensitive_features=sex),
                "parity of the data by race": demographic_parity_difference(
                    y_true=actual, y_pred=actual, sensitive_features=race
                ),
            },
            "fairlearn, by stratum": {
                "parity by sex given degree": sum(stratified[d] * sizes[d] for d in sizes.index) / len(rows),
                "opportunity by sex": equal_opportunity_difference(**both, sensitive_features=sex),
                "parity difference by race and sex": demographic_parity_difference(
                    **both, sensitive_features=rows[["race", "sex"]]
                ),
            },
            "numpy": {
                "calibration error, women": calibration((sex == "Female").to_numpy()),
                "calibration error, men": calibration((sex == "Male").to_numpy()),
            },
            "aif360": {
                "disparate impact by sex": metric.disparate_impact(),
                "average odds difference by sex": metric.average_odds_difference(),
                "generalised entropy": metric.generalized_entropy_index(alpha=2),
                "Theil index": metric.theil_index(),
                "differential fairness by sex": ClassificationMetric(
                    truth, guess, unprivileged_groups=[{"sex": 0}], privileged_groups=[{"sex": 1}]
                ).smoothed_empirical_differential_fairness(concentration=2.0),
            },
        }
    )
)
