// Fit a Gaussian copula to a million mixed rows of 15 columns and draw a million. `npx vitest bench --run bench/copula.bench.ts`
import { bench, describe } from "vitest";
import { learn } from "../test/synth/drawing.js";
import { census, drawBlocks } from "./census.js";

const table = census(1_000_000);

describe("copula, 1,000,000 × 15", async () => {
  const model = await learn("copula", table);
  const once = { iterations: 3, time: 0, warmupIterations: 0 };
  bench("fit", async () => void (await learn("copula", table)), once);
  bench("draw 1,000,000 rows", () => drawBlocks(model, 1_000_000), once);
});
