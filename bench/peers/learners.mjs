// Our learners and those of other tools on Adult, judged alike on rows held out. Needs a build, Python 3
// and, for the other tools, PyPI: `PARABLE_DATA=… node bench/peers/learners.mjs [--utility] [--epochs N] [NAME …]`
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { silent } from "../../dist/src/base/progress.js";
import { stream } from "../../dist/src/base/random.js";
import { makeGuide } from "../../dist/src/constraint/make-guide.js";
import { evaluate } from "../../dist/src/evaluate/evaluate.js";
import { drawRows } from "../../dist/src/synth/draw.js";
import { loadLearner, rowLearners } from "../../dist/src/synth/registry.js";
import { gather } from "../../dist/src/table/table.js";

const data = process.env.PARABLE_DATA;
if (data === undefined) throw new Error("PARABLE_DATA: the folder that holds adult/adult.csv");
const args = process.argv.slice(2);
const utility = args.includes("--utility") && args.splice(args.indexOf("--utility"), 1).length > 0;
const epochs = args[0] === "--epochs" ? args.splice(0, 2)[1] : "30";
const peers = ["arf", "cart", "smotenc", "gaussian", "ctgan", "tvae"];
const wanted = args.length > 0 ? args : [...rowLearners, ...peers];
const target = "income";

/** A CSV without quotes as a table; the levels and kinds of `like`, if given. */
function readTable(path, like) {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(",").map((cell) => cell.trim()));
  const isMissing = (cell) => cell === "" || cell === "?" || cell === "missing";
  const columns = head.split(",").map((name, at) => {
    const cells = rows.map((row) => row[at]);
    const known = like?.columns[at];
    const isNumber = known
      ? known.kind === "number"
      : cells.every((cell) => isMissing(cell) || !Number.isNaN(Number(cell)));
    if (isNumber) {
      const values = Float64Array.from(cells, (cell) => (isMissing(cell) ? NaN : Number(cell)));
      return { kind: "number", name, type: { kind: "int", learned: true }, values };
    }
    const levels = known?.levels ?? [...new Set(cells.filter((cell) => !isMissing(cell)))].sort();
    const place = new Map(levels.map((level, code) => [level, code]));
    const codes = Int32Array.from(cells, (cell) => place.get(cell) ?? -1);
    const type = { kind: "category", values: levels, ordered: false, learned: false };
    return { kind: "code", name, type, codes, levels };
  });
  return { kind: "table", name: "adult", rows: rows.length, columns };
}

function writeTable(table, path) {
  const cell = (column, row) => {
    const value = column.kind === "number" ? column.values[row] : column.levels[column.codes[row]];
    return value === undefined || Number.isNaN(value) ? "" : String(value);
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
  const request = { table: train, columns, options: {}, first: [], seed: 1, progress: silent };
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
  return { name: `ours: ${name}`, fit: fitted - start, draw: drawn - fitted, synthetic };
}

function theirs(names, folder, train) {
  if (names.length === 0) return [];
  const venv = process.env.PARABLE_VENV ?? join(tmpdir(), "parable-peers");
  const python = join(venv, "bin", "python");
  if (!existsSync(python)) {
    spawnSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
    const packages = ["scikit-learn", "pandas", "arfpy", "imbalanced-learn", "sdv"];
    spawnSync(python, ["-m", "pip", "install", "-q", ...packages], { stdio: "inherit" });
  }
  const script = fileURLToPath(new URL("learners.py", import.meta.url));
  const call = [script, join(folder, "train.csv"), folder, target, epochs, ...names];
  const done = spawnSync(python, call, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return done.stdout
    .trim()
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith("{")) return [];
      const { name, fit, draw, error } = JSON.parse(line);
      if (error !== undefined) {
        console.log(`${name}: ${error}`);
        return [];
      }
      const synthetic = readTable(join(folder, `${name}.csv`), train);
      return [{ name, fit: 1000 * fit, draw: 1000 * draw, synthetic }];
    });
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
      ...(utility ? [{ topic: "utility", items: [predict] }] : []),
    ],
    progress: silent,
  });
  return report.sections.flatMap((section) => section.scores);
}

const all = readTable(join(data, "adult", "adult.csv"));
const shuffled = stream(5, "peers").shuffle(Uint32Array.from({ length: all.rows }, (_, at) => at));
const train = gather(all, shuffled.subarray(0, all.rows >> 1));
const holdout = gather(all, shuffled.subarray(all.rows >> 1));
const folder = mkdtempSync(join(tmpdir(), "parable-peers-"));
mkdirSync(folder, { recursive: true });
writeTable(train, join(folder, "train.csv"));
const results = [];
for (const name of wanted.filter((each) => rowLearners.includes(each))) {
  results.push(await ours(name, train));
}
results.push(
  ...theirs(
    wanted.filter((each) => peers.includes(each)),
    folder,
    train,
  ),
);
results.push({ name: "real rows held out", fit: 0, draw: 0, synthetic: holdout });
console.log(`Adult, ${train.rows} rows learned, ${train.rows} drawn`);
for (const result of results) {
  const scores = await judged(result, train, holdout);
  const shown = scores
    .filter(({ columns, of }) => (columns?.length ?? 0) < 2 || of === result.name)
    .map(({ name, value }) => `${name} ${value.toFixed(4)}`);
  const times = `fit ${(result.fit / 1000).toFixed(2)} s, draw ${(result.draw / 1000).toFixed(2)} s`;
  console.log(`${result.name}: ${times}; ${shown.join("; ")}`);
}
