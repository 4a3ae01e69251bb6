// MST from file to file, each as one whole process: `parable run` beside private-pgm's fits (mbi), dpmm and
// smartnoise-synth, with everything paid for: starting, importing, reading, fitting, drawing, writing. Error of all
// pairs of the rows in the file. `parable+report` makes its report as well; the others make none. Needs a build; the other tools by bench/peers/engines.mjs in FOLDER:
// PARABLE_DATA=folder node bench/peers/files.mjs [--data adult] [--epsilon 1] [--runs 5] [--limit SECONDS] [--keep FOLDER] [TOOL …]
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { codedFiles, codedOptions } from "../coded.mjs";

const { values: flags, positionals: tools } = parseArgs({
  allowPositionals: true,
  options: {
    data: codedOptions.data,
    epsilon: { type: "string", default: "1" },
    learner: { type: "string", default: "mst" },
    runs: { type: "string", default: "5" },
    limit: { type: "string", default: "3600" },
    keep: { type: "string" },
  },
});
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { csv, domain: json } = codedFiles(flags.data);
const domain = JSON.parse(readFileSync(json, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "parable-files-"));
const out = join(folder, "made.csv");

function readCodes(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const cells = lines.map((line) => line.split(","));
  return { names: head.split(","), cells };
}

const real = readCodes(csv);
const pairs = real.names.flatMap((_, a) => real.names.slice(a + 1).map((_, i) => [a, a + 1 + i]));
function sharesOf({ cells }, [a, b]) {
  const size = Number(domain[real.names[b]]);
  const shares = new Float64Array(domain[real.names[a]] * size);
  for (const row of cells) shares[Number(row[a]) * size + Number(row[b])] += 1 / cells.length;
  return shares;
}
const errorOf = (made) => {
  const distance = (pair) => {
    const [p, q] = [sharesOf(real, pair), sharesOf(made, pair)];
    return p.reduce((sum, share, i) => sum + Math.abs(share - q[i]) / 2, 0);
  };
  return pairs.reduce((sum, pair) => sum + distance(pair), 0) / pairs.length;
};

const words = (size) => Array.from({ length: size }, (_, code) => `"${code}"`).join(" | ");
const lines = real.names.map((name, i) => `  c${i}: ${words(domain[name])} from "${name}"`);
const spec = `spec coded "codes"
source coded = csv "coded.csv"
table rows from coded {
${lines.join("\n")}
}
privacy {
  protect each row of rows
  budget epsilon ${flags.epsilon}, delta 1e-9
}
learn with ${flags.learner}
generate made: ${real.cells.length} rows seed 1
`;

function parable(tool) {
  const home = mkdtempSync(join(folder, "run-"));
  copyFileSync(csv, join(home, "coded.csv"));
  writeFileSync(join(home, "coded.parable"), spec);
  const args = [
    ...process.execArgv,
    here("../../dist/src/cli/main.js"),
    "run",
    "coded.parable",
    "--out",
    ".",
    ...(tool === "parable" ? ["--no-report"] : []),
  ];
  return { program: process.execPath, args, cwd: home, made: join(home, "made.csv") };
}

function peer(tool) {
  const program = join(flags.keep, tool, "bin", "python");
  if (!existsSync(program)) throw new Error(`${program}: first run bench/peers/engines.mjs`);
  const args = [here("engines.py"), csv, json, tool, flags.learner, flags.epsilon, "1e-9", out];
  return { program, args, cwd: folder, made: out };
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
let own;
for (const tool of ["parable", "parable+report", ...tools]) {
  const isOwn = tool.startsWith("parable");
  const [walls, cpus, errors] = [[], [], []];
  for (let run = 0; run < (isOwn ? Number(flags.runs) : 1); run++) {
    const { program, args, cwd, made } = isOwn ? parable(tool) : peer(tool);
    const timed = ["-c", `time "$0" "$@"`, program, ...args];
    const env = { ...process.env, TIMEFORMAT: "%R %U %S" };
    const timeout = 1000 * Number(flags.limit);
    const done = spawnSync("bash", timed, { cwd, env, timeout, encoding: "utf8" });
    if (done.error?.code === "ETIMEDOUT") console.log(`${tool}: not ended in ${flags.limit} s`);
    else if (done.status !== 0) throw new Error(`${done.stdout}${done.stderr}`);
    if (done.status !== 0) break;
    const [wall, user, system] = done.stderr.trim().split("\n").at(-1).split(" ").map(Number);
    walls.push(wall);
    cpus.push(user + system);
    errors.push(errorOf(readCodes(made)));
  }
  if (walls.length === 0) continue;
  own ??= { wall: mean(walls), cpu: mean(cpus) };
  const ratio = `${(mean(walls) / own.wall).toFixed(1)} × the time, ${(mean(cpus) / own.cpu).toFixed(1)} × the CPU time`;
  console.log(
    `${tool.padEnd(14)} error ${mean(errors).toFixed(4)}  wall ${mean(walls).toFixed(2)} s  cpu ${mean(cpus).toFixed(2)} s  ${ratio}`,
  );
}
rmSync(folder, { recursive: true });
