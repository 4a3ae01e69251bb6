// Reading a CSV and learning trees, beside pandas and scikit-learn doing the same work, in one run.
// Usage: node bench/peers/spine.mjs PYTHON   (a Python that has pandas and scikit-learn)
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileSpec, runPlan, writeTable } from "../../dist/src/index.js";
import { openSource } from "../../dist/src/table/source.js";

const columns = `
  age: int 18..95 years
  job: category learned
  marital: category learned
  education: category learned
  default: bool
  balance: money EUR -10_000..110_000 step 1
  housing: bool
  loan: bool
  contact: category learned
  day: int 1..31
  month: category learned
  duration: int 0..5_000
  campaign: int 1..63
  pdays: int -1..900
  previous: int 0..275
  poutcome: category learned
  y: bool`;
const spec = (source) =>
  `source calls = ${source}\ntable clients from calls {${columns}\n}\nlearn with trees { threads 1 }\ngenerate made: 45_211 rows seed 1\n`;
const folder = mkdtempSync(join(tmpdir(), "parable-spine-"));
const best = async (work, runs = 3) => {
  const times = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return Math.min(...times);
};
const { plan } = await compileSpec(spec('example "bank-marketing"'));
const { outputs } = await runPlan(plan);
const file = join(folder, "bank.csv");
await writeTable(outputs[0].table, file);
const wanted = plan.checked.tables[0].columns;
const source = await openSource(
  { name: "calls", format: "csv", where: file, missing: [] },
  { folder },
);
const read = await best(() =>
  source.read({ name: "clients", columns: wanted, keepExamples: true }),
);
const whole = await compileSpec(spec(`csv "${file}"`));
const run = await best(() => runPlan(whole.plan));
const python = `
import sys, time, json
import numpy as np, pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
def best(work, runs=3):
    times = []
    for _ in range(runs):
        start = time.perf_counter(); work(); times.append(time.perf_counter() - start)
    return min(times)
read = best(lambda: pd.read_csv(sys.argv[1]))
frame = pd.read_csv(sys.argv[1])
def learn():
    train = frame.sample(frac=0.8, random_state=1)
    codes = train.apply(lambda c: c if c.dtype.kind in "if" else c.astype("category").cat.codes).to_numpy(float)
    made = codes[np.random.default_rng(1).integers(0, len(codes), 45211), :1]
    for j in range(1, codes.shape[1]):
        kind = DecisionTreeRegressor if frame.dtypes.iloc[j].kind in "if" else DecisionTreeClassifier
        tree = kind(min_samples_leaf=5).fit(codes[:, :j], codes[:, j])
        leaves, new = tree.apply(codes[:, :j]), tree.apply(made)
        order = np.argsort(leaves, kind="stable"); starts = np.searchsorted(leaves[order], new, "left"); ends = np.searchsorted(leaves[order], new, "right")
        pick = order[starts + (np.random.default_rng(j).random(len(new)) * (ends - starts)).astype(int)]
        made = np.column_stack([made, codes[pick, j]])
print(json.dumps({"read": read, "run": read + best(learn, 2)}))
`;
const peer = JSON.parse(
  execFileSync(process.argv[2] ?? "python3", ["-c", python, file], { encoding: "utf8" }),
);
rmSync(folder, { recursive: true });
const row = (what, ours, theirs) =>
  console.log(
    `${what.padEnd(44)} ${ours.toFixed(2)} s   ${theirs.toFixed(2)} s   ratio ${(ours / theirs).toFixed(2)}`,
  );
console.log(`${"45,211 × 17, one thread".padEnd(44)} Parable  pandas + scikit-learn`);
row("read CSV into typed columns", read, peer.read);
row("read, learn sequential trees, draw 45,211", run, peer.run);
