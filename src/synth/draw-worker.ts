// The thread side of draw-pool: makes the model and the guide anew from data, and fills the slots it is told to.
import { parentPort, workerData } from "node:worker_threads";
import type { Cells } from "../constraint/guide.js";
import { makeGuide } from "../constraint/make-guide.js";
import { blockRows } from "./draw-block.js";
import { planDrawing } from "./draw-plan.js";
import type { BlockTask, RunDone, RunOrder, ThreadReady } from "./draw-pool.js";
import { type BlockDone, fillBlock } from "./fill-block.js";
import { loadModel } from "./registry.js";
import { RowDrawer } from "./row-drawer.js";

const task = workerData as BlockTask;
const { saved, rules, tilts, slots } = task;
const drawer = loadModel(saved).then(
  (model) =>
    new RowDrawer(planDrawing(model, rules.columns, makeGuide(rules), { tilts }), blockRows),
);

void drawer.then(() => parentPort?.postMessage("ready" satisfies ThreadReady));

parentPort?.on("message", async (order: RunOrder) => {
  const own = await drawer;
  const blocks: BlockDone[] = [];
  for (let at = 0; at < order.count && (blocks.at(-1)?.failed ?? -1) < 0; at++) {
    blocks.push(fillBlock(own, task, order.first + at, slots[order.slot]?.[at] as Cells));
  }
  parentPort?.postMessage({ ...order, blocks } satisfies RunDone);
});
