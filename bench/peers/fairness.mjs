// Our fairness measures beside those of fairlearn and AIF360 on the same rows. After a build:
//   PARABLE_DATA=DIRECTORY node bench/peers/fairness.mjs PYTHON
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stream } from "../../dist/src/base/random.js";
import {
  conditionalParity,
  differentialFairness,
  generalizedEntropy,
  parityDifference,
  parityRatio,
  shareOf,
} from "../../dist/src/evaluate/fairness-measures.js";
import {
  confusions,
  equalizedOddsDifference,
  equalOpportunityDifference,
} from "../../dist/src/evaluate/fairness-models.js";

const here = dirname(fileURLToPath(import.meta.url));
const data = process.env.PARABLE_DATA ?? ".";
const text = readFileSync(join(data, "compas/compas-two-years-deidentified.csv"), "utf8").trim();
const [head, ...lines] = text.split(/\r?\n/).map((line) => line.match(/("[^"]*"|[^,]*)(,|$)/g));
const at = (name) => head.findIndex((cell) => cell.replace(/,$/, "") === name);
const columns = new Map();
const values = (name) => {
  if (!columns.has(name)) {
    columns.set(
      name,
      lines.map((cells) => cells[at(name)].replace(/,$/, "")),
    );
  }
  return columns.get(name);
};
const actual = Uint8Array.from(values("two_year_recid"), Number);
const scores = Float64Array.from(values("decile_score"), (decile) => Number(decile) / 10);
const grouped = (name) => {
  const labels = [...new Set(values(name))].sort();
  return { labels, codes: Int32Array.from(values(name), (value) => labels.indexOf(value)) };
};
const of = (name) => {
  const { labels, codes } = grouped(name);
  return confusions(actual, scores, codes, labels);
};
const averageOddsDifference = (one, other) =>
  (one.falsePositiveRate -
    other.falsePositiveRate +
    one.truePositiveRate -
    other.truePositiveRate) /
  2;
const [race, sex] = [of("race"), of("sex")];
const [female, male] = sex;
const benefits = Float64Array.from(actual, (is, row) => 1 + (scores[row] >= 0.5 ? 1 : 0) - is);
const counts = sex.map((g) => ({ group: g.group, count: g.count, hits: g.positives }));
const within = (given, name) => {
  const [strata, groups] = [grouped(given), grouped(name)];
  return strata.labels.map((label, s) => ({
    label,
    groups: groups.labels.map((group, g) => {
      const rows = [...actual.keys()].filter(
        (row) => strata.codes[row] === s && groups.codes[row] === g,
      );
      return { group, count: rows.length, hits: rows.filter((row) => scores[row] >= 0.5).length };
    }),
  }));
};
const both = values("race").map((value, row) => `${value}, ${values("sex")[row]}`);
const pairs = [...new Set(both)].sort();
const crossed = confusions(
  actual,
  scores,
  Int32Array.from(both, (pair) => pairs.indexOf(pair)),
  pairs,
);
const ours = {
  "opportunity by sex": equalOpportunityDifference(sex),
  "parity difference by race and sex": parityDifference(crossed.map(({ selected }) => selected)),
  "parity by sex given degree": conditionalParity(within("c_charge_degree", "sex"), stream(1))
    .value,
  "disparate impact by sex": female.selected / male.selected,
  "calibration error, women": female.calibrationError,
  "calibration error, men": male.calibrationError,
  "parity difference by race": parityDifference(race.map((group) => group.selected)),
  "parity ratio by race": parityRatio(race.map((group) => group.selected)),
  "equalised odds by race": equalizedOddsDifference(race),
  "opportunity by race": equalOpportunityDifference(race),
  "equalised odds by sex": equalizedOddsDifference(sex),
  "parity of the data by race": parityDifference(
    race.map(({ group, count, positives }) => shareOf({ group, count, hits: positives })),
  ),
  "average odds difference by sex": averageOddsDifference(female, male),
  "generalised entropy": generalizedEntropy(benefits, 2),
  "Theil index": generalizedEntropy(benefits, 1),
  "differential fairness by sex": differentialFairness(counts),
};
const run = spawnSync(process.argv[2] ?? "python3", [join(here, "fairness.py"), data], {
  encoding: "utf8",
});
if (run.status !== 0) throw new Error(run.stderr);
const peers = JSON.parse(run.stdout.trim().split("\n").at(-1));
let worst = 0;
for (const [peer, numbers] of Object.entries(peers)) {
  for (const [name, value] of Object.entries(numbers)) {
    const difference = Math.abs(value - ours[name]);
    worst = Math.max(worst, difference);
    console.log(`${name.padEnd(34)} ${peer} ${value.toFixed(9)}  ours ${ours[name].toFixed(9)}`);
  }
}
console.log(`largest difference: ${worst.toExponential(2)}`);
process.exit(worst < 1e-9 ? 0 : 1);
