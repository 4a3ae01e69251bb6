// The private engines beside those of other tools on coded tables, every run in a process of its own: error of all
// pairs (total variation) of as many drawn rows, seconds and CPU seconds to fit and draw, peak memory. Needs a build, Python 3 and PyPI:
// PARABLE_DATA=folder node bench/peers/engines.mjs [--data adult] [--epsilon 0.1,0.3,1,3,10] [--seeds 5] [--limit SECONDS]
//   [--keep FOLDER] [--show] [TOOL:ENGINE …]
// PARABLE_DATA holds NAME.csv (codes) and NAME-domain.json. Tools are installed, each beside its own dependencies, in
// FOLDER/TOOL (tools pin packages that others cannot use). Results stay in FOLDER/results.jsonl: another call shows them
// again and makes only what is missing; --show makes nothing. A run over the limit is shown as not ended.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { codedFiles, codedOptions } from "../coded.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...codedOptions,
    limit: { type: "string", default: "3600" },
    keep: { type: "string" },
    show: { type: "boolean", default: false },
  },
});
const files = codedFiles(flags.data);
const keep = flags.keep ?? mkdtempSync(join(tmpdir(), "parable-engines-"));
mkdirSync(keep, { recursive: true });
const results = join(keep, "results.jsonl");
const all = ["parable:independent", "parable:mst", "parable:swift", "parable:aim"].concat([
  "mbi:mst",
  "mbi:aim",
  "smartnoise:mst",
  "smartnoise:aim",
  "dpmm:mst",
  "dpmm:aim",
]);
const contestants = positionals.length > 0 ? positionals : all;
const packages = {
  mbi: ["mbi==2.0.0", "pandas", "scipy"],
  smartnoise: ["smartnoise-synth==1.0.8"],
  dpmm: ["dpmm==0.1.9"],
};
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

function pythonOf(tool) {
  const [python, ready] = [join(keep, tool, "bin", "python"), join(keep, tool, "ready")];
  if (existsSync(ready)) return python;
  const install = ["-m", "pip", "install", "--quiet", ...packages[tool]];
  const made = spawnSync("python3", ["-m", "venv", join(keep, tool)], { stdio: "inherit" });
  if (made.status !== 0) return undefined;
  if (spawnSync(python, install, { stdio: "inherit" }).status !== 0) return undefined;
  writeFileSync(ready, "");
  return python;
}

function commandOf(tool, engine, epsilon) {
  if (tool === "parable") {
    const flagged = ["--data", flags.data, "--epsilon", epsilon, "--delta", flags.delta];
    return [process.execPath, here("../engines.mjs"), ...flagged, "--seeds", "1", "--json", engine];
  }
  const told = [files.csv, files.domain, tool, engine, epsilon, flags.delta];
  return [pythonOf(tool), here("engines.py"), ...told];
}

function run(tool, engine, epsilon) {
  const [program, ...args] = commandOf(tool, engine, epsilon);
  if (program === undefined) return { failed: "could not be installed" };
  const done = spawnSync(program, args, { timeout: 1000 * Number(flags.limit), encoding: "utf8" });
  if (done.error?.code === "ETIMEDOUT") return { failed: `not ended in ${flags.limit} s` };
  if (done.status !== 0) return { failed: done.stderr.trim().split("\n").at(-1) };
  return JSON.parse(done.stdout.trim().split("\n").at(-1));
}

const known = existsSync(results)
  ? readFileSync(results, "utf8").trim().split("\n").map(JSON.parse)
  : [];
const keyOf = (row) => [row.data, row.delta, row.epsilon, row.name, row.seed].join(" ");
const found = new Map(known.map((row) => [keyOf(row), row]));
const common = { data: flags.data, delta: flags.delta };
const epsilons = flags.epsilon.split(",");
const seeds = [...Array(Number(flags.seeds)).keys()];
for (const seed of flags.show ? [] : seeds) {
  for (const epsilon of epsilons) {
    for (const name of contestants) {
      const row = { ...common, epsilon, name, seed };
      const before = found.get(keyOf({ ...row, seed: seed - 1 }));
      if (found.has(keyOf(row)) || before?.failed !== undefined) continue;
      const made = { ...row, ...run(...name.split(":"), epsilon) };
      found.set(keyOf(row), made);
      appendFileSync(results, `${JSON.stringify(made)}\n`);
      console.log(JSON.stringify(made));
    }
  }
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
for (const epsilon of epsilons) {
  const rows = contestants.flatMap((name) => {
    const runs = seeds.map((seed) => found.get(keyOf({ ...common, epsilon, name, seed })));
    const ended = runs.filter((made) => made?.error !== undefined);
    const failed = runs.find((made) => made?.failed !== undefined)?.failed;
    if (ended.length === 0) return failed === undefined ? [] : [{ name, failed }];
    const of = (key) => ended.map((made) => made[key]);
    return [
      { name, error: of("error"), wall: of("wall"), cpu: of("cpu"), megabytes: of("megabytes") },
    ];
  });
  const best = Math.min(...rows.flatMap(({ error }) => (error === undefined ? [] : [mean(error)])));
  const swift = rows.find(({ name, wall }) => name === "parable:swift" && wall !== undefined);
  console.log(`\n${flags.data} ε ${epsilon}, δ ${flags.delta}: error of pairs, seconds, megabytes`);
  for (const { name, failed, error, wall, cpu, megabytes } of rows) {
    if (failed !== undefined) console.log(`${name.padEnd(20)} ${failed}`);
    if (failed !== undefined) continue;
    const ratios = [`${(mean(error) / best).toFixed(2)} × best error`].concat(
      swift === undefined ? [] : [`${(mean(cpu) / mean(swift.cpu)).toFixed(1)} × swift's CPU time`],
    );
    const spread = `${Math.min(...error).toFixed(4)}..${Math.max(...error).toFixed(4)}`;
    console.log(
      `${name.padEnd(20)} ${mean(error).toFixed(4)} (${spread}, ${error.length} runs)  ${mean(wall).toFixed(1)} s  cpu ${mean(cpu).toFixed(1)} s  ${Math.round(Math.max(...megabytes))} MB  ${ratios.join(", ")}`,
    );
  }
}
