// Fit sequential trees to 50,000 × 15 mixed rows and draw as many. `npx vitest bench --run bench/trees.bench.ts`
import { bench, describe } from "vitest";
import { learn } from "../test/synth/drawing.js";
import { census, drawBlocks } from "./census.js";

const table = census(50_000);

describe("trees, 50,000 × 15", async () => {
  const model = await learn("trees", table);
  const once = { iterations: 3, time: 0, warmupIterations: 0 };
  bench("fit", async () => void (await learn("trees", table)), once);
  bench("draw 50,000 rows", () => drawBlocks(model, 50_000), once);
});
