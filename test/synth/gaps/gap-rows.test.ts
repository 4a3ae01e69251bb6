import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { blankCells } from "../../../src/synth/draw-plan.js";
import { fitWithGaps } from "../../../src/synth/gaps/fit-gaps.js";
import { GapRows } from "../../../src/synth/gaps/gap-rows.js";
import { loadLearner, loadModel } from "../../../src/synth/registry.js";
import { decodeModel, encodeModel } from "../../../src/synth/saved-model.js";
import { labels, numbers, tableOf, whole } from "../../families.js";
import { drawn, requestFor, smallNetwork, valuesOf } from "../drawing.js";

const rows = 600;
const random = stream(2, "trips");
const start = Float64Array.from({ length: rows }, () => 1_500_000_000 + random.below(3e7));
const isFar = Array.from({ length: rows }, () => random.below(3) === 0);
const end = start.map((value, row) =>
  random.below(8) === 0 ? Number.NaN : value + (isFar[row] ? 3000 : 300) + random.below(300),
);
const paid = end.map((value) => value + 5 + random.below(20));
const time = { kind: "datetime", learned: true } as const;
const trips = tableOf(
  "trips",
  numbers("start", start, time),
  numbers("end", end, time),
  labels(
    "kind",
    isFar.map((far) => (far ? "far" : "near")),
  ),
  numbers("paid", paid, time),
  whole(
    "persons",
    Array.from({ length: rows }, () => random.below(4)),
  ),
);

async function learned(name: string, first: readonly string[] = []): Promise<GapRows> {
  const learner = await loadLearner(name);
  const request = requestFor(trips, name === "language" ? smallNetwork : {}, first);
  return (await fitWithGaps(request, (own) => learner.fit(own))) as GapRows;
}

describe.each(["trees", "copula", "forest", "interpolation", "language"])(
  "%s with gaps",
  (name) => {
    test("draws columns that lie as near as the real ones, and misses as many", async () => {
      const model = await learned(name);
      expect(model).toBeInstanceOf(GapRows);
      expect(model.notes).toContain("paid is learned as how far it lies from end");
      const made = drawn(model, 800);
      const [from, to, last] = ["start", "end", "paid"].map((each) => valuesOf(made, each)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      let missing = 0;
      for (let row = 0; row < made.rows; row++) {
        const ride = (to[row] as number) - (from[row] as number);
        if (Number.isNaN(ride)) missing++;
        else {
          expect(ride).toBeGreaterThanOrEqual(300);
          expect(ride).toBeLessThan(3300);
        }
        const later = (last[row] as number) - (to[row] as number);
        if (!Number.isNaN(later) && name !== "language") expect(later).toBeLessThan(25);
      }
      // An eighth is missing; of 800 rows .035 is three standard errors. One epoch teaches a network less.
      expect(Math.abs(missing / made.rows - 1 / 8)).toBeLessThan(name === "language" ? 0.1 : 0.05);
    });

    test("keeps to what is allowed of the column itself, wherever that lies", async () => {
      const model = await learned(name);
      const steps = stream(3, "allowed");
      const cells = blankCells(model.columns, 40);
      const state = model.begin(40, steps);
      for (const column of model.order) {
        if (column !== 1) {
          model.drawFree(state, cells, column, 0, 40, steps);
          continue;
        }
        for (let row = 0; row < 40; row++) {
          const from = (cells[0] as Float64Array)[row] as number;
          const [low, far] = [from + 100 * row, from + 1e8];
          const allowed = { missing: false, intervals: [low, low + 50, far, far + 1] };
          const log = model.drawAllowed(state, cells, column, row, allowed, steps);
          const value = (cells[1] as Float64Array)[row] as number;
          expect((value >= low && value <= low + 50) || (value >= far && value <= far + 1)).toBe(
            true,
          );
          expect(log).toBeLessThanOrEqual(0);
        }
      }
    });

    test("draws the same rows after saving and loading", async () => {
      const model = await learned(name);
      const again = await loadModel(decodeModel(encodeModel(model.save()), "model"));
      expect(again.columns).toEqual(model.columns);
      expect(drawn(again, 50, 9)).toEqual(drawn(model, 50, 9));
    });

    test("measures from what is drawn first", async () => {
      const model = await learned(name, ["end"]);
      expect(model.notes).toContain("start is learned as how far it lies from end");
    });
  },
);

test("a column's probability is that of its gap", async () => {
  const model = await learned("trees");
  const steps = stream(5, "weights");
  const cells = blankCells(model.columns, 1);
  const state = model.begin(1, steps);
  model.drawFree(state, cells, 0, 0, 1, steps);
  const from = (cells[0] as Float64Array)[0] as number;
  const within = (low: number, high: number, missing = false) =>
    model.drawAllowed(state, cells, 1, 0, { missing, intervals: [from + low, from + high] }, steps);
  const parts = [within(300, 599), within(3000, 3299), within(0, -1, true)].map(Math.exp);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 6);
  expect(within(-5000, -1)).toBe(Number.NEGATIVE_INFINITY);
});

test("a condition on other columns is exact, one on a gap's column is weighed", async () => {
  const model = await learned("forest");
  const far = new Map([[2, { missing: false, codes: Uint8Array.of(1, 0) }]]);
  const found = model.condition?.([far]);
  expect(found?.probability).toBeGreaterThan(0.2);
  expect(found?.model).toBeInstanceOf(GapRows);
  expect(
    model.condition?.([new Map([[1, { missing: false, intervals: [0, 1] }]])]),
  ).toBeUndefined();
});

test("tables without such columns are learned as they are", async () => {
  const plain = tableOf(
    "plain",
    whole(
      "a",
      Array.from({ length: 50 }, (_, row) => row % 7),
    ),
  );
  const { fit } = await loadLearner("trees");
  expect(await fitWithGaps(requestFor(plain), fit)).not.toBeInstanceOf(GapRows);
});
