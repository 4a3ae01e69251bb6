// The compiler while somebody types: check of a 30-column spec and completion, warm; and the rule
// solver on 200 columns and 100 rules of five shapes. CPU time, medians.
// Usage: node scripts/build.mjs && node bench/compiler.mjs [runs]
import { compileSpec, completeSpec } from "../dist/src/index.js";

const runs = Number(process.argv[2] ?? 25);
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
  console.log(`${what.padEnd(46)} ${ms.toFixed(1).padStart(7)} ms  (goal: under ${goal})`);

const kinds = [
  (i) => `c${i}: int 0..${100 + i} years`,
  (i) => `c${i}: "a" | "b" | "c" or missing`,
  (i) => `c${i}: date 2020-01-01..2024-12-31`,
  (i) => `c${i}: real 0..1 step 0.01`,
  (i) => `c${i}: bool`,
];
const columns = (count) => Array.from({ length: count }, (_, i) => `  ${kinds[i % 5](i)}`);
const rules = (count, wide) =>
  Array.from({ length: count }, (_, i) => {
    const at = (kind, shift = 0) => `c${((i * 7 + shift * 5) % wide) * 5 + kind}`;
    switch (i % 5) {
      case 0:
        return `  require ${at(0)} <= ${at(0, 1)} + 150`;
      case 1:
        return `  when ${at(4)} then ${at(0)} >= ${10 + (i % 20)}`;
      case 2:
        return `  ${at(1)} is missing exactly when ${at(0)} < ${5 + (i % 5)}`;
      case 3:
        return `  require ${at(2)} <= ${at(2, 1)}`;
      default:
        return `  require ${at(3)} + ${at(3, 2)} <= 1.9`;
    }
  });
const spec = (wide, many) =>
  `table t {\n${columns(wide).join("\n")}\n${rules(many, wide / 5).join("\n")}\n}\ngenerate 10 rows seed 1\n`;

const thirty = spec(30, 10);
const check = (text) => compileSpec(text, { until: "check" });
await median(() => check(thirty), 10);
say("check of 30 columns and 10 rules, warm", await median(() => check(thirty)), 10);

const half = thirty.replace("generate 10", "  when c4 then c");
const places = [half.length - 1, half.indexOf("int") + 1, half.indexOf("require") + 9];
await median((run) => completeSpec(half, places[run % 3]), 10);
say("completion in it, warm", await median((run) => completeSpec(half, places[run % 3])), 20);

const large = spec(200, 100);
const found = await check(large);
const count = (severity) => found.diagnostics.filter((each) => each.severity === severity).length;
const few = Math.max(3, Math.ceil(runs / 5));
say("check of 200 columns and 100 rules, warm", await median(() => check(large), few), 1000);
console.log(`  (${count("error")} errors, ${count("warning")} warnings)`);
const clash = large.replace("\n}", "\n  require c0 > c5 + 200\n}");
say("the same with a contradiction", await median(() => check(clash), few), 1000);
const clashing = await check(clash);
console.log(
  `  (${clashing.diagnostics.find((each) => each.code === "P0501")?.spans.length} rules in the smallest clashing set)`,
);
