// What parity costs in accuracy, beside fairlearn's reductions and AIF360's reweighing. After a build:
//   PARABLE_DATA=DIRECTORY node bench/peers/fairness-cost.mjs PYTHON [DATASET …]
// DIRECTORY holds adult/adult.csv, compas/…, law-school/law_school.csv, hmda-boston/hmda.csv.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

async function judge(name, python) {
  const set = SETS[name];
  const kinds = set.columns.split(" ").map((word) => word.split(":"));
  const names = kinds.map(([column]) => column);
  let rows = readCsv(join(data, set.file)).filter((row) => names.every((n) => row[n] !== "?"));
  if (set.only !== undefined) rows = rows.filter((row) => set.only[1].includes(row[set.only[0]]));
  // A fixed shuffle: multiplicative congruential generator of Park and Miller.
  let state = 20_261_126;
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
    const block = `fairness {\n  across ${set.group}\n  outcome ${outcome} = ${JSON.stringify(favourable)}\n  require parity <= 0.02\n}`;
    await generate(folder, specOf(columns, train.length, ""), "plain.csv");
    await generate(folder, specOf(columns, train.length, block), "fair.csv");
    const files = ["train.csv", "test.csv", "plain.csv", "fair.csv"].map((f) => join(folder, f));
    const run = spawnSync(
      python,
      [join(here, "fairness-cost.py"), ...files, set.group, outcome, favourable],
      { encoding: "utf8" },
    );
    if (run.status !== 0) throw new Error(run.stderr);
    return { rows: train.length, found: JSON.parse(run.stdout.trim().split("\n").at(-1)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [python = "python3", ...asked] = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(SETS)) {
  const { rows, found } = await judge(name, python);
  console.log(`\n${name}: ${rows} training rows, group ${SETS[name].group}`);
  console.log("method                  AUC      loss    gap of the data  gap of the predictions");
  for (const [method, { auc, data: gap, predicted }] of Object.entries(found)) {
    const base = method.startsWith("Parable") ? "Parable, plain" : "real rows";
    const loss = found[base].auc - auc;
    console.log(
      `${method.padEnd(22)} ${auc.toFixed(4)}  ${loss.toFixed(4).padStart(7)}  ${gap.toFixed(4).padStart(15)}  ${predicted.toFixed(4).padStart(22)}`,
    );
  }
}
