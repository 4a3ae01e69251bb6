// Rows from a tree-structured model over 15 coded columns (each on one before it), as a release draws them: blocks in
// rounded counts, on one thread and on as many as there are cores (up to 8). Needs a build. `node bench/marginal-rows.mjs [ROWS]`
import { createHash } from "node:crypto";
import { silent } from "../dist/src/base/progress.js";
import { stream } from "../dist/src/base/random.js";
import { makeGuide } from "../dist/src/constraint/make-guide.js";
import { drawBlocks } from "../dist/src/synth/draw.js";
import { buildJunctionTree } from "../dist/src/synth/marginal/junction-tree.js";
import { MarginalRowModel } from "../dist/src/synth/marginal/row-model.js";

const rows = Number(process.argv[2] ?? 10_000_000);
const sizes = [74, 9, 32, 16, 16, 7, 15, 6, 5, 2, 32, 32, 99, 42, 2];
const random = stream(1, "marginal rows");
const cliques = sizes.slice(1).map((_, at) => [Math.floor(at / 2), at + 1]);
const tree = buildJunctionTree(sizes, cliques);
const domains = sizes.map((size, at) => {
  const labels = Array.from({ length: size }, (_, code) => `${code}`);
  const type = { kind: "category", values: labels, ordered: false, learned: false };
  return { name: `c${at}`, type, size, labels };
});
const model = new MarginalRowModel("mst", domains, { tree, marginals: joints(), logPartition: 0 });
const columns = model.columns;
const rules = { columns, levels: model.levels, rules: [] };

/** Joint probabilities of each node that agree on separators; skewed, as real categories are. */
function joints() {
  const marginal = new Map();
  return tree.nodes.map(({ attributes, separator }) => {
    const [first, second] = attributes.map((attribute) => sizes[attribute]);
    const cells = new Float64Array(first * (second ?? 1));
    const parent = separator === 0 ? undefined : marginal.get(attributes[0]);
    for (let a = 0; a < first; a++) {
      const run = cells.subarray(a * (second ?? 1), (a + 1) * (second ?? 1));
      for (let b = 0; b < run.length; b++) run[b] = random.uniform() ** 3;
      const sum = run.reduce((total, one) => total + one, 0);
      const mass = parent === undefined ? random.uniform() ** 2 : parent[a];
      for (let b = 0; b < run.length; b++) run[b] *= mass / sum;
    }
    const total = cells.reduce((sum, one) => sum + one, 0);
    for (let at = 0; at < cells.length; at++) cells[at] /= total;
    attributes.forEach((attribute, place) => {
      const own = new Float64Array(sizes[attribute]);
      cells.forEach((mass, at) => {
        own[place === 0 ? Math.floor(at / (second ?? 1)) : at % second] += mass;
      });
      marginal.set(attribute, own);
    });
    return cells;
  });
}

async function timed(count, threads, hash) {
  const start = performance.now();
  const used = process.cpuUsage();
  const guide = makeGuide(rules);
  const request = { model, columns, guide, rules, rows: count, name: "out", seed: 1, threads };
  for await (const block of drawBlocks({ ...request, progress: silent })) {
    for (const cells of hash === undefined ? [] : block.cells) {
      hash.update(new Uint8Array(cells.slice(0, block.rows).buffer));
    }
  }
  const { user, system } = process.cpuUsage(used);
  return [(performance.now() - start) / 1000, (user + system) / 1e6];
}

const digests = [];
for (const threads of [1, 2, 3]) {
  const hash = createHash("sha256");
  await timed(100_000, threads, hash);
  digests.push(hash.digest("hex"));
}
if (new Set(digests).size > 1) throw new Error("the number of threads changes the rows");
for (const threads of [1, undefined]) {
  const [wall, cpu] = await timed(rows, threads);
  const speed = (seconds) => `${(rows / seconds / 1e6).toFixed(1)} M rows/s`;
  console.log(
    `${threads ?? "all"} threads: ${wall.toFixed(2)} s (${speed(wall)}), CPU ${cpu.toFixed(2)} s (${speed(cpu)} and core)`,
  );
}
