import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silent } from "../../../src/base/progress.js";
import { stream } from "../../../src/base/random.js";
import type { Box } from "../../../src/constraint/boxes.js";
import type { Allowed } from "../../../src/constraint/guide.js";
import { leafOf } from "../../../src/kernels/decision-tree.js";
import { blankCells } from "../../../src/synth/draw-plan.js";
import { contest, donorsFrom } from "../../../src/synth/forest/adversary.js";
import type { SavedModel } from "../../../src/synth/synthesizer.js";
import { prepare } from "../../../src/synth/tree/predictors.js";
import type { Column } from "../../../src/table/table.js";
import { numbers, people, tableOf } from "../../families.js";
import { drawn, labelsOf, learn, valuesOf } from "../drawing.js";

const settings = { trees: 5, minLeaf: 5, tryAt: 2 };

async function rounds(count: number) {
  const random = stream(3, "forest test");
  const table = people(1500);
  const cells = table.columns.map((column) =>
    column.kind === "number" ? column.values : column.codes,
  );
  const levels = table.columns.map((column) =>
    column.kind === "code" ? column.levels : undefined,
  );
  const { predictors } = prepare(cells, levels);
  let donors: Int32Array[] = predictors.map(() =>
    random.shuffle(Int32Array.from({ length: table.rows }, (_, row) => row)),
  );
  const results = [];
  for (let round = 0; round < count; round++) {
    const result = await contest(predictors, donors, settings, random, silent.signal);
    results.push(result);
    donors = donorsFrom(result.partitions, predictors.length, table.rows, random);
  }
  return { cells, results };
}

/** The forest's probability of a set of combinations of codes, leaf by leaf, and by hand. */
function byHand(saved: SavedModel, wanted: (codes: readonly number[]) => boolean): number {
  const { trees } = saved.json as { readonly trees: number };
  const entries = [0, 1, 2].map((column) => saved.arrays[`${column}.entries`] as Int32Array);
  const rows = entries[0]?.length ?? 0;
  let probability = 0;
  for (let at = 0; at < trees; at++) {
    const [child, start, end, arranged] = ["child", "start", "end", "rows"].map(
      (part) => saved.arrays[`tree.${at}.${part}`] as Int32Array,
    );
    child?.forEach((left, node) => {
      if (left >= 0) return;
      const members = arranged?.subarray(start?.[node], end?.[node]) ?? [];
      const share = (column: number, code: number) =>
        Array.from(members).filter((row) => entries[column]?.[row] === code).length /
        members.length;
      for (let a = -1; a < 3; a++)
        for (let b = -1; b < 3; b++)
          for (let c = -1; c < 3; c++) {
            if (!wanted([a, b, c])) continue;
            const cell = share(0, a) * share(1, b) * share(2, c);
            probability += (cell * members.length) / rows / trees;
          }
    });
  }
  return probability;
}

describe("a forest under a condition", () => {
  const draw = stream(11, "codes");
  const first = Array.from({ length: 1200 }, () => draw.below(4) - 1);
  const second = first.map((code) => (draw.uniform() < 0.7 ? code : draw.below(4) - 1));
  const third = second.map((code) => (draw.uniform() < 0.7 ? code : draw.below(4) - 1));
  const coded = (name: string, codes: readonly number[]): Column => ({
    kind: "code",
    name,
    type: { kind: "category", values: ["x", "y", "z"], ordered: false, learned: false },
    codes: Int32Array.from(codes),
    levels: ["x", "y", "z"],
  });
  const table = tableOf("t", coded("a", first), coded("b", second), coded("c", third));
  const fitted = learn("forest", table, { trees: [3] });

  const within = fc.record({
    missing: fc.boolean(),
    codes: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1)).map((bits) => Uint8Array.from(bits)),
  });
  const box = fc
    .tuple(fc.option(within), fc.option(within), fc.option(within))
    .map((sets) => new Map(sets.flatMap((set, at) => (set === null ? [] : [[at, set] as const]))));
  const inside = (one: Box, codes: readonly number[]): boolean =>
    [...one].every(([at, { missing, codes: may }]) =>
      (codes[at] as number) < 0 ? missing : may?.[codes[at] as number] === 1,
    );

  test("has the probability that its leaves give, and draws nothing else", async () => {
    const model = await fitted;
    const saved = model.save();
    fc.assert(
      fc.property(box, box, (one, other) => {
        const rest = [...other].map(([at, set]) => [at, set] as const);
        // The other box without column 0, and column 0 outside the first: disjoint.
        const away: Allowed = {
          missing: one.get(0)?.missing === false,
          codes: Uint8Array.from([0, 1, 2], (code) => 1 - (one.get(0)?.codes?.[code] ?? 1)),
        };
        const boxes = [one, new Map<number, Allowed>([...rest, [0, away] as const])];
        const wanted = (codes: readonly number[]) => boxes.some((each) => inside(each, codes));
        const expected = byHand(saved, wanted);
        const found = model.condition?.(boxes);
        expect(found?.probability).toBeCloseTo(expected, 10);
        if (found === undefined || expected === 0) return;
        const random = stream(1, "inside");
        const state = found.model.begin(20, random);
        const cells = blankCells(model.columns, 20);
        for (const column of model.order) found.model.drawFree(state, cells, column, 0, 20, random);
        for (let row = 0; row < 20; row++) {
          expect(wanted(cells.map((values) => values[row] as number))).toBe(true);
        }
        const again = found.model.condition?.([one]);
        const both = byHand(saved, (codes) => wanted(codes) && inside(one, codes));
        expect((again?.probability ?? 0) * expected).toBeCloseTo(both, 10);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test("draws combinations as often as its leaves say", async () => {
    const model = await fitted;
    const boxes = [new Map([[2, { missing: false, codes: Uint8Array.of(0, 1, 1) }]])];
    const found = model.condition?.(boxes);
    const random = stream(2, "often");
    const rows = 20_000;
    const state = found?.model.begin(rows, random);
    const cells = blankCells(model.columns, rows);
    for (const column of model.order) {
      found?.model.drawFree(state, cells, column, 0, rows, random);
    }
    const saved = model.save();
    const all = byHand(saved, ([, , c]) => c === 1 || c === 2);
    let squares = 0;
    for (let a = -1; a < 3; a++)
      for (let c = 1; c < 3; c++) {
        const expected = (rows * byHand(saved, (codes) => codes[0] === a && codes[2] === c)) / all;
        const seen = Array.from({ length: rows }, (_, row) => row).filter(
          (row) => cells[0]?.[row] === a && cells[2]?.[row] === c,
        ).length;
        squares += (seen - expected) ** 2 / expected;
      }
    // χ² with 7 degrees of freedom is above 29.9 once in ten thousand runs.
    expect(squares).toBeLessThan(29.9);
  });
});

describe("an adversarial forest", () => {
  test("finds it harder to tell real from made up as rounds go by", async () => {
    const [first, second] = (await rounds(2)).results;
    expect(first?.accuracy).toBeGreaterThan(0.75);
    expect(second?.accuracy).toBeLessThan((first?.accuracy ?? 0) - 0.1);
  });

  test("puts every real row into the leaf that its values lead to, at least five in each", async () => {
    const { cells, results } = await rounds(1);
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
