// The private engines on coded tables with known domains: error of all pairs (total variation), of the
// model and of as many drawn rows, with time. Needs a build.
// Usage: PARABLE_DATA=folder node bench/engines.mjs [--data NAME] [--epsilon 0.1,1] [--seeds 5] [--json] [ENGINE …]
// The folder holds NAME.csv (codes) and NAME-domain.json (sizes by column), as private-pgm ships them.
// With --json one line of JSON for each run. Beside other tools: bench/peers/engines.mjs.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { silent } from "../dist/src/base/progress.js";
import { stream } from "../dist/src/base/random.js";
import { openAccess } from "../dist/src/privacy/access-rows.js";
import { zcdpRho } from "../dist/src/privacy/zcdp.js";
import { ModelMarginals } from "../dist/src/synth/marginal/model-marginals.js";
import { MarginalRowModel } from "../dist/src/synth/marginal/row-model.js";
import { pairWorkload } from "../dist/src/synth/marginal/workload.js";
import { codeDomain } from "../dist/src/table/domain.js";
import { codedFiles, codedOptions } from "./coded.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...codedOptions,
    json: { type: "boolean", default: false },
    cells: { type: "string" },
    rounds: { type: "string", default: "1000" },
    ordered: {
      type: "string",
      default: "age,fnlwgt,education-num,capital-gain,capital-loss,hours-per-week",
    },
  },
});
const files = codedFiles(flags.data);
const names = positionals.length > 0 ? positionals : ["independent", "mst", "swift", "aim"];
const ordered = new Set(flags.ordered.split(","));

function readCoded(files) {
  const domain = JSON.parse(readFileSync(files.domain, "utf8"));
  const [head, ...lines] = readFileSync(files.csv, "utf8").trim().split(/\r?\n/);
  const header = head.split(",");
  const columns = header.map((column) => ({
    name: column,
    size: domain[column],
    codes: new Uint16Array(lines.length),
  }));
  for (const [row, line] of lines.entries()) {
    const cells = line.split(",");
    for (let c = 0; c < columns.length; c++) columns[c].codes[row] = Number(cells[c]);
  }
  return { columns, rows: lines.length };
}

function pairShares(a, b, rows) {
  const counts = new Float64Array(a.size * b.size);
  for (let row = 0; row < rows; row++) counts[a.codes[row] * b.size + b.codes[row]] += 1 / rows;
  return counts;
}

const tv = (p, q) => {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.abs(p[i] - q[i]);
  return sum / 2;
};

function drawCodes(table, model) {
  const domains = table.columns.map(({ name, size }) => {
    const labels = Array.from({ length: size }, (_, i) => String(i));
    const type = { kind: "category", values: labels, ordered: false, learned: false };
    return codeDomain({ name, optional: false, type }, labels);
  });
  const rowModel = new MarginalRowModel("bench", domains, model.beliefs);
  const cells = table.columns.map(() => new Int32Array(table.rows));
  const random = stream(7, "bench rows");
  const state = rowModel.begin(table.rows, random);
  for (const column of rowModel.order)
    rowModel.drawFree(state, cells, column, 0, table.rows, random);
  return table.columns.map(({ size }, c) => ({ size, codes: cells[c] }));
}

const table = readCoded(files);
const exact = new Map();
for (let a = 0; a < table.columns.length; a++) {
  for (let b = a + 1; b < table.columns.length; b++) {
    exact.set(`${a},${b}`, pairShares(table.columns[a], table.columns[b], table.rows));
  }
}
const loaded = {
  independent: async () =>
    (await import("../dist/src/synth/marginal/independent.js")).independentEngine,
  mst: async () => (await import("../dist/src/synth/marginal/mst.js")).mstEngine,
  swift: async () => (await import("../dist/src/synth/marginal/swift.js")).swiftEngine,
  aim: async () => (await import("../dist/src/synth/marginal/aim.js")).aimEngine,
};
const show = (values, digits = 4) => {
  const mean = values.reduce((x, y) => x + y, 0) / values.length;
  const spread = `${Math.min(...values).toFixed(digits)}..${Math.max(...values).toFixed(digits)}`;
  return `${mean.toFixed(digits)} (${spread})`;
};
for (const epsilon of flags.epsilon.split(",").map(Number)) {
  const rho = zcdpRho(epsilon, Number(flags.delta));
  for (const name of names) {
    const engine = await loaded[name]();
    const found = { model: [], rows: [], wall: [], cpu: [] };
    let notes = [];
    for (let seed = 0; seed < Number(flags.seeds); seed++) {
      const left = rho;
      const account = {
        spend: ({ event }) => void event,
        remaining: () => left,
      };
      const access = openAccess({
        columns: table.columns,
        rows: table.rows,
        unit: { name: "each row", contributions: 1 },
        account,
      });
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      const result = await engine.run({
        access,
        rho,
        workload: pairWorkload(table.columns.length),
        zeros: [],
        ...(flags.cells === undefined ? {} : { cells: Number(flags.cells) }),
        iterations: Number(flags.rounds),
        ordered: table.columns.map(({ name: own, size }) => (ordered.has(own) ? size : 0)),
        progress: silent,
      });
      const used = process.cpuUsage(cpu);
      found.wall.push((performance.now() - start) / 1000);
      found.cpu.push((used.user + used.system) / 1e6);
      const marginals = new ModelMarginals(result.model.beliefs);
      let [ofModel, ofRows] = [0, 0];
      const drawn = drawCodes(table, result.model);
      const wall = (performance.now() - start) / 1000;
      const all = process.cpuUsage(cpu);
      const megabytes = process.resourceUsage().maxRSS / 1024;
      for (const [key, shares] of exact) {
        const [a, b] = key.split(",").map(Number);
        ofModel += tv(marginals.of([a, b]), shares) / exact.size;
        ofRows += tv(pairShares(drawn[a], drawn[b], table.rows), shares) / exact.size;
      }
      found.model.push(ofModel);
      found.rows.push(ofRows);
      if (flags.json)
        console.log(
          JSON.stringify({ error: ofRows, wall, cpu: (all.user + all.system) / 1e6, megabytes }),
        );
      notes = [
        ...result.notes,
        `loss ${(result.model.fit.loss / result.model.fit.expectedLoss).toFixed(2)} ${result.model.fit.ended} ${result.model.fit.iterations} distance ${result.model.fit.distance.toFixed(3)}`,
      ];
    }
    if (flags.json) continue;
    console.log(
      `${flags.data} ε ${epsilon} ${name.padEnd(12)} model ${show(found.model)}  rows ${show(found.rows)}  wall s ${show(found.wall, 1)}  cpu s ${show(found.cpu, 1)}  ${notes.join("; ")}`,
    );
  }
}
