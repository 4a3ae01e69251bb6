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

  it("has nothing to say without real rows that were held out", async () => {
    const request = {
      title: "t",
      audience: "teachers",
      inside: true,
      seed: 1,
      topics: [],
    } as const;
    const outputs = [{ name: "out", synthetic: people(20, 1, true) }];
    expect(await utility.make({ ...request, outputs, progress: silent }, [])).toBeUndefined();
  });
});
