// Tables of other tools judged by `parable evaluate`, and each figure held against a second implementation.
// Needs a build, and a Python with numpy, pandas and scipy:
// PARABLE_DATA=folder node bench/peers/judge.mjs PYTHON [--keep FOLDER [--again]] [TABLE …]
// What is done is kept in FOLDER and not done twice, so that an interrupted run goes on; --again judges anew, by the
// present build, and keeps what the second implementation found. Ends with the table of all that is in FOLDER.
// PARABLE_DATA holds adult/adult.csv and peer-outputs/ (mostlyai-census2k, gretel-adult, ctgan-adult, ctabgan-adult).
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const {
  values: { keep, again },
  positionals: [python, ...chosen],
} = parseArgs({
  allowPositionals: true,
  options: { keep: { type: "string" }, again: { type: "boolean" } },
});
const data = process.env.PARABLE_DATA;
if (data === undefined || python === undefined) {
  throw new Error(
    "PARABLE_DATA=FOLDER node bench/peers/judge.mjs PYTHON [--keep FOLDER] [TABLE …]",
  );
}
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const names =
  "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain capital_loss hours_per_week native_country income".split(
    " ",
  );
const numeric = "age fnlwgt education_num capital_gain capital_loss hours_per_week".split(" ");

/** Rows of a CSV by the names above; none of these files quotes. */
function read(path, order = names) {
  const bytes = readFileSync(join(data, path));
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const [, ...lines] = text.trim().split(/\r?\n/);
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((cell, i) => [order[i], cell])),
  );
}

const all = read("adult/adult.csv");
const labels = Object.fromEntries(
  names.map((name) => [name, [...new Set(all.map((row) => row[name]))].sort()]),
);
const spoken = (row) => ({ ...row, income: row.income === "1" ? ">50K" : "<=50K" });
const decoded = (row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [
      name,
      numeric.includes(name) ? cell : labels[name][cell],
    ]),
  );
const census = (table) => () => ({
  real: read("peer-outputs/mostlyai-census2k/trn.csv"),
  holdout: read("peer-outputs/mostlyai-census2k/hol.csv"),
  synthetic: read(`peer-outputs/mostlyai-census2k/${table}.csv`),
});
const split = (synthetic, columns = names) => ({
  real: all.slice(0, 32_561),
  holdout: all.slice(32_561),
  synthetic,
  columns,
});
const without = (name) => names.filter((each) => each !== name);

function ctgan() {
  const key = (row) => names.map((name) => row[name]).join();
  const holdout = read("peer-outputs/ctgan-adult/adults_control.csv.gz");
  const held = new Map();
  for (const row of holdout) held.set(key(row), (held.get(key(row)) ?? 0) + 1);
  const real = all.filter((row) => {
    const times = held.get(key(row)) ?? 0;
    if (times > 0) held.set(key(row), times - 1);
    return times === 0;
  });
  return { real, holdout, synthetic: read("peer-outputs/ctgan-adult/adults_syn_ctgan.csv.gz") };
}

/** Real rows that nobody learned from: half of the held-out ones, judged beside the other half. */
function control({ real, holdout }) {
  const middle = holdout.length >> 1;
  return { real, holdout: holdout.slice(middle), synthetic: holdout.slice(0, middle) };
}

const gretel = (name) => () => split(read(`peer-outputs/gretel-adult/${name}.csv.gz`).map(spoken));
const cases = {
  syn_flip30: census("syn_flip30"),
  syn_mostly: census("syn_mostly"),
  "the learned rows": census("trn"),
  "control of the small": () => control(census("trn")()),
  "gretel synth_nopriv": gretel("synth_nopriv"),
  "gretel synth_medpriv": gretel("synth_medpriv"),
  "gretel synth_highpriv": gretel("synth_highpriv"),
  ctgan: ctgan,
  "control of ctgan": () => control(ctgan()),
  ctabgan: () => {
    const columns = without("education_num");
    return split(
      read("peer-outputs/ctabgan-adult/Adult_fake_0.csv.gz", columns).map(decoded),
      columns,
    );
  },
};

/** Two classes and a number; of the small tables also several classes, which take minutes in Python. */
const targets = (rows) => ["income", "age", ...(rows > 2_000 ? [] : ["relationship"])];
const specOf = (columns, predicted) => `spec judged "Adult rows of another tool"
source rows = csv "real.csv" missing "?"
table people from rows {
${columns.map((name) => `  ${name}: ${numeric.includes(name) ? "int" : "category"} learned or missing`).join("\n")}
}
report for regulators {
  fidelity marginals, pairs, triples
  utility ${predicted.map((name) => `predict ${name}`).join(", ")}
  privacy copies, singling_out, linkability, inference, membership
}
`;

const home = keep ?? mkdtempSync(join(tmpdir(), "parable-judge-"));

/** The files of a case and its report. */
function judge(name, folder) {
  const { columns = names, ...tables } = cases[name]();
  mkdirSync(folder, { recursive: true });
  for (const [file, rows] of Object.entries(tables)) {
    const lines = rows.map((row) => columns.map((column) => row[column]).join());
    writeFileSync(join(folder, `${file}.csv`), `${[columns.join(), ...lines].join("\n")}\n`);
  }
  const predicted = targets(tables.real.length);
  writeFileSync(join(folder, "judged.parable"), specOf(columns, predicted));
  const files =
    "--real real.csv --synthetic synthetic.csv --holdout holdout.csv --out made --quiet";
  const judging = [
    here("../../dist/src/cli/main.js"),
    "evaluate",
    "--spec",
    "judged.parable",
    ...files.split(" "),
  ];
  const judged = spawnSync(process.execPath, judging, { cwd: folder, encoding: "utf8" });
  if (judged.status !== 0) throw new Error(`${name}: ${judged.stdout}${judged.stderr}`);
  const numbers = columns.filter((column) => numeric.includes(column)).join();
  writeFileSync(join(folder, "judged.json"), JSON.stringify([numbers, predicted.join()]));
  renameSync(join(folder, "made", "report.json"), join(folder, "report.json"));
}

let wrong = 0;
for (const name of Object.keys(cases)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const folder = join(home, name.replaceAll(" ", "-"));
  if (again || !existsSync(join(folder, "report.json"))) judge(name, folder);
  const [numbers, predicted] = JSON.parse(readFileSync(join(folder, "judged.json"), "utf8"));
  console.log(name);
  const second = spawnSync(python, [here("judge.py"), folder, numbers, predicted], {
    stdio: "inherit",
  });
  if (second.status !== 0) wrong++;
}
console.log("| table | figures | farthest | cells of tables | farthest | attacks that stand out |");
console.log("|---|---|---|---|---|---|");
for (const name of Object.keys(cases)) {
  const path = join(home, name.replaceAll(" ", "-"), "compared.json");
  if (!existsSync(path)) continue;
  const { figures, worst, cells, worstCell, leaks } = JSON.parse(readFileSync(path, "utf8"));
  console.log(
    `| ${name} | ${figures} | ${worst.toExponential(1)} | ${cells} | ${worstCell.toFixed(4)} | ${leaks.join(", ") || "none"} |`,
  );
}
if (keep === undefined) rmSync(home, { recursive: true });
process.exitCode = wrong === 0 ? 0 : 1;
