// All 105 pairs of 15 coded columns, as a private run counts them, beside one plain pass a pair.
import { bench, describe } from "vitest";
import { stream } from "../src/base/random.js";
import { type Codes, countCells, countPairs } from "../src/privacy/count.js";

const sizes = [74, 9, 32, 16, 16, 7, 15, 6, 5, 2, 32, 32, 99, 42, 2];
const rows = Number(process.env["PARABLE_BENCH_ROWS"] ?? 10_000_000);
const random = stream(1, "count bench");
/** Skewed, like real categories: the common ones come in runs. */
const columns: Codes[] = sizes.map((size) => {
  const codes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = Math.floor(random.uniform() ** 3 * size);
  return { size, codes };
});
const pairs = sizes.flatMap((_, b) => Array.from({ length: b }, (__, a) => [a, b] as const));

describe(`all ${pairs.length} pairs of ${rows} rows × ${sizes.length}`, () => {
  const once = { iterations: 3, time: 0, warmupIterations: 1 };
  bench(
    "fused, kernel",
    () => {
      const pairOf = countPairs(columns, rows);
      for (const [a, b] of pairs) pairOf(a, b);
    },
    once,
  );
  bench(
    "one by one, TypeScript",
    () => {
      for (const [a, b] of pairs) countCells([columns[a] as Codes, columns[b] as Codes], rows);
    },
    { ...once, iterations: 1, warmupIterations: 0 },
  );
});
