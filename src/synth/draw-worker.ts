// The thread side of draw-pool: makes the model and the guide anew from data, and fills the slots it is told to.
import { parentPort, workerData } from "node:worker_threads";
import { stream } from "../base/random.js";
import { makeGuide } from "../constraint/make-guide.js";
import { blockRows } from "./draw-block.js";
import { planDrawing } from "./draw-plan.js";
import type { BlockDone, BlockOrder, BlockReady, BlockTask } from "./draw-pool.js";
import { loadModel } from "./registry.js";
import { RowDrawer } from "./row-drawer.js";

const { saved, rules, rows, name, seed, slots } = workerData as BlockTask;
const drawer = loadModel(saved).then(
  (model) => new RowDrawer(planDrawing(model, rules.columns, makeGuide(rules)), blockRows),
);

void drawer.then(() => parentPort?.postMessage("ready" satisfies BlockReady));

parentPort?.on("message", async ({ index, slot }: BlockOrder) => {
  const own = await drawer;
  const offset = index * blockRows;
  const count = Math.min(blockRows, rows - offset);
  const before = own.redrawn;
  const failed = own.draw(count, stream(seed, name, "draw", index), offset);
  slots[slot]?.forEach((into, column) => {
    (into as Float64Array).set(own.cells[column] as Float64Array);
  });
  const done: BlockDone = { index, slot, redrawn: own.redrawn - before, failed };
  parentPort?.postMessage(done);
});
