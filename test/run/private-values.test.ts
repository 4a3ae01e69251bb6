import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { columnOf } from "../../src/table/table.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-values-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Half of the rows work 40 hours, nine in ten gained nothing; the others lie anywhere. */
function people(count: number): Record<string, unknown>[] {
  const random = stream(11, "values");
  return Array.from({ length: count }, () => ({
    hours: random.below(2) === 0 ? 40 : 1 + random.below(99),
    gain: random.below(10) > 0 ? 0 : 1000 + random.below(90_000),
    stay: random.below(10) > 3 ? 0 : 900 * random.uniform(),
    kind: ["a", "b"][random.below(2)],
  }));
}

const spec = (learner: string) => `source s = frame people
table t from s {
  hours: int 1..99
  gain: int 0..99_999
  stay: real 0..1000
  kind: "a" | "b"
}
privacy {
  protect each row of t
  budget epsilon 3, delta 1e-6
}
learn with ${learner}
generate made: 5000 rows seed 1
`;

describe("values that many rows share", () => {
  it.each(["independent", "mst", "aim", "swift"])(
    "keep their share under a budget, by %s (seeded noise: no false alarm)",
    { timeout: 60_000 },
    async (learner) => {
      const frames = new Map([["people", people(5000)]]);
      const { plan } = await compile(spec(learner), { folder, frames });
      const { outputs } = await runSeeded(plan!, { folder, frames, noiseSeed: 7 });
      const share = (name: string, value: number): number => {
        const column = columnOf(outputs[0]!.table, name);
        if (column?.kind !== "number") throw new Error(name);
        return column.values.filter((each) => each === value).length / column.values.length;
      };
      // Noise of a count is some ten rows of 5,000; bins of four hours would leave .13 of .505.
      expect(Math.abs(share("hours", 40) - 0.505)).toBeLessThan(0.05);
      expect(Math.abs(share("stay", 0) - 0.6)).toBeLessThan(0.05);
      // An even choice would cut at one of the first 1,000 cells, and 0 would have a share below .1.
      expect(Math.abs(share("gain", 0) - 0.9)).toBeLessThan(0.05);
    },
  );
});
