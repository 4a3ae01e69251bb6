import { expect, test } from "vitest";
import { silent } from "../../../src/base/progress.js";
import { stream } from "../../../src/base/random.js";
import { makeGuide } from "../../../src/constraint/make-guide.js";
import { drawRows } from "../../../src/synth/draw.js";
import { gatherWords, slotOrder } from "../../../src/synth/neural/batch.js";
import { calibrated } from "../../../src/synth/neural/calibrate.js";
import { featuresOf, lossOf } from "../../../src/synth/neural/forward.js";
import { logitsOf } from "../../../src/synth/neural/heads.js";
import { language } from "../../../src/synth/neural/language.js";
import { layoutOf } from "../../../src/synth/neural/layout.js";
import { Network } from "../../../src/synth/neural/network.js";
import { loadEngine } from "../../../src/synth/neural/tensors.js";
import type { Table } from "../../../src/table/table.js";

test("calibrated heads expect each word as often as the rows have it, and fit them better", async () => {
  const layout = layoutOf({
    ...{ width: 8, layers: 1, heads: 2, hidden: 12 },
    ...{ words: [5, 3, 4, 6], slots: [1, 1, 3, 1] },
  });
  const network = new Network(await loadEngine("wasm"), layout);
  const random = stream("calibrate");
  const parameters = Float32Array.from({ length: layout.size }, () => 0.5 * random.normal());
  const [rows, drawing] = [700, [2, 0, 3, 1]];
  const slots = layout.columnOf.length;
  const words = Int32Array.from({ length: rows * slots }, (_, at) => {
    const size = layout.shape.words[layout.columnOf[at % slots] as number] as number;
    return Math.min(random.below(size), random.below(size));
  });
  const order = slotOrder(layout, drawing);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const batch = { examples: rows, words: gatherWords(words, slots, all), order };
  // By hand: the sum over rows of each word's probability, less how many rows have it; the largest in all columns.
  const gaps = (values: Float32Array) => {
    const features = featuresOf(network, values, batch);
    const { width } = layout.shape;
    return [0, 1, 3].map((column) => {
      const slot = layout.firstOf[column] as number;
      const at = order.indexOf(slot);
      const size = layout.shape.words[column] as number;
      const gap = new Array<number>(size).fill(0);
      for (const row of all) {
        const from = (row * order.length + at) * width;
        const own = features.slice(from, from + width);
        const weights = Array.from(logitsOf(network.tf, layout, values, slot, own), Math.exp);
        const sum = weights.reduce((a, b) => a + b, 0);
        weights.forEach((weight, word) => {
          gap[word]! += weight / sum;
        });
        gap[words[row * slots + slot] as number]! -= 1;
      }
      return Math.max(...gap.map(Math.abs));
    });
  };
  const after = calibrated(network, parameters, { words, rows, drawing });
  expect(Math.max(...gaps(parameters))).toBeGreaterThan(50);
  expect(Math.max(...gaps(after))).toBeLessThan(1);
  expect(lossOf(network, after, batch)).toBeLessThan(lossOf(network, parameters, batch));
});

test("a small table is learned among rows that trees draw, and says so", async () => {
  const random = stream("small");
  const towns = Int32Array.from({ length: 120 }, () => Math.min(random.below(6), random.below(6)));
  const codes = [towns, towns.map((town) => town >> 1)];
  const columns = ["town", "land"].map((name, at) => {
    const levels = Array.from({ length: 6 }, (_, code) => `${name} ${code}`);
    const type = { kind: "category", values: levels, ordered: false, learned: false } as const;
    return { kind: "code", name, type, levels, codes: codes[at] as Int32Array } as const;
  });
  const table: Table = { kind: "table", name: "t", rows: 120, columns };
  const learned = columns.map(({ name, type }) => ({ name, type, optional: false }));
  const model = await language.fit({
    ...{ table, columns: learned, first: [], seed: 1, progress: silent },
    options: { width: [16], layers: [1] },
  });
  expect(model.notes?.[0]).toBe(
    "so few rows (120) were learned among 4000 that trees draw from them",
  );
  const guide = makeGuide({ columns: learned, levels: model.levels, rules: [] });
  const asked = { model, columns: learned, guide, rows: 2000, name: "made", seed: 1 };
  const { cells } = await drawRows({ ...asked, progress: silent });
  const [made, lands] = cells as Int32Array[] as [Int32Array, Int32Array];
  const shares = (values: Int32Array) =>
    Array.from({ length: 6 }, (_, code) => values.filter((v) => v === code).length / values.length);
  const real = shares(towns);
  // Seeds are fixed. Sampling alone moves a share of 2,000 rows by .011 (one standard deviation).
  for (const [code, share] of shares(made).entries()) {
    expect(Math.abs(share - (real[code] as number))).toBeLessThan(0.04);
  }
  const right = made.filter((town, row) => town >> 1 === lands[row]).length / made.length;
  expect(right).toBeGreaterThan(0.9);
});
