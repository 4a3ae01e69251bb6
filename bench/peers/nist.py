"""NIST's ACS excerpt of Massachusetts by another tool, raw columns in, rows out: its own bins and encodings, within epsilon.

usage: python3 nist.py ma2019.csv ma2019.json TOOL ENGINE EPSILON DELTA MADE.csv
Tools and engines: dpmm 0.1.9: mst, aim (PrivTree bins at a tenth of epsilon, its default); smartnoise-synth 1.0.8: mst, aim
(20 bins of equal width). Categories and bounds are those of the schema, as for Parable. Prints one line of JSON: seconds
and CPU seconds to fit and draw as many rows. `nist.mjs --made` scores the file.
"""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd

path, schema_path, tool, engine, epsilon, delta, out = sys.argv[1:]
epsilon, delta = float(epsilon), float(delta)
with open(schema_path) as file:
    schema = json.load(file)["schema"]
table = pd.read_csv(path, dtype=str, keep_default_na=False)[list(schema)]
bounds = {"NOC": (0, 5), "NPF": (2, 9)}
numbers = ["AGEP", "PINCP", "POVPIP", "PWGTP", "WGTP", *bounds]
limits = {name: bounds.get(name) or (schema[name]["min"], schema[name]["max"]) for name in numbers}
missing = {name for name in schema if schema[name].get("has_null")}
for name in numbers:
    table[name] = pd.to_numeric(table[name].replace("N", np.nan))
levels = {
    # the file writes densities with another number of digits than the schema
    name: ["1457.2", "2195.3", "2447.1", "2872.7", "3683.9"] if name == "DENSITY" else [str(v) for v in schema[name]["values"]]
    for name in schema
    if name not in numbers
}
for name in levels:
    if name in missing and "N" not in levels[name]:
        levels[name].append("N")


def dpmm():
    from dpmm import pipelines

    domain = {name: {"categories": levels[name]} for name in levels}
    for name in numbers:
        domain[name] = {"lower": limits[name][0], "upper": limits[name][1]}
    pipeline = {"mst": pipelines.MSTPipeline, "aim": pipelines.AIMPipeline}[engine]
    fitting = pipeline(epsilon=0.9 * epsilon, delta=delta, proc_epsilon=0.1 * epsilon)
    fitting.fit(table.astype({name: pd.CategoricalDtype(levels[name]) for name in levels}), domain)
    return fitting.generate(n_records=len(table))


def smartnoise():
    from snsynth import Synthesizer
    from snsynth.transform import BinTransformer, LabelTransformer, TableTransformer

    def binned(name):
        low, high = limits[name]
        return BinTransformer(bins=min(20, int(high - low + 1)), lower=low, upper=high, nullable=name in missing)

    fitted_on = TableTransformer([binned(name) if name in numbers else LabelTransformer(nullable=False) for name in schema])
    # the public domain and not the data
    longest = max(map(len, levels.values()))
    public = {name: [levels[name][i % len(levels[name])] for i in range(longest)] for name in levels}
    public |= {name: np.resize(np.array(limits[name], float), longest) for name in numbers}
    fitted_on.fit(pd.DataFrame(public)[list(schema)])
    synthesizer = Synthesizer.create(engine, epsilon=epsilon, delta=delta)
    synthesizer.fit(table, transformer=fitted_on, preprocessor_eps=0)
    return synthesizer.sample(len(table))


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


start, before = time.perf_counter(), used()
made = pd.DataFrame({"dpmm": dpmm, "smartnoise": smartnoise}[tool](), columns=list(schema))
wall, cpu = time.perf_counter() - start, used() - before
for name in numbers:
    whole = np.round(pd.to_numeric(made[name])).clip(*limits[name])
    made[name] = whole.astype("Int64").astype(str).replace("<NA>", "N")
made.astype(str).replace("nan", "N").to_csv(out, index=False)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"wall": wall, "cpu": cpu, "megabytes": memory}))
