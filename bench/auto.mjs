// What `auto` goes by, on one table: how near models of few and of many rows come to rows held out; which cells left out
// each learner fills in rightly; the probabilities of rare events, and the rows drawn given them; what rows added to a
// small class do for a model of it; models trained on generated rows; rows under a goal of fairness; under a budget,
// columns that are to be related. Needs a build.
// node bench/auto.mjs FILE.csv[.gz] TARGET [--only few,many,completed,given,minority,predict,fairness,relate] [--rows N]
//   [--with NAME,…] [--epsilon 0.3,1,3] [--few N,…] [--tries N]   (TARGET: a column of categories; rows are capped at N, 3,000
//   by default, where many are learned; few are as many as --few says, drawn --tries times)
import { stream } from "../dist/src/base/random.js";
import { areaOf } from "../dist/src/evaluate/model/area.js";
import { boostedChances, fitBoosted } from "../dist/src/evaluate/model/boosted-trees.js";
import { matrixOf, modelBins } from "../dist/src/evaluate/model/matrix.js";
import { compile, runPlan } from "../dist/src/pipeline.js";
import { gather } from "../dist/src/table/table.js";
import { readTable } from "./peers/csv-table.mjs";

const args = process.argv.slice(2);
const option = (name, usual) =>
  args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : usual;
const only = option("--only", "few,many,completed,given,minority,predict,fairness,relate").split(
  ",",
);
const most = Number(option("--rows", "3000"));
const counts = option("--few", "20,40,80,160,320,1000").split(",").map(Number);
const tries = Number(option("--tries", "4"));
const learners = option("--with", "trees,forest,copula,interpolation,independent").split(",");
const budgets = option("--epsilon", "0.3,1,3").split(",").map(Number);
const [file, target] = args;
if (target === undefined) throw new Error("node bench/auto.mjs FILE.csv TARGET");

const random = stream(5, "auto");
const whole = readTable(file);
const shuffled = random.shuffle(Uint32Array.from({ length: whole.rows }, (_, row) => row));
const half = whole.rows >> 1;
const pool = gather(whole, shuffled.subarray(0, half));
const held = gather(whole, shuffled.subarray(half, Math.min(whole.rows, half + 20_000)));
const firstRows = (table, count, from = 0) =>
  gather(
    table,
    Uint32Array.from({ length: Math.min(count, table.rows - from) }, (_, row) => from + row),
  );
const some = firstRows(pool, most);
const at = (table, name) => table.columns.find((column) => column.name === name);
const words = whole.columns.filter(({ kind }) => kind === "code").map(({ name }) => name);
const numbers = whole.columns.filter(({ kind }) => kind === "number").map(({ name }) => name);

/** Columns of numbers are cut at quintiles to be counted. */
const cuts = new Map(
  numbers.map((name) => {
    const values = at(held, name)
      .values.filter((value) => !Number.isNaN(value))
      .sort();
    return [name, [1, 2, 3, 4].map((k) => values[Math.floor((k * values.length) / 5)])];
  }),
);
function valueAt(column, row) {
  if (column.kind === "code") return column.levels[column.codes[row]] ?? null;
  return Number.isNaN(column.values[row]) ? null : column.values[row];
}
function binned(column) {
  const cut = cuts.get(column.name);
  const rows = (column.codes ?? column.values).length;
  return Array.from({ length: rows }, (_, row) => {
    const value = valueAt(column, row);
    return value === null || cut === undefined ? value : cut.filter((each) => value >= each).length;
  });
}

const ident = (name) => `c_${name.replace(/\W/g, "_").toLowerCase()}`;
const quoted = (value) => `"${value}"`;
function framed(table) {
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [ident(column.name), valueAt(column, row)])),
  );
}
/** A type that says its domain, as a budget wants it. */
function stated(column) {
  if (column.kind === "code") return column.levels.map(quoted).join(" | ");
  const known = column.values.filter((value) => !Number.isNaN(value)).sort();
  const [low, high] = [known[0], known.at(-1)];
  return column.type.kind === "int" ? `int ${low}..${high}` : `real ${low}..${high} step 0.01`;
}
async function outputs(learner, table, tail, rules = "") {
  const isPrivate = tail.includes("budget");
  const lines = table.columns.map((column) => {
    const gaps = binned(column).includes(null) ? " or missing" : "";
    const seen = [...new Set(column.codes ?? [])].filter((code) => code >= 0);
    const type = isPrivate
      ? stated(column)
      : column.kind === "number"
        ? `${column.type.kind} learned`
        : column.name === target
          ? column.levels.map(quoted).join(" | ")
          : seen.length === 0
            ? '"none" | "other"'
            : "category learned";
    return `  ${ident(column.name)}: ${type}${gaps}`;
  });
  const spec = `source data = frame data\ntable t from data {\n${lines.join("\n")}\n${rules}\n}\nlearn with ${learner}\n${tail}`;
  const frames = new Map([["data", framed(table)]]);
  const { plan, diagnostics } = await compile(spec, { frames });
  if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("; "));
  return (await runPlan(plan, { frames })).outputs;
}
/** The output as a table of the file's own names and levels. */
function renamed(made) {
  const columns = whole.columns.map((column) => {
    const found = at(made, ident(column.name));
    if (column.kind === "number") return { ...column, values: Float64Array.from(found.values) };
    const place = new Map(column.levels.map((level, code) => [level, code]));
    const codes = Int32Array.from(found.codes, (code) => place.get(found.levels[code]) ?? -1);
    return { ...column, codes };
  });
  return { ...whole, rows: made.rows, columns };
}
const generated = async (learner, table, tail, rules) =>
  renamed((await outputs(learner, table, tail, rules))[0].table);

/** Mean total variation of all pairs of columns between two tables. */
function distance(a, b, without = []) {
  const of = (table) =>
    table.columns.filter(({ name }) => !without.includes(name)).map((column) => binned(column));
  const [left, right] = [of(a), of(b)];
  let sum = 0;
  let pairs = 0;
  for (let i = 1; i < left.length; i++) {
    for (let j = 0; j < i; j++, pairs++) {
      const gaps = new Map();
      const add = (columns, rows, sign) => {
        for (let row = 0; row < rows; row++) {
          const key = `${columns[i][row]}|${columns[j][row]}`;
          gaps.set(key, (gaps.get(key) ?? 0) + sign / rows);
        }
      };
      add(left, a.rows, 1);
      add(right, b.rows, -1);
      sum += [...gaps.values()].reduce((total, gap) => total + Math.abs(gap), 0) / 2;
    }
  }
  return sum / pairs;
}

/** AUC on rows held out of boosted trees that learn to tell a value of the target. */
function aucOfModel(train, value) {
  const bins = modelBins(train, [target]);
  const label = (table) => {
    const column = at(table, target);
    const code = column.levels.indexOf(value);
    return Array.from(column.codes, (each) => (each === code ? 1 : 0));
  };
  const wish = { rounds: 60, rate: 0.15, leaves: 12 };
  const model = fitBoosted(
    matrixOf(train, bins),
    label(train),
    { kind: "classes", count: 2 },
    wish,
  );
  return areaOf(label(held), boostedChances(model, matrixOf(held, bins))).value;
}
function stacked(a, b) {
  const columns = a.columns.map((column, i) =>
    column.kind === "number"
      ? { ...column, values: Float64Array.from([...column.values, ...b.columns[i].values]) }
      : { ...column, codes: Int32Array.from([...column.codes, ...b.columns[i].codes]) },
  );
  return { ...a, rows: a.rows + b.rows, columns };
}

const meanOf = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
/** The mean, and of several trials its standard error. */
function written(values) {
  const mean = meanOf(values);
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
  return values.length < 3 ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${error.toFixed(4)}`;
}

/** Measure each learner; its mean over `trials`, and how much more it is than the first one's in the same trials. */
async function each(title, trials, measure, names = learners) {
  const shown = [];
  let first;
  for (const learner of names) {
    const found = [];
    for (let trial = 0; trial < trials; trial++) found.push(await measure(learner, trial));
    const columns = found[0].map((_, i) => found.map((values) => values[i]));
    const more = columns.map((values, i) =>
      values.map((value, trial) => value - first?.[i][trial]),
    );
    first ??= columns;
    const beside = learner === names[0] || trials < 3 ? "" : ` (${more.map(written).join(", ")})`;
    shown.push(`${learner} ${columns.map(written).join(" ")}${beside}`);
  }
  console.log(`${title}: ${shown.join("; ")}`);
}

const ofTarget = [...at(pool, target).codes].reduce((sum, code) => {
  if (code >= 0) sum[code] = (sum[code] ?? 0) + 1;
  return sum;
}, []);
const rarest = at(pool, target).levels[
  ofTarget.reduce((best, count, code) => (count < (ofTarget[best] ?? Infinity) ? code : best), -1)
];

/** Events of two or three columns with 0.2 to 3 % of the rows, as a spec says them and as rows do. */
function events(count) {
  const found = [];
  for (let tries = 0; tries < 2000 && found.length < count; tries++) {
    const row = random.below(pool.rows);
    const names = random.shuffle(whole.columns.map(({ name }) => name)).slice(0, 2 + (tries % 2));
    const tests = names.flatMap((name) => {
      const value = valueAt(at(pool, name), row);
      if (value === null) return [];
      const guard = binned(at(pool, name)).includes(null) ? `${ident(name)} is present and ` : "";
      const cut = cuts.get(name)?.find((each) => value < each);
      if (cuts.has(name) && cut === undefined) return [];
      return cuts.has(name)
        ? [[`${guard}${ident(name)} < ${cut}`, name, (each) => each !== null && each < cut]]
        : [[`${guard}${ident(name)} = ${quoted(value)}`, name, (each) => each === value]];
    });
    const columns = tests.map(([, name]) => at(held, name));
    const rows = Array.from({ length: held.rows }, (_, each) => each).filter((each) =>
      tests.every(([, , holds], i) => holds(valueAt(columns[i], each))),
    );
    const share = rows.length / held.rows;
    if (tests.length < 2 || share < 0.002 || share > 0.03) continue;
    const given = tests.map(([text]) => text).join(" and ");
    found.push({ given, share, rows: gather(held, Uint32Array.from(rows)), names });
  }
  return found;
}

const sections = {
  async few() {
    for (const count of counts.filter((count) => tries * count <= pool.rows)) {
      await each(`few, ${count} rows, distance of pairs`, tries, async (learner, trial) => {
        const rows = firstRows(pool, count, trial * count);
        return [distance(await generated(learner, rows, "generate out: 3000 rows"), held)];
      });
    }
  },
  async many() {
    await each(`many, ${some.rows} rows, distance of pairs`, 2, async (learner, trial) => {
      const tail = `generate out: ${some.rows} rows seed ${trial}`;
      return [distance(await generated(learner, some, tail), held)];
    });
  },
  async completed() {
    const masked = some.columns.map(() =>
      Uint8Array.from({ length: some.rows }, () => (random.uniform() < 0.15 ? 1 : 0)),
    );
    const columns = some.columns.map((column, i) =>
      column.kind === "number"
        ? { ...column, values: column.values.map((value, row) => (masked[i][row] ? NaN : value)) }
        : { ...column, codes: column.codes.map((code, row) => (masked[i][row] ? -1 : code)) },
    );
    const title = "completed, share of cells rightly (numbers: within a tenth of the range)";
    await each(title, 1, async (learner) => {
      const made = await generated(learner, { ...some, columns }, "generate out: data completed");
      return [words, numbers].map((names) => {
        let [asked, right] = [0, 0];
        for (const name of names) {
          const i = some.columns.findIndex((column) => column.name === name);
          const known = [...(some.columns[i].values ?? [])].filter((value) => !Number.isNaN(value));
          const range = Math.max(...known) - Math.min(...known);
          for (let row = 0; row < some.rows; row++) {
            const truth = valueAt(some.columns[i], row);
            if (!masked[i][row] || truth === null) continue;
            const found = valueAt(at(made, name), row);
            asked++;
            right += found === truth || Math.abs(found - truth) <= range / 10 ? 1 : 0;
          }
        }
        return right / asked;
      });
    });
  },
  async given() {
    const asked = events(12);
    const title = `given ${asked.length} events: error of the log of the probability, effective share, distance of pairs`;
    const trials = asked.length;
    await each(title, trials, async (learner, trial) => {
      const { given, share, rows, names } = asked[trial];
      const [out] = await outputs(learner, some, `generate out: 1000 rows given ${given}`);
      const { probability, effectiveRows } = out.given;
      const apart = distance(renamed(out.table), rows, names);
      return [Math.abs(Math.log(probability / share)), effectiveRows / 1000, apart];
    });
  },
  async minority() {
    const train = firstRows(some, 1500);
    const column = at(train, target);
    const code = column.levels.indexOf(rarest);
    const kept = [...column.codes.keys()].filter((row) => column.codes[row] === code).slice(0, 60);
    const rest = [...column.codes.keys()].filter((row) => column.codes[row] !== code);
    const real = gather(train, Uint32Array.from([...kept, ...rest]));
    const before = aucOfModel(real, rarest).toFixed(4);
    const title = `minority, ${kept.length} rows of ${quoted(rarest)} among ${real.rows}; AUC without more ${before}, with`;
    const guard = column.codes.includes(-1) ? `${ident(target)} is present and ` : "";
    await each(title, 3, async (learner, trial) => {
      const tail = `generate out: ${rest.length - kept.length} rows given ${guard}${ident(target)} = ${quoted(rarest)} seed ${trial}`;
      return [aucOfModel(stacked(real, await generated(learner, real, tail)), rarest)];
    });
  },
  async predict() {
    const title = `predict, AUC with real rows ${aucOfModel(some, rarest).toFixed(4)}, with generated`;
    await each(title, 3, async (learner, trial) => {
      const tail = `generate out: ${some.rows} rows seed ${trial}`;
      return [aucOfModel(await generated(learner, some, tail), rarest)];
    });
  },
  async fairness() {
    const group = words.find((name) => name !== target && new Set(at(some, name).codes).size === 2);
    if (group === undefined) return console.log("fairness: no column of two groups");
    const goal = `fairness { across ${ident(group)}\n outcome ${ident(target)} = ${quoted(rarest)}\n require parity <= 0.01 }`;
    const title = `fairness across ${group}, AUC with rows that keep it, distance of pairs`;
    await each(title, 2, async (learner, trial) => {
      const tail = `${goal}\ngenerate out: ${some.rows} rows seed ${trial}`;
      const made = await generated(learner, some, tail);
      return [aucOfModel(made, rarest), distance(made, held)];
    });
  },
  async relate() {
    const table = firstRows(pool, 10 * most);
    const near = [target, ...words.filter((name) => name !== target)].slice(0, 3).map(ident);
    const without = whole.columns
      .map(({ name }) => name)
      .filter((name) => !near.includes(ident(name)));
    for (const epsilon of budgets) {
      const title = `relate ${near.join(", ")} at epsilon ${epsilon}, distance of those pairs and of all`;
      const tail = `privacy { protect each row of t\n budget epsilon ${epsilon}, delta 1e-6 }\ngenerate out: ${some.rows} rows`;
      const names = ["swift", "aim", "mst"].flatMap((name) => [
        name,
        `${name} { relate ${near.join(", ")} }`,
      ]);
      const measure = async (learner) => {
        const made = await generated(learner, table, tail);
        return [distance(made, held, without), distance(made, held)];
      };
      await each(title, 2, measure, names);
    }
  },
};

console.log(`${file}: ${whole.rows} rows, ${words.length} of words, ${numbers.length} of numbers`);
for (const name of only) {
  try {
    await sections[name]();
  } catch (fault) {
    console.log(`${name}: ${fault.message}`);
  }
}
