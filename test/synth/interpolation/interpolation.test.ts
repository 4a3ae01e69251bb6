import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { blankCells } from "../../../src/synth/draw-plan.js";
import { Heaps } from "../../../src/synth/interpolation/heaps.js";
import { NeighbourFinder } from "../../../src/synth/interpolation/neighbours.js";
import { ObservedNumbers } from "../../../src/synth/observed-numbers.js";
import { observedRows } from "../../../src/synth/observed-rows.js";
import { trainingOf } from "../../../src/synth/training.js";
import { labels, numbers, tableOf } from "../../families.js";
import { learn, requestFor } from "../drawing.js";

/** A large group on one line and a small one on another, far away. */
function twoGroups() {
  const random = stream(4, "groups");
  const group: string[] = [];
  const x: number[] = [];
  const y: number[] = [];
  for (let row = 0; row < 1000; row++) {
    const small = row % 50 === 0;
    group.push(small ? "few" : "many");
    const at = random.uniform();
    x.push(small ? 100 + at : at);
    y.push(small ? 200 - at : at);
  }
  return tableOf("t", labels("group", group), numbers("x", x), numbers("y", y));
}

test("new rows of a minority lie between its own rows", async () => {
  const table = twoGroups();
  const model = await learn("interpolation", table, { neighbours: [3] });
  const rows = 400;
  const cells = blankCells(model.columns, rows);
  const random = stream(1, "given");
  const state = model.begin(rows, random);
  const codes = new Uint8Array(2);
  codes[model.levels[0]?.indexOf("few") as number] = 1;
  for (let row = 0; row < rows; row++) {
    const log = model.drawAllowed(state, cells, 0, row, { missing: false, codes }, random);
    expect(Math.exp(log)).toBeCloseTo(0.02, 10);
  }
  for (const column of [1, 2]) model.drawFree(state, cells, column, 0, rows, random);
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const [x, y] = [cells[1]?.[row] as number, cells[2]?.[row] as number];
    seen.add(x);
    expect(x).toBeGreaterThanOrEqual(100);
    expect(x + y).toBeCloseTo(300, 6);
  }
  expect(seen.size).toBeGreaterThan(300);
});

test("neighbours are those of brute force", () => {
  const table = twoGroups();
  const observed = observedRows(trainingOf(requestFor(table)));
  const group = Int32Array.from({ length: 300 }, (_, at) => at * 3);
  const finder = new NeighbourFinder(observed, 4);
  const rank = (column: number) => {
    const entries = observed[column]?.entries as Int32Array;
    const sorted = Array.from(entries).sort((a, b) => a - b);
    return Array.from(entries, (entry) => {
      const first = sorted.indexOf(entry);
      return (first + sorted.lastIndexOf(entry) + 1) / 2 / entries.length;
    });
  };
  const [x, y] = [rank(1), rank(2)];
  const group0 = observed[0]?.entries as Int32Array;
  for (const row of group.subarray(0, 20)) {
    const gap = (other: number) =>
      ((x[row] as number) - (x[other] as number)) ** 2 +
      ((y[row] as number) - (y[other] as number)) ** 2 +
      (group0[row] === group0[other] ? 0 : 0.2887 ** 2);
    const expected = Array.from(group)
      .filter((other) => other !== row)
      .sort((a, b) => gap(a) - gap(b))
      .slice(0, 4)
      .map(gap);
    const found = Array.from(finder.of(row, group), gap);
    found.forEach((distance, at) => {
      expect(distance).toBeCloseTo(expected[at] as number, 4);
    });
  }
});

test("a majority vote gives the neighbours' commonest category", async () => {
  const label = Array.from({ length: 60 }, (_, row) => (row % 30 === 0 ? "rare" : "common"));
  const table = tableOf("t", labels("c", label), numbers("x", label.keys()));
  const model = await learn("interpolation", table, { vote: ["majority"], neighbours: [5] });
  const cells = blankCells(model.columns, 200);
  const random = stream(2, "vote");
  model.drawFree(model.begin(200, random), cells, 0, 0, 200, random);
  const rare = model.levels[0]?.indexOf("rare") as number;
  const count = Array.from(cells[0] as Int32Array).filter((code) => code === rare).length;
  expect(count).toBe(0);
});

/** Whole hours, a third of them round, beside a number that goes with them; years, two of which were skipped. */
function heaped(rows: number) {
  const random = stream(7, "heaps");
  const hours: number[] = [];
  const pay: number[] = [];
  const year: number[] = [];
  for (let row = 0; row < rows; row++) {
    const at = Math.round(40 + 9 * random.normal());
    const told = random.uniform() < 0.35 ? 5 * Math.round(at / 5) : at;
    hours.push(told);
    pay.push(told * (10 + random.normal()));
    year.push([1970, 1971, 1973, 1975, 1978][Math.floor(random.uniform() * 5)] as number);
  }
  return tableOf("t", numbers("hours", hours), numbers("pay", pay), numbers("year", year));
}

test("heaps keep their shares, and no number is made up between two that many rows have", async () => {
  const table = heaped(300);
  const rows = 8000;
  const model = await learn("interpolation", table);
  const cells = blankCells(model.columns, rows);
  const random = stream(3, "heaps");
  const state = model.begin(rows, random);
  for (const column of model.order) model.drawFree(state, cells, column, 0, rows, random);
  const [hours, , years] = table.columns.map((column) =>
    column.kind === "number" ? column.values : new Float64Array(0),
  );
  const share = (values: ArrayLike<number>, one: number) =>
    Array.from(values).filter((value) => value === one).length / values.length;
  const round = [30, 35, 40, 45, 50];
  const sum = (values: ArrayLike<number>) =>
    round.reduce((all, one) => all + share(values, one), 0);
  // Mates are chosen by who is near, not evenly: a tenth of the share is left to that, and .02 to chance (4σ).
  const before = sum(hours as Float64Array);
  expect(Math.abs(sum(cells[0] as Float64Array) - before)).toBeLessThan(0.1 * before + 0.02);
  expect(new Set(cells[2])).toEqual(new Set(years));
});

test("between a heap and another value one of the two is taken, the nearer; between rare ones lies the line", () => {
  const values = [
    ...Array.from({ length: 60 }, () => 0),
    ...Array.from({ length: 40 }, (_, i) => 100 + i * i),
  ];
  const table = tableOf("t", numbers("gain", values));
  const observed = observedRows(trainingOf(requestFor(table)))[0];
  if (!(observed instanceof ObservedNumbers)) throw new Error("numbers");
  const heaps = new Heaps(observed);
  const random = stream(1, "between");
  expect(heaps.between(0, 20, 0.4, random)).toBe(0);
  expect(heaps.between(0, 20, 0.6, random)).toBeGreaterThanOrEqual(100);
  const [low, high] = [100 + 9 * 9, 100 + 19 * 19];
  expect(heaps.between(10, 20, 0.25, random)).toBeCloseTo(low + 0.25 * (high - low), -0.5);
});
