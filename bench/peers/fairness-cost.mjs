// What parity costs in accuracy, beside fairlearn's reductions and AIF360's reweighing. After a build:
//   PARABLE_DATA=DIRECTORY PARABLE_KEEP=FILE node bench/peers/fairness-cost.mjs PYTHON SEEDS [DATASET …]
// DIRECTORY holds adult/adult.csv, compas/…, law-school/law_school.csv, hmda-boston/hmda.csv. FILE (JSON, optional)
// keeps what was measured: seeds that it holds are not measured again. Every seed is another split of the rows.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileSpec as compile, runPlan, writeTable } from "../../dist/src/index.js";

const here = dirname(fileURLToPath(import.meta.url));
const data = process.env.PARABLE_DATA ?? ".";
const MOST = 12_000;

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
  return `source all = csv "train.csv"\ntable people from all {\n${lines.join("\n")}\n}\n${fairness}\ngenerate made: ${rows} rows seed 1\nreport { rules all }\n`;
}

async function generate(folder, text, file) {
  const compiled = await compile(text, { folder });
  const fault = compiled.diagnostics.find(({ severity }) => severity === "error");
  if (compiled.plan === undefined) throw new Error(`${fault?.title}\n${text}`);
  const release = await runPlan(compiled.plan, { folder });
  await writeTable(release.outputs[0].table, join(folder, file));
}

/** What the fairness block says beside its goal. */
const KEPT = {
  Parable: "",
  "Parable, relation": "keep relation",
  "Parable, relation 75%": "keep relation 75%",
};

async function judge(name, python, seed) {
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
    await generate(folder, specOf(columns, train.length, ""), "plain.csv");
    const made = [`Parable, plain=${join(folder, "plain.csv")}`];
    for (const [method, keep] of Object.entries(KEPT)) {
      const file = `${made.length}.csv`;
      const block = `fairness {\n  across ${set.group}\n  outcome ${outcome} = ${JSON.stringify(favourable)}\n  require parity <= 0.02\n  ${keep}\n}`;
      await generate(folder, specOf(columns, train.length, block), file);
      made.push(`${method}=${join(folder, file)}`);
    }
    const files = ["train.csv", "test.csv"].map((f) => join(folder, f));
    const run = spawnSync(
      python,
      [join(here, "fairness-cost.py"), ...files, set.group, outcome, favourable, ...made],
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
  if (method === "reweighing") points.push({ gap: gapOf(real), loss: 0 });
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
  // 97.5 % quantiles of Student's t.
  const t = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26][known.length - 2] ?? 2;
  return { mean, half: t * Math.sqrt(variance / known.length) };
};
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
    "method                   loss of AUC        gap of rows  gap of models  reweighing and reductions at that gap of models",
  );
  for (const method of Object.keys(all[0].found)) {
    const each = all.map(({ found }) => found[method]);
    const base = /^Parable/.test(method) ? "Parable, plain" : "real rows";
    const loss = all.map(({ found }) => found[base].auc - found[method].auc);
    const [rows, models] = ["data", "predicted"].map((gap) =>
      spread(each.map((one) => one[gap])).mean.toFixed(3),
    );
    const peers = ["reweighing", "reductions"].map((peer) =>
      said(
        all.map(({ found }) =>
          lossAt(found, peer, (one) => one.predicted, found[method].predicted),
        ),
      ),
    );
    const at = /^Parable,? ?(relation|$)/.test(method) ? peers.join("  ") : "";
    console.log(
      `${method.padEnd(22)} ${said(loss)} ${rows.padStart(12)} ${models.padStart(14)}  ${at}`,
    );
  }
  const levelled = all.map(({ found }) => lossAt(found, "reweighing", (one) => one.data, 0.02));
  console.log(`reweighing at a gap of rows of .02: ${said(levelled).trim()}`);
  for (const method of Object.keys(KEPT)) {
    const shares = ["reweighing 1.0", "level"].map((to) => {
      const sum = (values) => values.reduce((total, value) => total + value, 0);
      const own = sum(all.map(({ found }) => found["Parable, plain"].auc - found[method].auc));
      const peer =
        to === "level"
          ? sum(levelled)
          : sum(all.map(({ found }) => found["real rows"].auc - found[to].auc));
      return (own / peer).toFixed(2);
    });
    console.log(
      `${method}: ${shares[0]} of the loss of reweighing, ${shares[1]} of it at the same gap of rows`,
    );
  }
}

const [python = "python3", seeds = "1", ...asked] = process.argv.slice(2);
const file = process.env.PARABLE_KEEP;
const kept = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
for (let seed = 1; seed <= Number(seeds); seed++) {
  for (const name of asked.length > 0 ? asked : Object.keys(SETS)) {
    kept[name] ??= {};
    if (kept[name][seed] !== undefined) continue;
    kept[name][seed] = await judge(name, python, seed);
    if (file !== undefined) writeFileSync(file, JSON.stringify(kept));
  }
}
for (const name of asked.length > 0 ? asked : Object.keys(SETS)) print(name, kept[name]);
