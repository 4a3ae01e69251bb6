// The attack by shadow models, of a real learner, and the same attack a second time (attacks.py) from the
// tables that the shadow models made. Needs a build, and a Python with numpy, pandas and scipy:
// PARABLE_DATA=folder node bench/peers/shadows.mjs PYTHON [LEARNER]   (folder/peer-outputs/mostlyai-census2k/trn.csv)
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileSpec, runPlan, shadowAttack, writeTable } from "../../dist/src/index.js";

const [python, learner = "trees"] = process.argv.slice(2);
const data = process.env.PARABLE_DATA;
if (data === undefined || python === undefined) {
  throw new Error("PARABLE_DATA=FOLDER node bench/peers/shadows.mjs PYTHON [LEARNER]");
}
const numeric = "age education_num hours_per_week".split(" ");
const words = "workclass marital_status occupation relationship sex income".split(" ");
const folder = mkdtempSync(join(tmpdir(), "parable-shadows-"));
cpSync(join(data, "peer-outputs/mostlyai-census2k/trn.csv"), join(folder, "all.csv"));
const spec = (rows, seed) => `spec pool "People whose membership is guessed"
source rows = csv "${rows}.csv" missing "?"
table people from rows {
${numeric.map((name) => `  ${name}: int learned or missing`).join("\n")}
${words.map((name) => `  ${name}: category learned or missing`).join("\n")}
}
learn with ${learner}
generate made: ${seed === undefined ? 1 : "1_000"} rows seed ${seed ?? 1}
`;

async function run(text) {
  const { plan, diagnostics } = await compileSpec(text, { folder });
  if (plan === undefined) throw new Error(diagnostics.map(({ code }) => code).join());
  return runPlan(plan, { folder });
}
const pool = (await run(spec("all"))).real.train[0];
await writeTable(pool, join(folder, "pool.csv"));
const SHADOWS = 16;
let made = 0;
const generate = async (rows) => {
  await writeTable(rows, join(folder, "half.csv"));
  const { outputs } = await run(spec("half", made + 1));
  await writeTable(outputs[0].table, join(folder, `shadow-${made++}.csv`));
  return outputs[0].table;
};
const options = { shadows: SHADOWS, targets: 1_000, seed: 1 };
const found = await shadowAttack(pool, generate, options);
writeFileSync(join(folder, "found.json"), JSON.stringify({ ...found, ...options }));
const script = fileURLToPath(new URL("shadows.py", import.meta.url));
const second = spawnSync(python, [script, folder, numeric.join()], { encoding: "utf8" });
console.log(`${learner}\n${second.stdout}${second.stderr}`);
rmSync(folder, { recursive: true });
process.exitCode = second.status ?? 1;
