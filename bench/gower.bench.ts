// Nearest and second nearest rows under Gower's distance, 50,000 × 50,000 mixed rows of 15 columns: on one thread, and as
// the report looks for them (nearestTogether, on as many as there are cores; needs a build).
import { bench, describe } from "vitest";
import { stream } from "../src/base/random.js";
import { type DistanceRows, nearestPlain, nearestRows } from "../src/kernels/gower.js";

/** Rows like those of a census: 6 numbers, 9 categories with 2 to 40 levels, the common ones commonest. */
function census(count: number, seed: number): DistanceRows {
  const random = stream(seed, "census");
  const levels = [9, 16, 7, 15, 6, 5, 2, 41, 2];
  const values = new Float64Array(count * 15);
  for (let row = 0; row < count; row++) {
    for (let c = 0; c < 6; c++) values[row * 15 + c] = Math.floor(random.uniform() ** 2 * 70) / 70;
    levels.forEach((size, c) => {
      values[row * 15 + 6 + c] = Math.floor(random.uniform() ** 3 * size);
    });
  }
  return { count, numeric: 6, columns: 15, values };
}

const queries = census(50_000, 1);
const reference = census(50_000, 2);
const few = { ...queries, count: 200, values: queries.values.subarray(0, 200 * 15) };

describe("distance to the closest record, 15 mixed columns", () => {
  bench("kernel, 50,000 × 50,000", () => void nearestRows(queries, reference), {
    iterations: 2,
    time: 0,
    warmupIterations: 0,
  });
  bench(
    "threads, 50,000 × 50,000",
    async () => {
      const { nearestTogether } = (await import(
        "../dist/src/kernels/gower-pool.js" as string
      )) as typeof import("../src/kernels/gower-pool.js");
      await nearestTogether(queries, reference);
    },
    { iterations: 2, time: 0, warmupIterations: 0 },
  );
  bench("plain, 200 × 50,000", () => void nearestPlain(few, reference), {
    iterations: 2,
    time: 0,
    warmupIterations: 0,
  });
});
