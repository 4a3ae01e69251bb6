// The row language model trained by noisy gradients beside the marginal engines on one table under the same budgets:
// fidelity of what is generated to the real rows (exact, thus for the data holder alone), and seconds. Needs a build.
// node bench/language-privacy.mjs TABLE.csv DOMAIN.json [--target COLUMN] [--epsilon 1,3,10] [--epochs N] [--batch N]
//   [--width N] [--layers N] [LEARNER …]
// DOMAIN.json: {"columns": {"age": {"type": "integer", "bounds": [17, 90], "step": 1}, "sex": {"type": "categorical",
// "categories": […], "missing": "?"}}}, public. One line of JSON for each run, so that a long comparison can be cut in pieces.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compileSpec, evaluateRelease, runPlan } from "../dist/src/index.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: "string" },
    epsilon: { type: "string", default: "1,3,10" },
    epochs: { type: "string", default: "15" },
    batch: { type: "string", default: "512" },
    width: { type: "string", default: "32" },
    layers: { type: "string", default: "1" },
    bins: { type: "string" },
  },
});
const [csv, domainPath, ...asked] = positionals;
if (domainPath === undefined) throw new Error("usage: language-privacy.mjs TABLE.csv DOMAIN.json");
const { columns } = JSON.parse(readFileSync(domainPath, "utf8"));
const rows = readFileSync(csv, "utf8").trim().split("\n").length - 1;
const gone = Object.values(columns).find(({ missing }) => missing !== undefined)?.missing;
const typeOf = ({ type, bounds, step, categories }) =>
  categories === undefined
    ? `${type === "integer" ? "int" : "real"} ${bounds[0]}..${bounds[1]}${step === undefined ? "" : ` step ${step}`}`
    : categories.map((value) => JSON.stringify(value)).join(" | ");
const table = Object.entries(columns)
  .map(([name, of]) => `  ${name}: ${typeOf(of)}${of.missing === undefined ? "" : " or missing"}`)
  .join("\n");
const { epochs, batch, width, layers } = flags;
const options = `{ epochs ${epochs}\n batch ${batch}\n width ${width}\n layers ${layers} }`;
for (const epsilon of flags.epsilon.split(",").map(Number)) {
  for (const learner of asked.length > 0 ? asked : ["language", "aim"]) {
    const text = `source data = csv ${JSON.stringify(resolve(csv))}${gone === undefined ? "" : ` missing ${JSON.stringify(gone)}`}
table people from data {\n${table}\n}
privacy {
  protect each row of people
  budget epsilon ${epsilon}, delta 1e-6
}
learn with ${learner} ${learner === "language" ? options : ""}
generate made: ${rows} rows seed 1
report inside { fidelity marginals, pairs, triples ${flags.target === undefined ? "" : `utility predict ${flags.target}`} }
`;
    const folder = mkdtempSync(join(tmpdir(), "parable-privacy-"));
    const { plan, diagnostics } = await compileSpec(text, { folder });
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics, null, 1));
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const release = await runPlan(plan, { folder });
    const [seconds, used] = [(performance.now() - start) / 1000, process.cpuUsage(cpu)];
    const report = await evaluateRelease(release);
    const scores = report.sections
      .flatMap(({ scores }) => scores)
      .filter(({ columns, of }) => (columns?.length ?? 0) < 2 || of === "made")
      .map(({ name, value }) => [name, Number(value.toPrecision(4))]);
    const spent = release.ledger.at(-1)?.epsilon;
    const cpuSeconds = Math.round((used.user + used.system) / 1e6);
    console.log(
      JSON.stringify({
        learner,
        epsilon,
        spent,
        seconds: Math.round(seconds),
        cpu: cpuSeconds,
        ...Object.fromEntries(scores),
      }),
    );
  }
}
