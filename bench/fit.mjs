// One step of a fit to noisy marginals (a calibration of the junction tree, its slope, a step of L-BFGS) on Adult's
// columns: 24 marginals of 39,183 cells, a tree of 11 nodes and 329,331 cells. Beside the same kernels in plain
// JavaScript and, with --python (one that has mbi, see bench/peers/engines.mjs), a step of private-pgm's mirror descent.
// Needs a build. Usage: node bench/fit.mjs [--python PYTHON] [--steps 40]   (mbi compiles its step first, a minute or more;
// its steps come in blocks of 50, of which at least four are timed)
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stream } from "../dist/src/base/random.js";
import { plainPropagation } from "../dist/src/kernels/propagate.js";
import { estimate } from "../dist/src/synth/marginal/estimate.js";
import { buildJunctionTree, cellsOf } from "../dist/src/synth/marginal/junction-tree.js";

const { values: flags } = parseArgs({
  options: { python: { type: "string" }, steps: { type: "string", default: "40" } },
});
const steps = Number(flags.steps);
const sizes = [74, 9, 100, 16, 7, 15, 6, 5, 2, 100, 100, 99, 42, 2];
const cliques = ["0 5 8,0 11,5 11,8 11,0 2,2 8,3 5,3 11,4 5,0 4,0 9,8 9,0 10,8 10"]
  .concat(["7 12,5 12,5 7,7 8,1 5,1 11,4 6 8,0 6,5 13,11 13"])
  .flatMap((text) => text.split(","))
  .map((clique) => clique.split(" ").map(Number));
const tree = buildJunctionTree(sizes, cliques);
const cells = tree.nodes.reduce((sum, { attributes }) => sum + cellsOf(attributes, sizes), 0);
const random = stream(1, "fit bench");
const total = 48_842;
const sigma = 50;
const measurements = cliques.map((clique) => {
  const count = cellsOf(clique, sizes);
  const shares = Float64Array.from({ length: count }, () => random.uniform() ** 4);
  const sum = shares.reduce((a, b) => a + b, 0);
  const counts = shares.map((share) => (total * share) / sum + sigma * random.normal());
  return { clique, sigma, counts };
});

/** Milliseconds of wall and of CPU for one step: a long fit less a short one. */
function stepOf(make) {
  const timed = (iterations) => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const options = make === undefined ? {} : { make };
    const { fit } = estimate(sizes, measurements, { total, iterations, near: 0, ...options });
    const used = process.cpuUsage(cpu);
    return [performance.now() - start, (used.user + used.system) / 1000, fit.iterations];
  };
  timed(5);
  const least = (iterations) => {
    const runs = Array.from({ length: 3 }, () => timed(iterations));
    return [0, 1, 2].map((i) => Math.min(...runs.map((run) => run[i])));
  };
  const [short, long] = [least(5), least(5 + steps)];
  return [0, 1].map((i) => (long[i] - short[i]) / (long[2] - short[2]));
}

console.log(`${tree.nodes.length} nodes, ${cells} cells, ${cliques.length} marginals`);
const own = stepOf(undefined);
const show = (name, [wall, cpu]) =>
  console.log(
    `${name.padEnd(22)} ${wall.toFixed(1)} ms a step, ${cpu.toFixed(1)} ms of CPU; ${(wall / own[0]).toFixed(1)} × the time, ${(cpu / own[1]).toFixed(1)} × the CPU time`,
  );
show("parable", own);
show("parable, plain kernels", stepOf(plainPropagation));
if (flags.python !== undefined) {
  const script = fileURLToPath(new URL("peers/fit.py", import.meta.url));
  const input = JSON.stringify({
    ...{ sizes, sigma, steps },
    measurements: measurements.map(({ clique, counts }) => [clique, [...counts]]),
  });
  const done = spawnSync(flags.python, [script], { input, encoding: "utf8", maxBuffer: 1e8 });
  if (done.status !== 0) throw new Error(done.stderr);
  for (const [name, wall, cpu] of JSON.parse(done.stdout.trim().split("\n").at(-1))) {
    show(name, [wall, cpu]);
  }
}
