import { describe, expect, it } from "vitest";
import { silent } from "../../../src/base/progress.js";
import { stream } from "../../../src/base/random.js";
import { utility } from "../../../src/evaluate/utility/section.js";
import type { Column, Table } from "../../../src/table/table.js";

/** Two numbers and a word that depends on them, or (without `relation`) does not. */
function people(rows: number, seed: number, relation: boolean): Table {
  const random = stream(seed, "people");
  const x = Float64Array.from({ length: rows }, () => random.normal());
  const z = Float64Array.from({ length: rows }, () => random.normal());
  const codes = Int32Array.from(x, (value, row) =>
    Number((relation ? value + (z[row] as number) : 0) + random.normal() > 0),
  );
  const number = (name: string, values: Float64Array): Column => ({
    kind: "number",
    name,
    type: { kind: "real", learned: true },
    values,
  });
  const levels = ["no", "yes"];
  const type = { kind: "category", values: levels, ordered: false, learned: false } as const;
  return {
    kind: "table",
    name: "people",
    rows,
    columns: [number("x", x), number("z", z), { kind: "code", name: "y", type, codes, levels }],
  };
}

async function report(synthetic: Table) {
  const section = await utility.make(
    {
      title: "t",
      audience: "teachers",
      inside: true,
      seed: 1,
      outputs: [
        { name: "out", synthetic, real: people(1500, 1, true), holdout: people(800, 2, true) },
      ],
      topics: [],
      progress: silent,
    },
    [],
  );
  return section?.scores ?? [];
}

describe("utility", () => {
  it("of rows that keep the relation is that of real rows", async () => {
    const scores = await report(people(1500, 3, true));
    expect(scores.map((score) => score.name)).toEqual([
      "AUC of linear",
      "AUC of boosted trees",
      "AUC of nearest neighbours",
      "AUC of small network",
    ]);
    for (const score of scores) {
      expect(score.columns).toEqual(["y"]);
      expect(Math.abs(score.value - (score.reference ?? 0))).toBeLessThan(0.03);
      expect(score.low).toBeLessThan(score.value);
      expect(score.high).toBeGreaterThan(score.value);
    }
  });

  it("of rows that lost it is that of guessing", async () => {
    for (const score of await report(people(1500, 3, false))) {
      expect(score.value).toBeLessThan(0.65);
      expect(score.reference).toBeGreaterThan(0.8);
    }
  });

  it.each([
    ["no held-out rows", {}, "y", "no rows were held out to test on"],
    ["no real rows", { real: undefined }, "y", "no real rows may be read for this report"],
    ["a column that nobody has", {}, "w", "the real rows have no such column"],
    ["one value", { real: one(400, 0) }, "y", "it has only one value in the real rows"],
    [
      "few rows",
      { synthetic: people(9, 3, true) },
      "y",
      "only 9 generated rows have a known value",
    ],
    ["one value held out", { holdout: one(40, 0) }, "y", "it has only one value in the held-out"],
    ["other words", { synthetic: one(40, 2) }, "y", "only 0 generated rows have a known value"],
  ])("says why a column was not predicted: %s", async (what, changed, target, reason) => {
    const holdout = what === "no held-out rows" ? {} : { holdout: people(40, 2, true) };
    const sides = { synthetic: people(40, 3, true), real: people(40, 1, true), ...holdout };
    const { real, ...others } = { ...sides, ...changed };
    const output = { name: "out", ...others, ...(real === undefined ? {} : { real }) };
    const request = {
      title: "t",
      audience: "teachers",
      inside: true,
      seed: 1,
      progress: silent,
      outputs: [output],
      topics: [{ topic: "utility", items: [predict(target)] }],
    } as const;
    const section = await utility.make(request, ["predict"]);
    expect(section?.scores).toEqual([]);
    expect(section?.tables[0]?.rows[0]?.[0]).toBe(target);
    expect(section?.tables[0]?.rows[0]?.[1]).toContain(reason);
  });
});

/** People who all have one word in the column to be predicted; the third occurs nowhere else. */
function one(rows: number, code: number): Table {
  const table = people(rows, 5, true);
  const columns = table.columns.map((column): Column => {
    if (column.kind !== "code") return column;
    return { ...column, levels: ["no", "yes", "perhaps"], codes: column.codes.map(() => code) };
  });
  return { ...table, columns };
}

function predict(name: string) {
  const span = { start: 0, end: 0 };
  return { word: { text: "predict", span }, arguments: [{ text: name, span }] };
}
