// Fit one of our learners to a table and write as many rows as it learned from; what learners.py does for other tools.
// node bench/peers/own-learner.mjs TRAIN.csv FOLDER EPOCHS MANY NAME   (EPOCHS: of `language`; 0: as it likes)
import { join } from "node:path";
import { silent } from "../../dist/src/base/progress.js";
import { makeGuide } from "../../dist/src/constraint/make-guide.js";
import { drawBlocks, drawRows } from "../../dist/src/synth/draw.js";
import { loadLearner } from "../../dist/src/synth/registry.js";
import { readTable, writeTable } from "./csv-table.mjs";

const [path, folder, epochs, many, name] = process.argv.slice(2);
const train = readTable(path);
const columns = train.columns.map(({ name, type }) => ({ name, type, optional: true }));
const options = name === "language" && Number(epochs) > 0 ? { epochs: [Number(epochs)] } : {};
const learner = await loadLearner(name);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const [start, idle] = [performance.now(), cpu()];
const request = { table: train, columns, options, first: [], seed: 1, progress: silent };
const model = await learner.fit(request);
const [fitted, fitCpu] = [performance.now(), cpu() - idle];
const rules = { columns, levels: model.levels, rules: [] };
const asked = { model, columns, guide: makeGuide(rules), name, seed: 1, progress: silent };
const { cells } = await drawRows({ ...asked, rows: train.rows });
const drawn = performance.now();
const made = train.columns.map((column, at) =>
  column.kind === "number" ? { ...column, values: cells[at] } : { ...column, codes: cells[at] },
);
writeTable({ ...train, columns: made }, join(folder, `${name}.csv`));
const memory = process.resourceUsage().maxRSS / 1024;
const times = { fit: (fitted - start) / 1000, draw: (drawn - fitted) / 1000 };
console.log(JSON.stringify({ name, ...times, fitCpu, memory }));
if (Number(many) > 0) {
  const [begun, before] = [performance.now(), cpu()];
  for await (const _ of drawBlocks({ ...asked, rules, rows: Number(many) }));
  const took = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ many: took, manyCpu: cpu() - before }));
}
process.exit(0);
