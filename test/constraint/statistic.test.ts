import { expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { measureStatistic } from "../../src/constraint/statistic.js";
import type { Formula } from "../../src/ir/formula.js";

const real = { kind: "real", learned: false } as const;
const scope = {
  columns: [
    { name: "x", type: real, optional: true },
    { name: "y", type: real, optional: true },
  ],
  levels: [undefined, undefined],
};
const x: Formula = { op: "column", name: "x" };
const y: Formula = { op: "column", name: "y" };
const big: Formula = { op: "ge", left: x, right: { op: "number", value: 3 } };
const cells = [Float64Array.of(1, 2, 3, 4, Number.NaN), Float64Array.of(2, 4, 6, 8.5, 1)];
const value = (name: string, ...args: Formula[]) =>
  measureStatistic({ name, args }, scope, cells, 5).value;

test("statistics leave out rows with missing operands", () => {
  expect(value("mean", x)).toBe(2.5);
  expect(value("sum", x)).toBe(10);
  expect(value("median", x)).toBe(2.5);
  expect(value("quantile", x, { op: "number", value: 0.25 })).toBe(1.75);
  expect(value("sd", x)).toBeCloseTo(1.2909944, 6);
  expect(value("share", big)).toBe(0.5);
  expect(value("count", big)).toBe(2);
  expect(value("min", x)).toBe(1);
  expect(value("max", x)).toBe(4);
  expect(value("correlation", x, y)).toBeCloseTo(0.9982, 3);
});

test("intervals hold the truth in about 95 of 100 samples", () => {
  // 400 samples of 200 normal pairs with correlation 0.6; fewer than 360 or more than 396 hits
  // has a probability below 1e-4 each way.
  const truths: [string, Formula[], number][] = [
    ["mean", [x], 0],
    ["sd", [x], 1],
    ["median", [x], 0],
    ["share", [{ ...big, right: { op: "number", value: 1 } } as Formula], 0.15865525],
    ["correlation", [x, y], 0.6],
  ];
  const random = stream(8, "coverage");
  const hits = truths.map(() => 0);
  for (let sample = 0; sample < 400; sample++) {
    const xs = new Float64Array(200).map(() => random.normal());
    const ys = xs.map((one) => 0.6 * one + 0.8 * random.normal());
    truths.forEach(([name, args, truth], i) => {
      const { low, high } = measureStatistic({ name, args }, scope, [xs, ys], 200);
      if (low <= truth && truth <= high) hits[i] = (hits[i] as number) + 1;
    });
  }
  for (const hit of hits) {
    expect(hit).toBeGreaterThanOrEqual(360);
    expect(hit).toBeLessThanOrEqual(396);
  }
});
