import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { correlationRatio, cramersV } from "../../src/evaluate/association.js";
import { areaOf } from "../../src/evaluate/model/area.js";
import {
  boostedChances,
  boostedScores,
  fitBoosted,
} from "../../src/evaluate/model/boosted-trees.js";
import type { Binned, Node } from "../../src/evaluate/model/tree.js";
import { pearson, ranks } from "../../src/evaluate/rank.js";

function noise(seed: number, rows: number, columns: number, bins: number): Binned {
  const random = stream(seed, "noise");
  return {
    rows,
    bins: Array.from({ length: columns }, () =>
      Uint8Array.from({ length: rows }, () => random.below(bins)),
    ),
    sizes: new Array(columns).fill(bins),
    unordered: new Array(columns).fill(true),
  };
}

const two = { kind: "classes", count: 2 } as const;

describe("boosted trees", () => {
  it("learn what only two columns together tell, and nothing from noise", () => {
    const train = noise(1, 4000, 5, 6);
    const test = noise(2, 4000, 5, 6);
    const label = (x: Binned) =>
      Uint8Array.from({ length: x.rows }, (_, row) =>
        ((x.bins[0]?.[row] ?? 0) + (x.bins[1]?.[row] ?? 0)) % 2 === 0 ? 1 : 0,
      );
    const model = fitBoosted(train, label(train), two);
    expect(areaOf(label(test), boostedChances(model, test)).value).toBeGreaterThan(0.95);
    const random = stream(3, "coin");
    const coin = Uint8Array.from({ length: 4000 }, () => random.below(2));
    const lost = fitBoosted(train, coin, two);
    expect(Math.abs(areaOf(coin, boostedChances(lost, test)).value - 0.5)).toBeLessThan(0.05);
  });
  it("fit values as well as shares", () => {
    const x = noise(1, 2000, 3, 10);
    const y = Float64Array.from({ length: 2000 }, (_, row) => 3 * (x.bins[2]?.[row] ?? 0) - 7);
    const fitted = boostedScores(fitBoosted(x, y, { kind: "number" }), x);
    expect(Math.max(...fitted.map((value, row) => Math.abs(value - (y[row] ?? 0))))).toBeLessThan(
      0.5,
    );
  });
  it("of two columns that cut alike the first is used, whatever the order of additions", () => {
    const random = stream(9, "alike");
    const rows = 3000;
    const first = Uint8Array.from({ length: rows }, () => random.below(12));
    const other = Uint8Array.from({ length: rows }, () => random.below(7));
    const x: Binned = {
      rows,
      bins: [first, other, first.map((bin) => 11 - bin)],
      sizes: [12, 7, 12],
      unordered: [false, true, false],
    };
    const y = Uint8Array.from({ length: rows }, (_, row) =>
      Number(random.uniform() < 0.2 + 0.04 * (first[row] ?? 0) + 0.03 * (other[row] ?? 0)),
    );
    const used = (node: Node): number[] =>
      node.low === undefined || node.high === undefined
        ? []
        : [node.column, ...used(node.low), ...used(node.high)];
    const columns = fitBoosted(x, y, two).trees.flatMap((trees) => trees.flatMap(used));
    expect(new Set(columns)).toEqual(new Set([0, 1]));
  });
  it("give the mean where there is nothing to split", () => {
    const x = noise(1, 30, 1, 1);
    const model = fitBoosted(
      x,
      Uint8Array.from({ length: 30 }, (_, i) => (i < 6 ? 1 : 0)),
      two,
    );
    expect(boostedChances(model, x)[0]).toBeCloseTo(0.2, 9);
  });
});

describe("rank statistics", () => {
  it("AUC is the share of pairs in the right order", () => {
    const random = stream(4, "auc");
    const actual = Uint8Array.from({ length: 60 }, () => random.below(2));
    const scores = Float64Array.from({ length: 60 }, () => random.below(8));
    let [won, pairs] = [0, 0];
    for (const [i, a] of actual.entries()) {
      for (const [j, b] of actual.entries()) {
        if (a !== 1 || b !== 0) continue;
        pairs++;
        won += (scores[i] ?? 0) > (scores[j] ?? 0) ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
    expect(areaOf(actual, scores).value).toBeCloseTo(won / pairs, 12);
    expect(areaOf([1, 1], Float64Array.from([0, 1])).value).toBeNaN();
  });
  it("ranks share ties and leave gaps alone; Pearson skips gaps", () => {
    expect([...ranks(Float64Array.from([3, Number.NaN, 1, 3]))]).toEqual([2.5, Number.NaN, 1, 2.5]);
    expect(
      pearson(Float64Array.from([1, 2, 3, Number.NaN]), Float64Array.from([2, 4, 6, 0])),
    ).toBeCloseTo(1, 12);
    expect(pearson(Float64Array.from([1, 1]), Float64Array.from([1, 2]))).toBeNaN();
  });
});

describe("association", () => {
  it("is 1 for a column and itself, and about 0 by chance however many levels", () => {
    const size = 5;
    const counts = Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 200 : 0));
    expect(cramersV({ counts, left: size, right: size })).toBeCloseTo(1, 6);
    const random = stream(5, "chance");
    const loose = new Float64Array(400);
    for (let i = 0; i < 1000; i++) {
      const cell = random.below(400);
      loose[cell] = (loose[cell] ?? 0) + 1;
    }
    // Uncorrected it would be near 0.14.
    expect(cramersV({ counts: loose, left: 20, right: 20 })).toBeLessThan(0.09);
  });
  it("of groups and numbers is the root of the variance explained", () => {
    const groups = Int32Array.from({ length: 400 }, (_, i) => i % 4);
    expect(correlationRatio(groups, Float64Array.from(groups, Number))).toBeCloseTo(1, 9);
    const random = stream(6, "eta");
    expect(
      correlationRatio(
        groups,
        Float64Array.from(groups, () => random.normal()),
      ),
    ).toBeLessThan(0.2);
    expect(correlationRatio(groups, new Float64Array(400))).toBeNaN();
  });
});
