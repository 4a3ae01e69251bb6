// What parity costs in accuracy, beside fairlearn's reductions and AIF360's reweighing. After a build:
//   PARABLE_DATA=DIRECTORY PARABLE_KEEP=FILE node bench/peers/fairness-cost.mjs PYTHON SEEDS [DATASET …]
// DIRECTORY holds adult/adult.csv, compas/…, law-school/law_school.csv, hmda-boston/hmda.csv. FILE (JSON, optional)
// keeps what was measured: what it holds is not measured again. Every seed is another split of the rows; SEEDS is how
// many, or a stretch such as 9-12, so that several processes, each with a FILE of its own, can share them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileSpec as compile, runPlan } from "../../dist/src/index.js";
import { writeTable } from "./csv-table.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const data = process.env.PARABLE_DATA ?? ".";
const MOST = 12_000;
/** Generated rows: so many that their own luck is small beside that of the split. */
const MADE = 20_000;

/** Columns by kind: i integer, n real, everything else a category. */
const SETS = {
  adult: {
    file: "adult/adult.csv",
    group: "sex",
    outcome: ["income", ">50K"],
    columns:
      "age:i workclass education_num:i marital_status occupation relationship race sex capital_gain:i capital_loss:i hours_per_week:i native_country income",
  },
  compas: {
    file: "compas/compas-two-years-deidentified.csv",
    group: "race",
    only: ["race", ["African-American", "Caucasian"]],
    outcome: ["two_year_recid", "0"],
    columns:
      "sex age:i race juv_fel_count:i juv_misd_count:i juv_other_count:i priors_count:i c_charge_degree two_year_recid",
  },
  "law-school": {
    file: "law-school/law_school.csv",
    group: "race",
    outcome: ["pass_bar", "1.0"],
    columns:
      "decile1b:n decile3:n lsat:n ugpa:n zfygpa:n zgpa:n fulltime fam_inc tier male race pass_bar",
  },
  hmda: {
    file: "hmda-boston/hmda.csv",
    group: "afam",
    outcome: ["deny", "no"],
    columns:
      "pirat:n hirat:n lvrat:n chist:i mhist:i phist unemp:n selfemp insurance condomin single hschool afam deny",
  },
};

function readCsv(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const cells = (line) =>
    Array.from(line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), (m) => m[1].replace(/^"|"$/g, ""));
  const names = cells(head);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i], cell])));
}

const writeCsv = (path, names, rows) =>
  writeFileSync(
    path,
    [names, ...rows.map((row) => names.map((name) => row[name]))]
      .map((cells) => cells.map((cell) => `"${cell}"`).join(","))
      .join("\n"),
  );

function specOf(columns, rows, fairness) {
  const lines = columns.map(({ name, kind, values, low, high }) => {
    if (kind === undefined) return `  ${name}: ${values.map((v) => JSON.stringify(v)).join(" | ")}`;
    return `  ${name}: ${kind === "i" ? "int" : "real"} ${low}..${high}`;
  });
  return `source all = frame train\ntable people from all {\n${lines.join("\n")}\n}\n${fairness}\ngenerate made: ${rows} rows seed 1\nreport { rules all }\n`;
}

async function generate(folder, train, text, file) {
  const frames = new Map([["train", train]]);
  const compiled = await compile(text, { folder, frames });
  const fault = compiled.diagnostics.find(({ severity }) => severity === "error");
  if (compiled.plan === undefined) throw new Error(`${fault?.title}\n${text}`);
  const release = await runPlan(compiled.plan, { folder, frames });
  writeTable(release.outputs[0].table, join(folder, file));
}

/** What the fairness block says beside its goal. */
const KEPT = {
  Parable: "",
  "Parable, relation": "keep relation",
};
const PLAIN = "Parable, plain";
/** A method that stands for each of the peers of fairness-cost.py. */
const STANDS = {
  real: "real rows",
  reweighing: "reweighing 1.0",
  reductions: "reductions 0.02",
  grid: "grid search 0.02",
};

async function judge(name, python, seed, known = {}) {
  const missing = (method) => known[method] === undefined;
  const made = [PLAIN, ...Object.keys(KEPT)].filter(missing);
  const peers = Object.keys(STANDS).filter((peer) => missing(STANDS[peer]));
  if (made.length + peers.length === 0) return undefined;
  const set = SETS[name];
  const kinds = set.columns.split(" ").map((word) => word.split(":"));
  const names = kinds.map(([column]) => column);
  let rows = readCsv(join(data, set.file)).filter((row) => names.every((n) => row[n] !== "?"));
  if (set.only !== undefined) rows = rows.filter((row) => set.only[1].includes(row[set.only[0]]));
  // A fixed shuffle: multiplicative congruential generator of Park and Miller.
  let state = 20_261_126 + 7_919 * seed;
  for (let i = 0; i < 8; i++) state = (state * 48_271) % 2_147_483_647;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  rows = rows.slice(0, MOST);
  const cut = Math.floor(rows.length * 0.7);
  const [train, test] = [rows.slice(0, cut), rows.slice(cut)];
  const columns = kinds.map(([column, kind]) => {
    const values = [...new Set(train.map((row) => row[column]))].sort();
    const sorted = values.map(Number).sort((a, b) => a - b);
    return { name: column, kind, values, low: sorted[0], high: sorted.at(-1) };
  });
  const folder = mkdtempSync(join(tmpdir(), "fairness-cost-"));
  try {
    writeCsv(join(folder, "train.csv"), names, train);
    writeCsv(join(folder, "test.csv"), names, test);
    const [outcome, favourable] = set.outcome;
    const goal = `across ${set.group}\n  outcome ${outcome} = ${JSON.stringify(favourable)}\n  require parity <= 0.02`;
    const typed = train.map((row) =>
      Object.fromEntries(
        kinds.map(([column, kind]) => [
          column,
          kind === undefined ? row[column] : Number(row[column]),
        ]),
      ),
    );
    for (const [index, method] of made.entries()) {
      const block = method === PLAIN ? "" : `fairness {\n  ${goal}\n  ${KEPT[method]}\n}`;
      await generate(folder, typed, specOf(columns, MADE, block), `${index}.csv`);
    }
    const paths = made.map((method, index) => `${method}=${join(folder, `${index}.csv`)}`);
    const files = ["train.csv", "test.csv"].map((f) => join(folder, f));
    const run = spawnSync(
      python,
      [
        join(here, "fairness-cost.py"),
        ...files,
        set.group,
        outcome,
        favourable,
        peers.join(","),
        ...paths,
      ],
      { encoding: "utf8" },
    );
    if (run.status !== 0) throw new Error(run.stderr);
    return { rows: train.length, found: JSON.parse(run.stdout.trim().split("\n").at(-1)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a method of many settings loses at a gap: between the two settings beside it; NaN beyond them. */
function lossAt(found, method, gapOf, gap) {
  const real = found["real rows"];
  const points = Object.entries(found)
    .filter(([name]) => name.startsWith(method))
    .map(([, each]) => ({ gap: gapOf(each), loss: real.auc - each.auc }));
  points.push({ gap: gapOf(real), loss: 0 });
  points.sort((one, other) => one.gap - other.gap);
  const above = points.findIndex((point) => point.gap >= gap);
  if (above < 1) return above === 0 ? points[0].loss : Number.NaN;
  const [low, high] = [points[above - 1], points[above]];
  return low.loss + ((gap - low.gap) / (high.gap - low.gap || 1)) * (high.loss - low.loss);
}

const spread = (values) => {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
  return { mean, half: student(known.length) * Math.sqrt(variance / known.length) };
};
/** The 97.5 % quantile of Student's t for the mean of so many. */
const student = (n) =>
  [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13][
    n - 2
  ] ?? 2.1;
const said = (values) => {
  if (values.every(Number.isNaN)) return "out of reach".padStart(16);
  const { mean, half } = spread(values);
  return `${mean.toFixed(4)} ± ${half.toFixed(4)}`.padStart(16);
};

function print(name, runs) {
  const all = Object.values(runs);
  console.log(
    `\n${name}: ${all[0].rows} training rows, group ${SETS[name].group}, ${all.length} splits`,
  );
  console.log(
    "method                      loss of AUC    gap of rows  gap of models  reweighing and grid search at that gap of models",
  );
  const methods = Object.keys(all[0].found).filter((one) => all.every(({ found }) => one in found));
  for (const method of methods) {
    const each = all.map(({ found }) => found[method]);
    const base = /^Parable/.test(method) ? "Parable, plain" : "real rows";
    const loss = all.map(({ found }) => found[base].auc - found[method].auc);
    const [rows, models] = ["data", "predicted"].map((gap) =>
      spread(each.map((one) => one[gap])).mean.toFixed(3),
    );
    const peers = ["reweighing", "grid search"].map((peer) =>
      said(
        all.map(({ found }) =>
          lossAt(found, peer, (one) => one.predicted, found[method].predicted),
        ),
      ),
    );
    const at = Object.hasOwn(KEPT, method) ? peers.join("  ") : "";
    console.log(
      `${method.padEnd(22)} ${said(loss)} ${rows.padStart(12)} ${models.padStart(14)}  ${at}`,
    );
  }
  for (const method of Object.keys(KEPT)) {
    const own = all.map(({ found }) => found["Parable, plain"].auc - found[method].auc);
    for (const [peer, lossOf] of Object.entries(PEERS)) {
      const theirs = all.map(({ found }) => lossOf(found));
      console.log(`${method}: ${share(own, theirs)} of the loss of ${peer}`);
    }
  }
}

const lost = (method) => (found) => found["real rows"].auc - found[method].auc;
/** What Parable's losses are held against. */
const PEERS = {
  "reweighing (AIF360: gap of rows 0)": lost("reweighing 1.0"),
  "reweighing at a gap of rows of .02": (found) =>
    lossAt(found, "reweighing", (one) => one.data, 0.02),
  "reductions (exponentiated gradient, bound .02)": lost("reductions 0.02"),
  "grid search (gap of models .02)": lost("grid search 0.02"),
};

/** A ratio of means, with a 95 % interval by Fieller (1954), which holds where the lower one may be near 0. */
function share(own, theirs) {
  const n = own.length;
  const [a, b] = [own, theirs].map((values) => values.reduce((sum, value) => sum + value, 0) / n);
  const cross = (one, m, other, k) =>
    one.reduce((sum, value, i) => sum + (value - m) * (other[i] - k), 0) / (n - 1) / n;
  const [aa, bb, ab] = [
    cross(own, a, own, a),
    cross(theirs, b, theirs, b),
    cross(own, a, theirs, b),
  ];
  const t = student(n);
  const free = b * b - t * t * bb;
  if (!(free > 0)) return `${(a / b).toFixed(2)} (no interval: too few splits)`;
  const middle = a * b - t * t * ab;
  const root = Math.sqrt(Math.max(0, middle * middle - free * (a * a - t * t * aa)));
  const [low, high] = [(middle - root) / free, (middle + root) / free];
  return `${(a / b).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

const [python = "python3", seeds = "1", ...asked] = process.argv.slice(2);
const file = process.env.PARABLE_KEEP;
const kept = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const [first, last] = seeds.includes("-") ? seeds.split("-").map(Number) : [1, Number(seeds)];
for (let seed = first; seed <= last; seed++) {
  for (const name of asked.length > 0 ? asked : Object.keys(SETS)) {
    kept[name] ??= {};
    const known = kept[name][seed]?.found;
    const more = await judge(name, python, seed, known);
    if (more === undefined) continue;
    kept[name][seed] = { rows: more.rows, found: { ...known, ...more.found } };
    if (file !== undefined) writeFileSync(file, JSON.stringify(kept));
  }
}
for (const name of asked.length > 0 ? asked : Object.keys(SETS)) print(name, kept[name]);
