import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { limitAt } from "../../src/privacy/budget.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import { levelChoice } from "../../src/privacy/noise-levels.js";
import { PrivateTable } from "../../src/privacy/private-table.js";
import { rational } from "../../src/privacy/rational.js";
import { binned, codeDomain } from "../../src/table/domain.js";
import type { Table } from "../../src/table/table.js";
import { chiSquare } from "./goodness.js";
import { memoryAccount } from "./memory-ledger.js";

const rows = 20_000;
const random = stream(3, "private-table");
const levels = ["rare", "zebra", "apple", "mango", "lone"];
const fruit = Int32Array.from({ length: rows }, (_, i) =>
  i === 0 ? 4 : i < 6 ? 0 : i % 10 === 0 ? -1 : 1 + random.below(3),
);
const skewed = Float64Array.from({ length: rows }, () =>
  random.uniform() < 0.5 ? 0 : Math.round(Math.exp(7 + 1.2 * random.normal())),
);
const table: Table = {
  kind: "table",
  name: "t",
  rows,
  columns: [
    {
      kind: "code",
      name: "fruit",
      type: { kind: "category", values: [], ordered: false, learned: true },
      codes: fruit,
      levels,
    },
    { kind: "number", name: "gain", type: { kind: "int", learned: true }, values: skewed },
  ],
};
const fruitColumn = { name: "fruit", type: table.columns[0]!.type, optional: true };
const gainColumn = { name: "gain", type: table.columns[1]!.type, optional: false };

function open(epsilon: number, entities?: ArrayLike<number>, contributions = 1) {
  const { account, ledger } = memoryAccount(epsilon, 1e-6);
  const own = new PrivateTable({
    table,
    unit: { name: "each row", contributions },
    account,
    entropy: new SeededEntropy("domains"),
    ...(entities === undefined ? {} : { entities }),
  });
  return { own, ledger };
}

describe("learned categories", () => {
  it("are those that many units have, in alphabetical order", () => {
    const { own, ledger } = open(1);
    const learned = own.learnCategories("fruit", 0.002, 1e-8);
    expect(learned.values).toEqual(["apple", "mango", "zebra"]);
    expect(learned.threshold).toBeGreaterThan(2 + 5.6 * learned.sigma);
    expect(ledger.book[0]?.event).toMatchObject({ kind: "gaussian", delta: 1e-8 });
  });

  it("are charged in δ too, and refused when that is spent", () => {
    const { own, ledger } = open(1);
    own.learnCategories("fruit", 0.0001, 6e-8);
    expect(() => own.learnCategories("fruit", 0.0001, 6e-8)).toThrow(/P0750.*its δ/);
    own.learnCategories("fruit", 0.0001, 3e-8);
    expect(ledger.book).toHaveLength(2);
  });

  it("count units, not rows", () => {
    const { own } = open(
      30,
      Int32Array.from({ length: rows }, (_, i) => i % 40),
      500,
    );
    const learned = own.learnCategories("fruit", 0.5, 1e-8);
    expect(learned.sigma).toBeGreaterThanOrEqual(Math.sqrt(500));
    expect(learned.values).toEqual([]);
  });
});

describe("learned bounds", () => {
  it("hold nearly all values, to a power of two", () => {
    const { own } = open(1);
    const { low, high } = own.learnBounds("gain", 1, 0.005);
    expect(low).toBe(0);
    expect(Math.log2(high) % 1).toBe(0);
    const beyond = skewed.filter((value) => value > high).length;
    expect(beyond).toBeLessThan(200);
    expect(high).toBeLessThan(2 ** 18);
  });

  it("are refused when no value stands out of the noise", () => {
    const { own } = open(1);
    expect(() => own.learnBounds("gain", 1, 1e-9)).toThrow(/P0759/);
  });
});

describe("learned quantiles", () => {
  it("cut a skewed column into bins of like mass, around its spike", () => {
    const { own, ledger } = open(1);
    const edges = own.learnEdges("gain", { low: 0, high: 2 ** 17 }, 1, 4, 0.01);
    expect(edges[0]).toBe(0);
    expect(edges.at(-1)).toBe(2 ** 17);
    expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
    expect(edges.every(Number.isInteger)).toBe(true);
    const masses = edges
      .slice(1)
      .map((edge, i) => skewed.filter((v) => v >= edges[i]! && v < edge).length);
    const others = masses.filter((mass) => mass < 9000);
    expect(masses.some((mass) => mass > 9000)).toBe(true);
    expect(Math.max(...others)).toBeLessThan(4000);
    expect(ledger.book).toHaveLength(7);
  });

  it("lie anywhere between the bounds for columns without a step", () => {
    const { own } = open(1);
    const edges = own.learnEdges("gain", { low: -3.5, high: 1e5 }, undefined, 3, 0.01);
    expect(edges.length).toBeGreaterThanOrEqual(9);
    expect(edges.length).toBeLessThanOrEqual(9 + 6);
    expect(edges[0]).toBe(-3.5);
    expect(edges.at(-1)).toBe(1e5);
  });
});

describe("the choice among levels", () => {
  it("has its mass function", () => {
    const counts = Float64Array.of(3, 0, 40, 1000, 7);
    const weights = counts.map((count, j) => count * Math.exp(-1.5 * j));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const entropy = new SeededEntropy("levels");
    const draws = Float64Array.from({ length: 20_000 }, () =>
      levelChoice(counts, rational(3, 2), entropy),
    );
    const fit = chiSquare(draws, (x) => (weights[x] ?? 0) / total, 5);
    expect(fit.statistic).toBeLessThan(fit.critical);
  });

  it("copes with many levels of which few matter", () => {
    const counts = new Float64Array(1_000_000).fill(1);
    const entropy = new SeededEntropy("many");
    for (let i = 0; i < 20; i++) expect(levelChoice(counts, rational(1), entropy)).toBeLessThan(40);
  });
});

describe("coding", () => {
  it("keeps listed values, draws others from what was learned, and codes missing", () => {
    const { own } = open(1e5);
    const learned = own.learnCategories("fruit", 0.01, 1e-8);
    const domains = [
      codeDomain(fruitColumn, learned.values),
      binned(gainColumn, [0, 1, 1000, 2 ** 17]),
    ];
    const access = own.access(domains);
    expect(access.columns).toEqual([
      { name: "fruit", size: 4 },
      { name: "gain", size: 3 },
    ]);
    const { counts } = access.measureMarginal({ columns: [0], rho: 1000 });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows);
    expect(counts[3]).toBe(fruit.filter((code) => code === -1).length);
    const zeros = skewed.filter((value) => value < 1).length;
    expect(access.measureMarginal({ columns: [1], rho: 1000 }).counts[0]).toBe(zeros);
  });

  it("takes rows out whose value no public domain lists", () => {
    const { own } = open(1e5);
    const access = own.access([codeDomain(fruitColumn, ["apple", "mango"])]);
    const { counts } = access.measureMarginal({ columns: [0], rho: 1000 });
    const kept = fruit.filter((code) => code === 2 || code === 3 || code === -1).length;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(kept);
  });
});

describe("a descent", () => {
  it("codes texts row by row, and leaves out a row without one where it may not lack it", () => {
    const codes = Int32Array.of(0, 1, -1, 0);
    const column = {
      kind: "code",
      name: "note",
      type: { kind: "text" },
      codes,
      levels: ["ab", "c"],
    };
    const sex = { ...column, name: "sex", codes: Int32Array.of(1, 0, 1, 1), levels: ["F", "M"] };
    const notes = { kind: "table", name: "t", rows: 4, columns: [column, sex] } as Table;
    const spell = (text: string | undefined, into: Int32Array, at: number) => {
      for (let i = 0; i < 2; i++) into[at + i] = text?.codePointAt(i) ?? 0;
    };
    const said = codeDomain({ ...fruitColumn, name: "sex", optional: false }, ["F", "M"]);
    const coded = (optional: boolean) => {
      const { account } = memoryAccount(100, 1e-6);
      const unit = { name: "each row", contributions: 1 };
      const own = new PrivateTable({ table: notes, unit, account, noiseSeed: "descent" });
      const plan = { rate: 1, noise: 1, steps: 1, delta: 1e-7 };
      const limit = limitAt("the budget", 100, 1e-6, Number.POSITIVE_INFINITY, 1);
      const step = own.descent(
        [{ name: "note", slots: 2, optional, spell }, said],
        plan,
        memoryAccount(100, 1e-6, { limit }).account,
      );
      let seen: number[] = [];
      step(1, (words) => {
        seen = [...words];
        return Float32Array.of(0);
      });
      return seen;
    };
    expect(coded(true)).toEqual([97, 98, 1, 99, 0, 0, 0, 0, 1, 97, 98, 1]);
    expect(coded(false)).toEqual([97, 98, 1, 99, 0, 0, 97, 98, 1]);
  });
});
