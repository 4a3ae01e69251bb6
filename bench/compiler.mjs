// The compiler while somebody types: check of a 30-column spec and completion in it; and the rule solver on
// 200 columns and 100 rules of every kind, alone and with clashes of two to five rules among them.
// CPU time of the whole process (V8's compiling threads and garbage collection too), medians, after
// enough runs that V8 has compiled what it will: somebody types for minutes. The first checks are shown too.
// Usage: node scripts/build.mjs && node bench/compiler.mjs [runs]
import { compileSpec, completeSpec } from "../dist/src/index.js";

const runs = Number(process.argv[2] ?? 25);
const warming = 300;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const median = async (work, count = runs) => {
  const times = [];
  for (let run = 0; run < count; run++) {
    const start = cpu();
    await work(run);
    times.push(cpu() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(count / 2)];
};
const say = (what, ms, goal) =>
  console.log(
    `${what.padEnd(50)} ${ms.toFixed(1).padStart(7)} ms${goal === undefined ? "" : `  (goal: under ${goal})`}`,
  );

const kinds = [
  (i) => `c${i}: int 0..${100 + i} years`,
  (i) => `c${i}: "a" | "b" | "c" or missing`,
  (i) => `c${i}: date 2020-01-01..2024-12-31`,
  (i) => `c${i}: real 0..1 step 0.01`,
  (i) => `c${i}: bool`,
  (i) => `c${i}: "low" < "mid" < "high"`,
  (i) => `c${i}: money EUR 0..10_000 step 10`,
  (i) => `c${i}: int 0..50 or missing`,
  (i) => `c${i}: real 0..1_000 mmol/L`,
  (i) => `c${i}: id`,
];
const columns = (count) =>
  Array.from({ length: count }, (_, i) => `  ${kinds[i % kinds.length](i)}`);
/** The kinds of rule; `at(kind, shift)` names a column of a kind. */
const shapes = [
  (at) => `require ${at(0)} <= ${at(0, 1)} + 150`,
  (at, i) => `when ${at(4)} then ${at(0)} >= ${10 + (i % 20)}`,
  (at, i) => `${at(1)} is missing exactly when ${at(0)} < ${5 + (i % 5)}`,
  (at) => `require ${at(2)} <= ${at(2, 1)}`,
  (at) => `require ${at(3)} + ${at(3, 2)} <= 1.9`,
  (at) => `when ${at(5)} = "high" then ${at(6)} >= 1_000`,
  (at) => `when ${at(5)} <= "mid" then ${at(5, 1)} != "high"`,
  (at) => `require ${at(7)} is missing or ${at(7)} in 3..45`,
  (at) => `when ${at(8)} > 900 then ${at(1)} is missing or ${at(1)} in ("a", "b")`,
  (at) => `require ${at(2, 2)} - ${at(2)} <= 1_800`,
  (at) => `require 2 * ${at(6)} + ${at(6, 1)} <= 29_000`,
  (at) => `require ${at(8)} * ${at(3)} <= 995`,
  (at) => `require max(${at(0)}, ${at(0, 3)}) >= 2`,
  (at) => `require not (${at(4)} and ${at(4, 1)} and ${at(5)} = "low")`,
  (at) => `when ${at(1)} is present and ${at(1)} = "c" then ${at(4)}`,
  (at) => `unique ${at(9)}, ${at(0)}`,
  (at) => `${at(9)}, ${at(1)} determines ${at(5)}`,
  (at) => `expect mean(${at(0)}) in 20..80`,
  (at) => `require abs(${at(0)} - ${at(0, 2)}) <= 280`,
  (at) => `require ${at(6)} >= 0.1 * ${at(6, 2)} - 900`,
];
const rules = (count, wide) =>
  Array.from({ length: count }, (_, i) => {
    const each = wide / kinds.length;
    const first = i * 7 + 3 * Math.floor(i / shapes.length);
    const at = (kind, shift = 0) => `c${((first + shift * 5) % each) * kinds.length + kind}`;
    return `  ${shapes[i % shapes.length](at, i)}`;
  });
const spec = (wide, many, more = []) =>
  `table t {\n${columns(wide).join("\n")}\n${[...rules(many, wide), ...more.map((rule) => `  ${rule}`)].join("\n")}\n}\ngenerate 10 rows seed 1\n`;

const check = (text) => compileSpec(text, { until: "check" });
const thirty = spec(30, 10);
const half = thirty.replace("generate 10", "  when c4 then c");
const places = [half.length - 1, half.indexOf("int") + 1, half.indexOf("require") + 9];
const complete = (run) => completeSpec(half, places[run % 3]);

const cold = cpu();
await check(thirty);
say("check of 30 columns and 10 rules, the first", cpu() - cold);
await median(() => check(thirty), 10);
say("the same, after ten", await median(() => check(thirty), 10));
await median(() => check(thirty), warming);
say("the same, warm", await median(() => check(thirty)), 10);
await median(complete, warming);
say("completion in it, warm", await median(complete), 20);

const few = Math.max(3, Math.ceil(runs / 5));
const found = await check(spec(200, 100));
const count = (severity) => found.diagnostics.filter((each) => each.severity === severity).length;
const wide = await median(() => check(spec(200, 100)), few);
say("check of 200 columns and 100 rules", wide, 1000);
console.log(`  (${count("error")} errors, ${count("warning")} warnings)`);

/** Rules that clash, among the hundred: on columns that these speak of, too. */
const clashes = [
  ["require c0 >= 90", "require c0 + c10 <= 80"],
  [
    'require c1 is present and c1 = "a"',
    'when c1 is present and c1 = "a" then c4',
    "require not c4",
  ],
  [
    "require c2 < c12",
    "require c12 < c22",
    "require c22 < c32",
    "require c32 < c2 or c6 > 9_000",
    "require c6 <= 9_000",
  ],
  [
    'require c5 = "high" or c15 = "high"',
    'when c5 = "high" then c3 >= 0.5',
    'when c15 = "high" then c3 >= 0.5',
    "require c3 < 0.5",
  ],
];
for (const clash of clashes) {
  const text = spec(200, 100 - clash.length, clash);
  const { diagnostics } = await check(text);
  const said = diagnostics.filter(({ code }) => code === "P0501");
  const sizes = said.map(({ spans }) => spans.length).join(", ");
  say(`with a clash of ${clash.length}`, await median(() => check(text), few), 1000);
  console.log(`  (${sizes} rules in the smallest clashing set)`);
}
const all = clashes.flat();
const text = spec(200, 100 - all.length, all);
const said = (await check(text)).diagnostics.filter(({ code }) => code === "P0501");
say("with all of them", await median(() => check(text), few), 1000);
console.log(`  (${said.map(({ spans }) => spans.length).join(", ")} rules in the clashing sets)`);
