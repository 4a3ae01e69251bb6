// Rows drawn by the row language model, all types, rules (order, sums, scales, one of several, when, determines, unique,
// patterns of missing values) and a condition,
// written to CSV files and judged there by plain code that shares nothing with Parable's: how many are not valid. Needs a
// build. Prints a line after each piece of PIECE rows (default 50,000), and last one of JSON. Each first seed trains a network of
// its own, so a million rows can be had in parts that run side by side:
// node bench/language-decodes.mjs [ROWS] [FIRST_SEED] [PIECE]; exit code 1 where a row was not valid.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../dist/src/base/random.js";
import { compileSpec, runPlan, writeRelease } from "../dist/src/index.js";

const total = Number(process.argv[2] ?? 100_000);
const first = Number(process.argv[3] ?? 1);
const most = Number(process.argv[4] ?? 50_000);
const random = stream("decodes");
const day = (n) => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
const wards = ["north", "south", "east"];
const lands = { Ulm: "DE", Bonn: "DE", Graz: "AT", Wien: "AT", Bern: "CH" };
const rows = Array.from({ length: 3000 }, (_, at) => {
  const age = 18 + random.below(70);
  const start = random.below(1000);
  const city = Object.keys(lands)[Math.min(random.below(5), random.below(5))];
  const days = random.below(20);
  const way = random.below(3);
  const length = 100 + random.below(100);
  const isLeft = random.uniform() < 0.4;
  const tax = random.below(200);
  return {
    ...{ byCar: way === 0 ? 1 : 0, byBus: way === 1 ? 1 : 0, onFoot: way === 2 ? 1 : 0 },
    ...{ length, metres: length / 100, gross: 1000 + random.below(4000), due: tax },
    ...{ left: isLeft ? day(start + 1000 + random.below(90)) : null },
    ...{ reason: isLeft ? ["moved", "cured"][random.below(2)] : null },
    ...{ number: 1 + 7 * at + random.below(7), city, land: lands[city] },
    ...{ days, nights: random.below(21 - days) },
    age,
    job: age >= 65 ? "retired" : ["nurse", "cook", null][random.below(3)],
    grade: ["low", "mid", "high"][Math.min(2, Math.floor(age / 30))],
    pay: age >= 65 ? 0 : 100 + 5 * random.below(400),
    heat: random.uniform() < 0.1 ? null : Math.round(10 * (36 + 2 * random.normal())) / 10,
    start: day(start),
    end: day(start + random.below(90)),
    code: `${wards[random.below(3)]}${random.below(10)}`,
    sure: random.below(2) === 1,
  };
});
const spec = (seed, rows) => `source clinic = frame rows
param cm_per_m: real 1..1_000 cm/m = 100
table people from clinic {
  age:   int 18..90 years
  job:   "retired" | "nurse" | "cook" or missing
  grade: "low" < "mid" < "high"
  pay:   money EUR 0..2_500 step 5
  heat:  real 25..50 degC step 0.1 or missing
  start: date 2020-01-01..2022-12-31
  end:   date 2020-01-01..2023-12-31
  code:  text
  sure:  bool
  tax:   money EUR := 0.2 * pay
  city:  category learned
  land:  category learned
  days:  int 0..20
  nights: int 0..20
  number: int 1..99_999_999
  byCar:   int 0..1
  byBus:   int 0..1
  onFoot:  int 0..1
  length:  int 100..220 cm
  metres:  real 1..2.2 m step 0.01
  gross:   int 0..9_000
  due:     int 0..3_000
  left:    date 2022-01-01..2025-12-31 or missing
  reason:  "moved" | "cured" or missing

  require byCar + byBus + onFoot = 1
  require length = cm_per_m * metres
  require due <= 0.3 * gross
  reason is present exactly when left is present
  when left is present then left >= start
  unique number
  city determines land
  require days + nights <= 20
  require start <= end
  when age >= 65 then job is present and job = "retired"
  when job is present and job = "retired" then pay = 0
  when grade = "high" then job is missing or job != "cook"
}
learn with language {
  epochs 8
  width  32
  layers 1
  batch  64
}
generate free: ${rows - Math.floor(rows / 5)} rows seed ${seed}
generate old:  ${Math.floor(rows / 5)} rows given age >= 70 and sure = true seed ${seed}
`;
const isDay = (text, low, high) => /^\d{4}-\d{2}-\d{2}$/.test(text) && text >= low && text <= high;
const onStep = (value, step) => Math.abs(value / step - Math.round(value / step)) < 1e-6;
const checks = {
  number: ({ number }) => Number.isInteger(number) && number >= 1 && number <= 99_999_999,
  land: ({ city, land }) => lands[city] === land,
  stay: (r) =>
    [r.days, r.nights].every((n) => Number.isInteger(n) && n >= 0) && r.days + r.nights <= 20,
  age: ({ age }) => Number.isInteger(age) && age >= 18 && age <= 90,
  job: ({ job }) => [null, undefined, "retired", "nurse", "cook"].includes(job),
  grade: ({ grade }) => ["low", "mid", "high"].includes(grade),
  pay: ({ pay }) => pay >= 0 && pay <= 2500 && onStep(pay, 5),
  heat: ({ heat }) => heat == null || (heat >= 25 && heat <= 50 && onStep(heat, 0.1)),
  days: (r) =>
    isDay(r.start, "2020-01-01", "2022-12-31") && isDay(r.end, "2020-01-01", "2023-12-31"),
  code: ({ code }) => typeof code === "string" && /^[a-z0-9]{0,32}$/.test(code),
  sure: ({ sure }) => typeof sure === "boolean",
  tax: ({ tax, pay }) => Math.abs(tax - 0.2 * pay) < 0.005,
  order: ({ start, end }) => start <= end,
  way: (r) =>
    [r.byCar, r.byBus, r.onFoot].every((n) => n === 0 || n === 1) &&
    r.byCar + r.byBus + r.onFoot === 1,
  length: (r) =>
    Number.isInteger(r.length) &&
    r.length >= 100 &&
    r.length <= 220 &&
    Math.abs(r.length - 100 * r.metres) < 1e-6,
  due: (r) => [r.due, r.gross].every(Number.isInteger) && r.due >= 0 && 10 * r.due <= 3 * r.gross,
  left: (r) =>
    (r.left === null) === (r.reason === null) &&
    [null, "moved", "cured"].includes(r.reason) &&
    (r.left === null || (isDay(r.left, "2022-01-01", "2025-12-31") && r.left >= r.start)),
  retired: ({ age, job }) => age < 65 || job === "retired",
  unpaid: ({ job, pay }) => job !== "retired" || pay === 0,
  cooks: ({ job, grade }) => job !== "cook" || grade !== "high",
};
const isNumber = new Set(
  "age pay heat tax days nights number byCar byBus onFoot length metres gross due".split(" "),
);
const truths = { true: true, false: false };

/** The rows of a file without quotation marks; an empty cell of a column that isn't text is missing. */
function* written(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = head.split(",");
  const meant = (name, text) => {
    if (name === "code") return text === '""' ? "" : text;
    if (name === "sure") return truths[text];
    if (text === "") return null;
    return isNumber.has(name) ? Number(text) : text;
  };
  for (const line of lines) {
    const cells = line.split(",");
    if (cells.length !== names.length) throw new Error(`a line of ${cells.length} cells: ${line}`);
    yield Object.fromEntries(names.map((name, at) => [name, meant(name, cells[at])]));
  }
}
const frames = new Map([["rows", rows]]);
/** Of the CPU: of the first piece, with training, and of the last that was only drawn. */
const seconds = {};
let models;
let judged = 0;
const broken = {};
for (let done = 0, seed = first; done < total; done += most, seed++) {
  const text = spec(seed, Math.min(most, total - done));
  const { plan, diagnostics } = await compileSpec(text, { frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics.map(({ title }) => title)));
  const begun = process.cpuUsage();
  const release = await runPlan(plan, { frames, ...(models === undefined ? {} : { models }) });
  const { user, system } = process.cpuUsage(begun);
  seconds[models === undefined ? "first" : "more"] = (user + system) / 1e6;
  models = release.models;
  const folder = mkdtempSync(join(tmpdir(), "parable-decodes-"));
  await writeRelease(release, folder);
  for (const { name } of release.outputs) {
    const numbers = new Set();
    for (const row of written(join(folder, `${name}.csv`))) {
      judged++;
      for (const [what, holds] of Object.entries(checks)) {
        if (!holds(row)) broken[what] = (broken[what] ?? 0) + 1;
      }
      if (name === "old" && !(row.age >= 70 && row.sure)) broken.given = (broken.given ?? 0) + 1;
      if (numbers.has(row.number)) broken.unique = (broken.unique ?? 0) + 1;
      numbers.add(row.number);
    }
  }
  rmSync(folder, { recursive: true });
  console.log(`seed ${seed}: ${judged} rows judged, broken: ${JSON.stringify(broken)}`);
}
console.log(JSON.stringify({ first, judged, broken, piece: most, seconds }));
process.exitCode = Object.keys(broken).length === 0 ? 0 : 1;
