// A whole report, everything on, of Adult (48,842 rows of 15 columns), and fidelity alone: wall and processor time of
// this process. Needs a build: PARABLE_DATA=FOLDER node bench/report.mjs [TOPIC …]   (FOLDER/adult/adult.csv)
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, evaluateRelease, runPlan } from "../dist/src/pipeline.js";

const data = process.env.PARABLE_DATA;
if (data === undefined) throw new Error("PARABLE_DATA=FOLDER node bench/report.mjs");
const folder = mkdtempSync(join(tmpdir(), "parable-report-"));
cpSync(join(data, "adult/adult.csv"), join(folder, "adult.csv"));
const numbers = "age fnlwgt education_num capital_gain capital_loss hours_per_week".split(" ");
const words =
  "workclass education marital_status occupation relationship race sex native_country".split(" ");
const topics = {
  fidelity: "fidelity marginals, pairs, triples",
  rules: "rules all",
  utility: "utility predict income",
  fairness: "fairness before, after",
  privacy: "privacy membership, singling_out, linkability, inference, copies, canaries, pii",
};
const specOf = (lines) => `source rows = csv "adult.csv" missing "?"
table people from rows {
${numbers.map((name) => `  ${name}: int learned`).join("\n")}
${words.map((name) => `  ${name}: category learned or missing`).join("\n")}
  income: "<=50K" | ">50K"
  require capital_gain = 0 or capital_loss = 0
}
fairness {
  across sex
  outcome income = ">50K"
  require parity <= 0.02
}
generate made: 48_842 rows seed 1
report { ${lines.join("  ")} }
`;

async function measured(name, work) {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const found = await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (ms) => (ms / 1000).toFixed(2);
  console.log(
    `${name.padEnd(28)} wall ${seconds(performance.now() - start)} s  cpu ${seconds((user + system) / 1000)} s`,
  );
  return found;
}

const chosen = process.argv.slice(2);
const { plan } = await compile(specOf(Object.values(topics)), { folder });
const release = await measured("read, learn, draw", () => runPlan(plan, { folder }));
for (const [name, line] of [
  ["everything", Object.values(topics).join("  ")],
  ...Object.entries(topics),
]) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const { plan: own } = await compile(specOf([line]), { folder });
  await measured(`report: ${name}`, () => evaluateRelease({ ...release, plan: own }));
}
rmSync(folder, { recursive: true });
