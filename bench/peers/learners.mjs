// Our learners and those of other tools on real tables, judged alike beside rows held out: shapes, pairs,
// triples, NIST's k-marginal, a discriminator, the utility of one column, distances to the closest record; seconds
// to fit, to draw as many rows and to draw a million (by the clock, and in brackets of the CPU, which a busy machine
// changes less), and peak memory; each in a process of its own.
// Needs a build, Python 3 and, for the other tools, PyPI:
// PARABLE_DATA=… node bench/peers/learners.mjs [--data adult|bank|nist|acs] [--rows N] [--many N] [--epochs N]
//   [--splits N,…] [--limit SECONDS] [--keep FOLDER] [--shown] [NAME …]
// PARABLE_DATA holds adult/adult.csv, bank-marketing/bank-full.csv.gz, nist-acs-ma/ma2019.csv, acs-income/acs-income-40k.csv.gz;
// PARABLE_VENV names a Python environment of your own. A tool that fails or takes too long is shown as such.
// With --keep what was made and measured stays in that folder: another call shows it again, and makes only what is
// missing, so that a long comparison can be cut in pieces (--shown: makes nothing): first rows and times, then what they
// are judged to be. Delete the folder to start anew. Each split parts the rows anew, by its number; of several, means
// are shown, each with its standard error.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { silent } from "../../dist/src/base/progress.js";
import { stream } from "../../dist/src/base/random.js";
import { discriminatorScore } from "../../dist/src/evaluate/discriminator.js";
import { evaluate } from "../../dist/src/evaluate/evaluate.js";
import { rowLearners } from "../../dist/src/synth/registry.js";
import { gather } from "../../dist/src/table/table.js";
import { readTable, writeTable } from "./csv-table.mjs";

const folders = process.env.PARABLE_DATA;
if (folders === undefined) throw new Error("PARABLE_DATA: the folder that holds adult/adult.csv");
const args = process.argv.slice(2);
const flag = (name) => args.includes(name) && args.splice(args.indexOf(name), 1).length > 0;
const option = (name, usual) =>
  args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : usual;
const epochs = option("--epochs", "30");
const limit = Number(option("--limit", "1200"));
const most = Number(option("--rows", "50000"));
const many = option("--many", "1000000");
const kept = option("--keep", undefined);
const isShown = flag("--shown");
const splits = option("--splits", "5").split(",").map(Number);
const files = {
  adult: ["adult/adult.csv", "income"],
  bank: ["bank-marketing/bank-full.csv.gz", "y"],
  nist: ["nist-acs-ma/ma2019.csv", "PINCP_DECILE"],
  acs: ["acs-income/acs-income-40k.csv.gz", "marital_status"],
};
const chosen = option("--data", "adult");
const [file, target] = files[chosen];
// Slow: only where they are named. --seconds is how long `argn` may train, of the CPU, and `ctgan` instead of --epochs; `language`
// then has --sights rows to see.
const slow = ["language", "argn"];
const seconds = option("--seconds", undefined);
const sights = Number(option("--sights", "0"));
const peers = ["arf", "cart", "smotenc", "gaussian", "ctgan", "tvae", "argn"];
/** Real rows that are neither learned nor judged by: what a perfect learner would give. */
const real = "real";
const usual = [...rowLearners, ...peers, real].filter((name) => !slow.includes(name));
const wanted = args.length > 0 ? args : usual;

function python() {
  const venv = process.env.PARABLE_VENV ?? join(tmpdir(), "parable-peers");
  const path = join(venv, "bin", "python");
  if (!existsSync(path)) {
    spawnSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
    const packages = ["scikit-learn", "pandas", "arfpy", "imbalanced-learn", "sdv>=2"];
    spawnSync(path, ["-m", "pip", "install", "-q", ...packages], { stdio: "inherit" });
  }
  return path;
}

/** How long another tool trains: epochs, or seconds with an `s`. */
function theirRounds(name) {
  if (name === "argn") return `${seconds ?? 120}s`;
  return name === "ctgan" && seconds !== undefined ? `${seconds}s` : epochs;
}

/** Rows of a learner made in a process of its own, with its times; or why there are none. */
function made(name, folder, train) {
  const isOurs = rowLearners.includes(name);
  const script = isOurs ? "own-learner.mjs" : "learners.py";
  const rounds = isOurs ? Math.round(sights / train.rows) : theirRounds(name);
  const call = [
    fileURLToPath(new URL(script, import.meta.url)),
    join(folder, "train.csv"),
    folder,
    ...(isOurs ? [] : [target]),
    String(rounds),
    many,
    name,
  ];
  const done = spawnSync(isOurs ? process.execPath : python(), call, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", name === "argn" ? "inherit" : "ignore"],
    timeout: 1000 * limit,
  });
  const said = done.stdout.split("\n").filter((each) => each.startsWith("{"));
  if (said.length === 0) {
    const isLate = done.error?.code === "ETIMEDOUT";
    return { error: isLate ? `did not end within ${limit} s` : "died" };
  }
  const facts = Object.assign({}, ...said.map((each) => JSON.parse(each)));
  if (facts.error !== undefined) return { error: facts.error };
  return { ...facts, limit };
}

/** As `made`, or what an earlier call that was cut off had made. */
function keptOrMade(name, folder, train) {
  const path = join(folder, `${name}.made.json`);
  const facts = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : made(name, folder, train);
  if (facts.error !== undefined) return facts;
  writeFileSync(path, JSON.stringify(facts));
  return { ...facts, synthetic: readTable(join(folder, `${name}.csv`), train) };
}

async function judged(name, synthetic, train, holdout) {
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
      { topic: "utility", items: [predict] },
    ],
    progress: silent,
  });
  const scores = report.sections.flatMap((section) => section.scores);
  // Against rows that nobody learned: a copy of a learned row gives nothing away here.
  const apart = await discriminatorScore({ name, synthetic, real: holdout }, 1);
  if (apart !== undefined) scores.push({ ...apart, name: "discriminator AUC against hold-out" });
  return scores;
}

const all = readTable(join(folders, file));
const size = Math.min(most, Math.floor(all.rows / 3));
const base = kept ?? mkdtempSync(join(tmpdir(), "parable-peers-"));

/** The rows to be learned, to be held out and to be neither, and the folder for what is made of them. */
function partsOf(split) {
  const rows = Uint32Array.from({ length: all.rows }, (_, at) => at);
  const shuffled = stream(split, "peers").shuffle(rows);
  const [train, holdout, others] = [0, 1, 2].map((part) =>
    gather(all, shuffled.subarray(part * size, (part + 1) * size)),
  );
  const folder = join(base, `${chosen}-${size}-${split}`);
  mkdirSync(folder, { recursive: true });
  writeTable(train, join(folder, "train.csv"));
  return { folder, train, holdout, others };
}

/** What is known of a learner on one split: from the folder, else made, measured and kept there. */
async function known(name, { folder, train, holdout, others }) {
  const path = join(folder, `${name}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  if (isShown) return { error: "not made yet" };
  const { synthetic, ...facts } =
    name === real ? { synthetic: others } : keptOrMade(name, folder, train);
  if (synthetic !== undefined) facts.scores = await judged(name, synthetic, train, holdout);
  writeFileSync(path, JSON.stringify(facts));
  return facts;
}

/** The measures of a learner, by name. */
function measuresOf(name, { scores }) {
  const own = scores.filter(({ columns, of }) => (columns?.length ?? 0) < 2 || of === name);
  const measures = own.map((score) => [score.name, score.value]);
  const gaps = scores
    .filter(({ name }) => /^(AUC|accuracy|R²) of /.test(name))
    .map(({ value, reference }) => reference - value);
  measures.push(["TSTR gap", gaps.reduce((sum, each) => sum + each, 0) / gaps.length]);
  return Object.fromEntries(measures);
}

const meanOf = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
/** The mean, and its standard error where there are several. */
function written(values, digits) {
  const mean = meanOf(values);
  if (values.length === 1) return mean.toFixed(digits);
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return `${mean.toFixed(digits)} ± ${error.toFixed(digits)}`;
}

function timesOf(runs) {
  const [fit, cpu, draw, memory] = ["fit", "fitCpu", "draw", "memory"].map((key) =>
    meanOf(runs.map((facts) => facts[key])),
  );
  const times = [`fit ${fit.toFixed(2)} (${cpu.toFixed(2)}) s`, `draw ${draw.toFixed(2)} s`];
  const drawn = runs.filter((facts) => facts.many !== undefined);
  if (drawn.length > 0) {
    const [clock, own] = ["many", "manyCpu"].map((key) => meanOf(drawn.map((run) => run[key])));
    times.push(`${many} rows ${clock.toFixed(1)} (${own.toFixed(1)}) s`);
  } else if (Number(many) > 0) {
    times.push(`${many} rows did not end within ${limit} s in all`);
  }
  return `${times.join(", ")}, ${memory.toFixed(0)} MB`;
}

function show(name, all) {
  const title = rowLearners.includes(name) ? `ours: ${name}` : name;
  const runs = all.filter(({ error }) => error === undefined);
  if (runs.length === 0) return console.log(`${title}: ${all[0].error}`);
  const measures = runs.map((facts) => measuresOf(name, facts));
  const shown = Object.keys(measures[0]).map(
    (key) => `${key} ${written(measures.map((each) => each[key]).filter(Number.isFinite), 4)}`,
  );
  const split = runs.length < splits.length ? ` (${runs.length} of ${splits.length} splits)` : "";
  if (name === real) return console.log(`real rows of a third part${split}: ${shown.join("; ")}`);
  console.log(`${title}${split}: ${timesOf(runs)}; ${shown.join("; ")}`);
}

const parts = splits.map(partsOf);
console.log(`${chosen}: ${size} rows learned, ${size} drawn, ${size} held out`);
for (const name of wanted) {
  const found = [];
  for (const part of parts) found.push(await known(name, part));
  show(name, found);
}
