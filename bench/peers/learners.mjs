// Our learners and those of other tools on real tables, judged alike beside rows held out: shapes, pairs,
// triples, NIST's k-marginal, a discriminator, the utility of one column, distances to the closest record; seconds
// to fit and to draw, and peak memory. Needs a build, Python 3 and, for the other tools, PyPI:
// PARABLE_DATA=… node bench/peers/learners.mjs [--data adult|bank|nist|acs] [--rows N] [--utility] [--epochs N]
//   [--limit SECONDS] [--keep FOLDER] [NAME …]
// PARABLE_DATA holds adult/adult.csv, bank-marketing/bank-full.csv.gz, nist-acs-ma/ma2019.csv, acs-income/acs-income-40k.csv.gz;
// PARABLE_VENV names a Python environment of your own. A tool that fails or takes too long is shown as such.
// With --keep what was made and measured stays in that folder: another call shows it again, and makes only what is
// missing, so that a long comparison can be cut in pieces. Delete the folder to start anew.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { silent } from "../../dist/src/base/progress.js";
import { stream } from "../../dist/src/base/random.js";
import { makeGuide } from "../../dist/src/constraint/make-guide.js";
import { evaluate } from "../../dist/src/evaluate/evaluate.js";
import { drawRows } from "../../dist/src/synth/draw.js";
import { loadLearner, rowLearners } from "../../dist/src/synth/registry.js";
import { gather } from "../../dist/src/table/table.js";

const folders = process.env.PARABLE_DATA;
if (folders === undefined) throw new Error("PARABLE_DATA: the folder that holds adult/adult.csv");
const args = process.argv.slice(2);
const flag = (name) => args.includes(name) && args.splice(args.indexOf(name), 1).length > 0;
const option = (name, usual) =>
  args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : usual;
const utility = flag("--utility");
const epochs = option("--epochs", "30");
const limit = Number(option("--limit", "1200"));
const most = Number(option("--rows", "50000"));
const kept = option("--keep", undefined);
const files = {
  adult: ["adult/adult.csv", "income"],
  bank: ["bank-marketing/bank-full.csv.gz", "y"],
  nist: ["nist-acs-ma/ma2019.csv", "PINCP_DECILE"],
  acs: ["acs-income/acs-income-40k.csv.gz", "marital_status"],
};
const chosen = option("--data", "adult");
const [file, target] = files[chosen];
const peers = ["arf", "cart", "smotenc", "gaussian", "ctgan", "tvae"].concat(
  args.includes("argn") ? ["argn"] : [],
);
// Slow: only where it is named. --seconds is how long `argn` may train; `language` then has --sights rows to see.
const seconds = option("--seconds", "120");
const sights = Number(option("--sights", "0"));
const own = rowLearners.filter((name) => name !== "language" || args.includes(name));
const wanted = args.length > 0 ? args : [...own, ...peers];

/** The fields of a line; quotation marks as in RFC 4180, no line breaks within. */
function fieldsOf(line) {
  if (!line.includes('"')) return line.split(",").map((cell) => cell.trim());
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(fields, ([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain).trim());
}

/** A CSV as a table; the levels and kinds of `like`, if given. */
function readTable(path, like) {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const [head, ...lines] = text.trim().split("\n");
  const rows = lines.map(fieldsOf);
  const isMissing = (cell) => cell === "" || cell === "?" || cell === "missing" || cell === "N";
  const columns = fieldsOf(head).map((name, at) => {
    const cells = rows.map((row) => row[at]);
    const known = like?.columns[at];
    const isNumber = known
      ? known.kind === "number"
      : cells.every((cell) => isMissing(cell) || !Number.isNaN(Number(cell)));
    if (isNumber) {
      const values = Float64Array.from(cells, (cell) => (isMissing(cell) ? NaN : Number(cell)));
      const isWhole = values.every((value) => Number.isNaN(value) || Number.isInteger(value));
      const type = known?.type ?? { kind: isWhole ? "int" : "real", learned: true };
      return { kind: "number", name, type, values };
    }
    const levels = known?.levels ?? [...new Set(cells.filter((cell) => !isMissing(cell)))].sort();
    const place = new Map(levels.map((level, code) => [level, code]));
    const codes = Int32Array.from(cells, (cell) => place.get(cell) ?? -1);
    const type = { kind: "category", values: levels, ordered: false, learned: false };
    return { kind: "code", name, type, codes, levels };
  });
  return { kind: "table", name: "data", rows: rows.length, columns };
}

function writeTable(table, path) {
  const cell = (column, row) => {
    const value = column.kind === "number" ? column.values[row] : column.levels[column.codes[row]];
    if (value === undefined || Number.isNaN(value)) return "";
    return /[,"]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  };
  const lines = [table.columns.map((column) => column.name).join(",")];
  for (let row = 0; row < table.rows; row++) {
    lines.push(table.columns.map((column) => cell(column, row)).join(","));
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
}

async function ours(name, train) {
  const learner = await loadLearner(name);
  const columns = train.columns.map(({ name, type }) => ({ name, type, optional: true }));
  const epochs = Math.max(1, Math.round(sights / train.rows));
  const options = name === "language" && sights > 0 ? { epochs: [epochs] } : {};
  const request = { table: train, columns, options, first: [], seed: 1, progress: silent };
  const start = performance.now();
  const model = await learner.fit(request);
  const fitted = performance.now();
  const guide = makeGuide({ columns, levels: model.levels, rules: [] });
  const asked = { model, columns, guide, rows: train.rows, name, seed: 1, progress: silent };
  const { cells } = await drawRows(asked);
  const drawn = performance.now();
  const made = train.columns.map((column, at) =>
    column.kind === "number" ? { ...column, values: cells[at] } : { ...column, codes: cells[at] },
  );
  const synthetic = { ...train, columns: made };
  const memory = process.resourceUsage().maxRSS / 1024;
  return { name: `ours: ${name}`, fit: fitted - start, draw: drawn - fitted, memory, synthetic };
}

function theirs(name, folder, train) {
  const venv = process.env.PARABLE_VENV ?? join(tmpdir(), "parable-peers");
  const python = join(venv, "bin", "python");
  if (!existsSync(python)) {
    spawnSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
    const packages = ["scikit-learn", "pandas", "arfpy", "imbalanced-learn", "sdv>=2"];
    spawnSync(python, ["-m", "pip", "install", "-q", ...packages], { stdio: "inherit" });
  }
  const script = fileURLToPath(new URL("learners.py", import.meta.url));
  const call = [
    script,
    join(folder, "train.csv"),
    folder,
    target,
    name === "argn" ? seconds : epochs,
    name,
  ];
  const done = spawnSync(python, call, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 1000 * limit,
  });
  const said = done.stdout.split("\n").find((each) => each.startsWith("{"));
  if (said === undefined) return { name, error: `nothing after ${limit} s, or it died` };
  const { fit, draw, memory, error } = JSON.parse(said);
  if (error !== undefined) return { name, error };
  const synthetic = readTable(join(folder, `${name}.csv`), train);
  return { name, fit: 1000 * fit, draw: 1000 * draw, memory, synthetic };
}

async function judged({ name, synthetic }, train, holdout) {
  const word = (text) => ({ word: { text, span: { start: 0, end: 0 } }, arguments: [] });
  const predict = { ...word("predict"), arguments: [word(target).word] };
  const report = await evaluate({
    title: name,
    audience: "teachers",
    inside: true,
    seed: 1,
    outputs: [{ name, synthetic, real: train, holdout }],
    topics: [
      { topic: "fidelity", items: ["marginals", "pairs", "triples"].map(word) },
      { topic: "privacy", items: [word("copies")] },
      ...(utility ? [{ topic: "utility", items: [predict] }] : []),
    ],
    progress: silent,
  });
  return report.sections.flatMap((section) => section.scores);
}

const all = readTable(join(folders, file));
const shuffled = stream(5, "peers").shuffle(Uint32Array.from({ length: all.rows }, (_, at) => at));
const half = Math.min(most, all.rows >> 1);
const train = gather(all, shuffled.subarray(0, half));
const holdout = gather(all, shuffled.subarray(half, 2 * half));
const folder = kept ?? mkdtempSync(join(tmpdir(), "parable-peers-"));
mkdirSync(folder, { recursive: true });
writeTable(train, join(folder, "train.csv"));

/** A line of the table: from the folder where it is known, else made, measured and kept there. */
async function line(name, make) {
  const path = join(folder, `${name.replace(/\W+/g, "-")}.${chosen}.${half}.json`);
  if (existsSync(path)) return show(JSON.parse(readFileSync(path, "utf8")));
  const result = await make();
  const { synthetic, ...shown } = result;
  if (synthetic !== undefined) shown.scores = await judged(result, train, holdout);
  if (synthetic !== undefined) writeFileSync(path, JSON.stringify(shown));
  show(shown);
}

function show(result) {
  if (result.error !== undefined) return console.log(`${result.name}: ${result.error}`);
  const { scores } = result;
  const shown = scores
    .filter(({ columns, of }) => (columns?.length ?? 0) < 2 || of === result.name)
    .map(({ name, value }) => `${name} ${value.toFixed(4)}`);
  const { fit, draw, memory } = result;
  const seconds = `fit ${(fit / 1000).toFixed(2)} s, draw ${(draw / 1000).toFixed(2)} s`;
  console.log(`${result.name}: ${seconds}, ${memory.toFixed(0)} MB; ${shown.join("; ")}`);
}

console.log(`${chosen}: ${half} rows learned, ${half} drawn, ${half} held out`);
for (const name of wanted.filter((each) => own.includes(each))) {
  await line(`ours: ${name}`, () => ours(name, train));
}
for (const name of wanted.filter((each) => peers.includes(each))) {
  await line(name, () => theirs(name, folder, train));
}
const real = "real rows held out";
if (args.length === 0)
  await line(real, () => ({ name: real, fit: 0, draw: 0, memory: 0, synthetic: holdout }));
