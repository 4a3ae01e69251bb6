import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { type DistanceRows, nearestPlain, nearestRows } from "../../src/kernels/gower.js";

function rows(
  count: number,
  numeric: number,
  codes: number,
  seed: number,
  levels = 5,
): DistanceRows {
  const random = stream(seed, "rows");
  const columns = numeric + codes;
  const values = Float64Array.from({ length: count * columns }, (_, i) => {
    const missing = random.uniform() < 0.1;
    if (i % columns >= numeric) return missing ? -1 : random.below(levels);
    return missing ? Number.NaN : random.uniform() * 1.4 - 0.2;
  });
  return { count, numeric, columns, values };
}

describe("the kernel agrees with its plain twin, bit by bit", () => {
  it("on tables of all shapes", () => {
    const shapes = fc.record({
      queries: fc.integer({ min: 1, max: 80 }),
      reference: fc.integer({ min: 1, max: 100 }),
      numeric: fc.integer({ min: 0, max: 9 }),
      codes: fc.integer({ min: 0, max: 9 }),
      levels: fc.constantFrom(2, 5, 1000),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ queries, reference, numeric, codes, levels, seed }) => {
        fc.pre(numeric + codes > 0);
        const a = rows(queries, numeric, codes, seed, levels);
        const b = rows(reference, numeric, codes, seed + 1, levels);
        expect(nearestRows(a, b)).toEqual(nearestPlain(a, b));
      }),
      { numRuns: 150 },
    );
  });

  it("on many columns, where bytes saturate", () => {
    const a = rows(40, 150, 150, 1);
    const b = rows(300, 150, 150, 2);
    expect(nearestRows(a, b)).toEqual(nearestPlain(a, b));
  });

  it("within one table, where a row is not its own neighbour", () => {
    const a = rows(200, 3, 4, 7);
    const found = nearestRows(a, a, 0);
    expect(found).toEqual(nearestPlain(a, a, 0));
    expect([...found.row].every((row, i) => row !== i)).toBe(true);
  });

  it("on identical rows and on nothing", () => {
    const same = { count: 40, numeric: 1, columns: 2, values: new Float64Array(80).fill(0.5) };
    expect(new Set(nearestRows(same, same).nearest)).toEqual(new Set([0]));
    const none = { ...same, count: 0, values: new Float64Array() };
    expect(nearestRows(same, none).row[0]).toBe(-1);
    expect(nearestRows(none, same).row.length).toBe(0);
  });
});

it("is compiled from the source that is checked in", () => {
  const checked = spawnSync(process.execPath, ["scripts/build-kernels.mjs", "--check"]);
  expect(checked.stderr.toString()).toBe("");
  expect(checked.status).toBe(0);
});

describe("on several threads", () => {
  const pool = () =>
    import("../../dist/src/kernels/gower-pool.js" as string) as Promise<
      typeof import("../../src/kernels/gower-pool.js")
    >;
  const a = rows(1500, 3, 4, 11, 40);
  const b = rows(900, 3, 4, 12, 40);

  it.each([1, 2, 3])("finds the same: %i", async (threads) => {
    const { nearestTogether } = await pool();
    const found = await nearestTogether(a, b, { threads });
    const expected = nearestRows(a, b);
    for (const part of ["nearest", "second", "row"] as const)
      expect([...found[part]]).toEqual([...expected[part]]);
  });

  it("stops when it is told to, on the way too, and leaves no thread behind", async () => {
    const { nearestTogether } = await pool();
    const stop = new AbortController();
    const many = rows(40_000, 3, 4, 13, 40);
    const running = nearestTogether(many, many, { threads: 2, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 30);
    await expect(running).rejects.toThrow("enough");
    await expect(nearestTogether(a, b, { signal: stop.signal })).rejects.toThrow("enough");
  });
});
