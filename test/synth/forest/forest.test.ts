import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { blankCells } from "../../../src/synth/draw-plan.js";
import { contest, donorsFrom } from "../../../src/synth/forest/adversary.js";
import { predictorsOf } from "../../../src/synth/tree/predictors.js";
import { leafOf } from "../../../src/synth/tree/tree.js";
import { numbers, people, tableOf } from "../../families.js";
import { drawn, labelsOf, learn, valuesOf } from "../drawing.js";

const settings = { trees: 5, minLeaf: 5, tryAt: 2 };

function rounds(count: number) {
  const random = stream(3, "forest test");
  const table = people(1500);
  const cells = table.columns.map((column) =>
    column.kind === "number" ? column.values : column.codes,
  );
  const levels = table.columns.map((column) =>
    column.kind === "code" ? column.levels : undefined,
  );
  const predictors = predictorsOf(cells, levels);
  let donors: Int32Array[] = predictors.map(() =>
    random.shuffle(Int32Array.from({ length: table.rows }, (_, row) => row)),
  );
  const results = [];
  for (let round = 0; round < count; round++) {
    const result = contest(predictors, donors, settings, random);
    results.push(result);
    donors = donorsFrom(result.partitions, predictors.length, table.rows, random);
  }
  return { cells, results };
}

describe("an adversarial forest", () => {
  test("finds it harder to tell real from made up as rounds go by", () => {
    const [first, second] = rounds(2).results;
    expect(first?.accuracy).toBeGreaterThan(0.75);
    expect(second?.accuracy).toBeLessThan((first?.accuracy ?? 0) - 0.1);
  });

  test("puts every real row into the leaf that its values lead to, at least five in each", () => {
    const { cells, results } = rounds(1);
    for (const { tree, rows, leafOfRow } of results[0]?.partitions ?? []) {
      expect([...rows].sort((a, b) => a - b)).toEqual([...rows.keys()]);
      for (let row = 0; row < rows.length; row += 7) {
        expect(leafOf(tree, cells, row)).toBe(leafOfRow[row]);
      }
      tree.child.forEach((child, node) => {
        const start = tree.start[node] as number;
        const end = tree.end[node] as number;
        expect(end - start).toBeGreaterThanOrEqual(5);
        if (child >= 0) return;
        for (let i = start; i < end; i++) expect(leafOfRow[rows[i] as number]).toBe(node);
      });
    }
  });

  test("keeps how columns go together", async () => {
    const real = people(3000);
    const made = drawn(await learn("forest", real), 3000);
    const paid = (t: typeof real) => {
      const pay = valuesOf(t, "pay");
      const jobs = labelsOf(t, "job");
      return Array.from(pay).filter((amount, row) => jobs[row] === "retired" && amount > 0).length;
    };
    expect(paid(real)).toBe(0);
    expect(paid(made)).toBeLessThan(60);
  });

  test("conditions exactly on the column that comes first", async () => {
    const random = stream(6, "line");
    const x = Array.from({ length: 3000 }, () => random.uniform());
    const table = tableOf(
      "t",
      numbers("x", x),
      numbers(
        "y",
        x.map((value) => value * value),
      ),
    );
    const model = await learn("forest", table);
    const cells = blankCells(model.columns, 500);
    const draw = stream(7, "draw");
    const state = model.begin(500, draw);
    const allowed = { missing: false, intervals: [0.8, 1] };
    for (let row = 0; row < 500; row++) {
      const log = model.drawAllowed(state, cells, 0, row, allowed, draw);
      expect(Math.exp(log)).toBeCloseTo(x.filter((value) => value >= 0.8).length / 3000, 10);
    }
    model.drawFree(state, cells, 1, 0, 500, draw);
    const mean = (cells[1] as Float64Array).reduce((sum, y) => sum + y, 0) / 500;
    // E[x² | x > 0.8] = 0.813; leaves are narrow, the standard error is 0.005.
    expect(Math.abs(mean - 0.813)).toBeLessThan(0.03);
  });
});
