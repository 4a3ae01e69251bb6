// What `auto` goes by, on one table: how near the pairs of a few rows' models come to many rows held out; which
// masked cells each learner fills in rightly; the probability that each gives a rare condition. Needs a build.
// PARABLE_DATA=… node bench/auto.mjs [FILE.csv]   (PARABLE_DATA holds adult/adult.csv)
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../dist/src/base/random.js";
import { compile, runPlan } from "../dist/src/pipeline.js";

const file = process.argv[2] ?? join(process.env.PARABLE_DATA ?? ".", "adult/adult.csv");
const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n");
const names = head.split(",");
const isGap = (cell) => cell === "" || cell === "?";
const random = stream(5, "auto");
const rows = lines.map((line) => {
  const cells = line.split(",").map((cell) => cell.trim());
  const value = (cell) => (isGap(cell) ? null : Number.isNaN(Number(cell)) ? cell : Number(cell));
  return Object.fromEntries(names.map((name, at) => [name, value(cells[at])]));
});
for (let i = rows.length - 1; i > 0; i--) {
  const j = random.below(i + 1);
  [rows[i], rows[j]] = [rows[j], rows[i]];
}
const held = rows.slice(-20_000);
/** Columns of numbers are cut at quintiles to be counted. */
const cuts = new Map(
  names.flatMap((name) => {
    const values = held.map((row) => row[name]).filter((value) => value !== null);
    if (values.some((value) => typeof value !== "number")) return [];
    values.sort((a, b) => a - b);
    return [[name, [1, 2, 3, 4].map((k) => values[Math.floor((k * values.length) / 5)])]];
  }),
);
const coded = (name, value) =>
  value === null || !cuts.has(name) ? value : cuts.get(name).filter((cut) => value >= cut).length;

function valueAt(column, row) {
  if (column.kind === "code") return column.levels[column.codes[row]] ?? null;
  return Number.isNaN(column.values[row]) ? null : column.values[row];
}

async function output(learner, data, tail) {
  const gaps = (name) => (data.some((row) => row[name] === null) ? " or missing" : "");
  const type = (name) => (cuts.has(name) ? "int learned" : "category learned");
  const columns = names.map((name) => `  ${name}: ${type(name)}${gaps(name)}`).join("\n");
  const spec = `source data = frame data\ntable t from data {\n${columns}\n}\nlearn with ${learner}\n${tail}`;
  const frames = new Map([["data", data]]);
  const { plan, diagnostics } = await compile(spec, { frames });
  if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("; "));
  return (await runPlan(plan, { frames })).outputs[0];
}

/** Mean total variation of all pairs of columns between a table and the rows held out. */
function distance(table) {
  let sum = 0;
  let pairs = 0;
  for (const a of table.columns) {
    for (const b of table.columns.slice(0, table.columns.indexOf(a))) {
      const gaps = new Map();
      const add = (x, y, weight) => {
        const key = `${coded(a.name, x)}|${coded(b.name, y)}`;
        gaps.set(key, (gaps.get(key) ?? 0) + weight);
      };
      for (let row = 0; row < table.rows; row++) {
        add(valueAt(a, row), valueAt(b, row), 1 / table.rows);
      }
      for (const row of held) add(row[a.name], row[b.name], -1 / held.length);
      sum += [...gaps.values()].reduce((total, gap) => total + Math.abs(gap), 0) / 2;
      pairs++;
    }
  }
  return sum / pairs;
}

const learners = ["trees", "forest", "copula", "interpolation", "independent"];
for (const count of [40, 80, 160, 320, 1000]) {
  const shown = [];
  for (const learner of learners) {
    let sum = 0;
    for (let trial = 0; trial < 4; trial++) {
      const data = rows.slice(trial * 1000, trial * 1000 + count);
      sum += distance((await output(learner, data, "generate out: 3000 rows")).table);
    }
    shown.push(`${learner} ${(sum / 4).toFixed(4)}`);
  }
  console.log(`${count} rows, mean distance of pairs from rows held out: ${shown.join(", ")}`);
}

const whole = rows.slice(0, 3000);
const masked = whole.map((row) =>
  Object.fromEntries(names.map((name) => [name, random.uniform() < 0.15 ? null : row[name]])),
);
for (const learner of learners) {
  const { table } = await output(learner, masked, "generate full: data completed");
  let right = 0;
  let asked = 0;
  for (const column of table.columns.filter(({ name }) => !cuts.has(name))) {
    masked.forEach((row, at) => {
      if (row[column.name] !== null || whole[at][column.name] === null) return;
      asked++;
      if (valueAt(column, at) === whole[at][column.name]) right++;
    });
  }
  console.log(`${learner}: ${((100 * right) / asked).toFixed(1)} % of masked categories rightly`);
}

const words = names.filter((name) => !cuts.has(name));
const rare = words.slice(-3).map((name) => [name, held[0][name] ?? held[1][name]]);
const given = rare
  .map(([name, value]) => `${name} is present and ${name} = "${value}"`)
  .join(" and ");
const share = rows.filter((row) => rare.every(([name, value]) => row[name] === value)).length;
console.log(`given ${given}: really ${(share / rows.length).toFixed(5)}`);
for (const learner of learners) {
  const made = await output(learner, rows.slice(0, 8000), `generate out: 2000 rows given ${given}`);
  const { probability, effectiveRows, exact } = made.given;
  console.log(
    `${learner}: ${probability.toFixed(5)}, worth ${effectiveRows.toFixed(0)} of 2000 rows${exact ? ", exact" : ""}`,
  );
}
