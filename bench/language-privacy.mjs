// The row language model trained by noisy gradients beside the marginal engines on one table under the same budgets:
// fidelity of what is generated to the real rows (exact, thus for the data holder alone), and seconds. Needs a build
// (or an unpacked package) and nothing else.
// node bench/language-privacy.mjs TABLE.csv DOMAIN.json [--epsilon 1,3,10] [--seeds 1,2,3] [--rows N] [--target COLUMN]
//   [--public N] [--epochs N] [--batch N] [--noise N] [--width N] [--layers N] [--bins N] [LEARNER …]
// LEARNER: language aim (both where none is named), or swift, mst, independent. Options of `language` that aren't given are
// its own defaults. Noise is never the same twice: a seed is that of the rows drawn, and each trains anew.
// --rows takes the first N rows; --public takes N others from the end, as rows that anyone may see: the `base` of `language`.
// DOMAIN.json, public: {"columns": {"age": {"type": "integer", "bounds": [17, 90], "step": 1}, "sex": {"type":
// "categorical", "categories": […], "missing": "?"}}}. One line of JSON a run, as soon as it is known.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileSpec, evaluateRelease, runPlan } from "../dist/src/index.js";

const ofLanguage = ["epochs", "batch", "noise", "width", "layers", "bins"];
const text = { type: "string" };
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...Object.fromEntries(ofLanguage.map((name) => [name, text])),
    ...{ target: text, rows: text, public: text },
    epsilon: { ...text, default: "1,3,10" },
    seeds: { ...text, default: "1" },
  },
});
const [csv, domainPath, ...asked] = positionals;
if (domainPath === undefined) throw new Error("usage: language-privacy.mjs TABLE.csv DOMAIN.json");
const { columns } = JSON.parse(readFileSync(domainPath, "utf8"));
const [head, ...lines] = readFileSync(csv, "utf8").trim().split(/\r?\n/);
const names = head.split(",");
const cellOf = (text, of) =>
  text === "" || text === of?.missing ? null : of?.categories === undefined ? Number(text) : text;
// Plain commas, no quotation marks.
const all = lines.map((line) => {
  const cells = line.split(",");
  return Object.fromEntries(
    names.map((name, at) => [name, cellOf(cells[at].trim(), columns[name])]),
  );
});
const given = Number(flags.public ?? 0);
const rows = all.slice(0, Math.min(Number(flags.rows ?? all.length), all.length - given));
const frames = new Map([
  ["private_rows", rows],
  ["public_rows", all.slice(all.length - given)],
]);
const typeOf = ({ type, bounds, step, categories }) =>
  categories === undefined
    ? `${type === "integer" ? "int" : "real"} ${bounds[0]}..${bounds[1]}${step === undefined ? "" : ` step ${step}`}`
    : categories.map((value) => JSON.stringify(value)).join(" | ");
const table = Object.entries(columns)
  .map(([name, of]) => {
    const canMiss = typeof of.missing === "string";
    return `  ${JSON.stringify(name).replace(/^"([a-z_]\w*)"$/i, "$1")}: ${typeOf(of)}${canMiss ? " or missing" : ""}`;
  })
  .join("\n");
const utility = flags.target === undefined ? "" : `utility predict ${flags.target}`;

function specOf(learner, epsilon, seed) {
  const options = ofLanguage.filter((name) => flags[name] !== undefined);
  const words = options.map((name) => `  ${name} ${flags[name]}\n`);
  if (given > 0) words.push("  base known\n");
  const block = learner === "language" && words.length > 0 ? ` {\n${words.join("")}}` : "";
  return `source held = frame private_rows
${given > 0 && learner === "language" ? "source known = frame public_rows public\n" : ""}table people from held {\n${table}\n}
privacy {
  protect each row of people
  budget epsilon ${epsilon}, delta 1e-6
}
learn with ${learner}${block}
generate made: ${rows.length} rows seed ${seed}
report inside { fidelity marginals, pairs, triples ${utility} }
`;
}

async function measured(learner, epsilon, seed) {
  const folder = mkdtempSync(join(tmpdir(), "parable-privacy-"));
  const { plan, diagnostics } = await compileSpec(specOf(learner, epsilon, seed), {
    folder,
    frames,
  });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics, null, 1));
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const release = await runPlan(plan, { folder, frames });
  const [seconds, used] = [(performance.now() - start) / 1000, process.cpuUsage(cpu)];
  const report = await evaluateRelease(release);
  const scores = report.sections
    .flatMap(({ scores }) => scores)
    .filter(({ columns, of }) => (columns?.length ?? 0) < 2 || of === "made")
    .map(({ name, value }) => [name, Number(value.toPrecision(4))]);
  rmSync(folder, { recursive: true });
  return {
    ...{ learner, epsilon, seed, rows: rows.length, public: given },
    ...{ spent: release.ledger.at(-1)?.epsilon, seconds: Math.round(seconds) },
    cpu: Math.round((used.user + used.system) / 1e6),
    ...Object.fromEntries(scores),
  };
}

for (const epsilon of flags.epsilon.split(",").map(Number)) {
  for (const seed of flags.seeds.split(",").map(Number)) {
    for (const learner of asked.length > 0 ? asked : ["language", "aim"]) {
      console.log(JSON.stringify(await measured(learner, epsilon, seed)));
    }
  }
}
