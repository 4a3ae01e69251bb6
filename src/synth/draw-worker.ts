// The thread side of draw-pool: makes the model and the guide anew from data, and fills the slots it is told to.
import { parentPort, workerData } from "node:worker_threads";
import { stream } from "../base/random.js";
import type { Cells } from "../constraint/guide.js";
import { makeGuide } from "../constraint/make-guide.js";
import { blockRows } from "./draw-block.js";
import { planDrawing } from "./draw-plan.js";
import type { BlockDone, BlockTask, RunDone, RunOrder, ThreadReady } from "./draw-pool.js";
import { loadModel } from "./registry.js";
import { RowDrawer } from "./row-drawer.js";

const { saved, rules, rows, name, seed, tilts, slots } = workerData as BlockTask;
const drawer = loadModel(saved).then(
  (model) =>
    new RowDrawer(planDrawing(model, rules.columns, makeGuide(rules), { tilts }), blockRows),
);

void drawer.then(() => parentPort?.postMessage("ready" satisfies ThreadReady));

parentPort?.on("message", async (order: RunOrder) => {
  const own = await drawer;
  const blocks: BlockDone[] = [];
  for (let at = 0; at < order.count && (blocks.at(-1)?.failed ?? -1) < 0; at++) {
    blocks.push(drawBlock(own, order.first + at, slots[order.slot]?.[at] as Cells));
  }
  parentPort?.postMessage({ ...order, blocks } satisfies RunDone);
});

function drawBlock(own: RowDrawer, index: number, into: Cells): BlockDone {
  const offset = index * blockRows;
  const before = own.redrawn;
  const count = Math.min(blockRows, rows - offset);
  const failed = own.draw(count, stream(seed, name, "draw", index), offset);
  into.forEach((values, column) => {
    (values as Float64Array).set(own.cells[column] as Float64Array);
  });
  return { redrawn: own.redrawn - before, failed };
}
