"""A step of private-pgm's fits (mbi 2.0.0) on the marginals of bench/fit.mjs, which come as JSON on the standard input.

Prints a JSON list of [name, ms a step, CPU ms a step]; compiling is left out, by a run before.
"""

import json
import resource
import sys
import time

import jax
import numpy as np

jax.config.update("jax_enable_x64", "--single" not in sys.argv)
from mbi import Domain, LinearMeasurement, estimation

given = json.load(sys.stdin)
domain = Domain([str(i) for i in range(len(given["sizes"]))], given["sizes"])
log = [
    LinearMeasurement(np.array(counts), tuple(map(str, clique)), given["sigma"])
    for clique, counts in given["measurements"]
]


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


found = []
for name, estimator in [("mbi, mirror descent", estimation.MirrorDescent())]:
    steps = 50 * max(4, given["steps"] // 50)  # mbi runs blocks of 50
    estimator.estimate(domain, log, iters=50)
    times = []
    for iters in (50, 50 + steps):
        runs = []
        for _ in range(3):
            start, before = time.perf_counter(), used()
            model = estimator.estimate(domain, log, iters=iters)
            jax.block_until_ready(jax.tree.leaves(model.marginals))
            runs.append((time.perf_counter() - start, used() - before))
        times.append([min(run[i] for run in runs) for i in (0, 1)])
    found.append([name, *(1000 * (times[1][i] - times[0][i]) / steps for i in (0, 1))])
print(json.dumps(found))
