import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsIn } from "../../src/constraint/columns-in.js";
import type { Allowed, Cells } from "../../src/constraint/guide.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import type { CheckedRule } from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";
import { always, cellOf, condition, rowsOf, scope, type Value, world, worth } from "./worlds.js";

const cellsFor = (): Cells =>
  scope.levels.map((levels) => (levels === undefined ? new Float64Array(1) : new Int32Array(1)));

function admits(allowed: Allowed | undefined, cell: number): boolean {
  if (allowed === undefined) return true;
  if (Number.isNaN(cell)) return allowed.missing;
  if (allowed.intervals !== undefined) {
    const { intervals } = allowed;
    for (let i = 0; i < intervals.length; i += 2) {
      if (cell >= (intervals[i] as number) && cell <= (intervals[i + 1] as number)) return true;
    }
    return false;
  }
  if (cell < 0) return allowed.missing;
  return allowed.codes === undefined || allowed.codes[cell] === 1;
}

test("no value that can still be completed is ever left out; brute force over small worlds", () => {
  let offered = 0;
  let completable = 0;
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      fc.option(condition, { freq: 3, nil: undefined }),
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 6, maxLength: 6 }),
      (formulas, given, order, picks) => {
        const rules: CheckedRule[] = formulas.map(always);
        const used = new Set(
          [...formulas, ...(given ? [given] : [])].flatMap((f) => columnsIn(f, scope)),
        );
        if (used.size > 4) return;
        const guide = makeGuide({ ...scope, rules, ...(given ? { given } : {}) });
        const names = world.filter((_, at) => used.has(at)).map((one) => one.name);
        const obeys = (row: Record<string, Value>) =>
          formulas.every((f) => worth(f, row) !== false) && (!given || worth(given, row) === true);
        let rows = [...rowsOf(names)].filter(obeys);
        if (guide.impossible) expect(rows).toEqual([]);
        const cells = cellsFor();
        const known = new Uint8Array(6);
        for (const at of order) {
          if (!used.has(at)) known[at] = 1;
        }
        for (const [i, at] of order.entries()) {
          if (!used.has(at) || rows.length === 0) continue;
          const { name, values } = world[at] as (typeof world)[number];
          const allowed = guide.allowed(cells, 0, at, known);
          for (const value of values) {
            const can = rows.some((row) => row[name] === value);
            const may = admits(allowed, cellOf(at, value));
            if (can && !may) expect.fail(`${name} = ${value} was left out`);
            if (can) completable++;
            if (may) offered++;
          }
          const row = rows[Math.floor((picks[i] as number) * rows.length)] as Record<string, Value>;
          (cells[at] as Float64Array)[0] = cellOf(at, row[name]);
          known[at] = 1;
          rows = rows.filter((other) => other[name] === row[name]);
          expect(guide.broken(cells, 0) >= -1).toBe(true);
        }
        if (rows.length > 0) expect(guide.broken(cells, 0)).toBe(-1);
      },
    ),
    { seed: 7, numRuns: Number(process.env["RUNS"] ?? 600) },
  );
  // Not a law, a guard: of what is offered, most can be completed.
  expect(completable / offered).toBeGreaterThan(0.9);
});

test("the last cell of a row is offered exactly what completes it, but for functions of reals", () => {
  const sum: Formula = {
    op: "eq",
    left: { op: "add", left: { op: "column", name: "a" }, right: { op: "column", name: "b" } },
    right: { op: "number", value: 3 },
  };
  const guide = makeGuide({ ...scope, rules: [always(sum)] });
  const cells = cellsFor();
  const known = Uint8Array.of(1, 0, 0, 0, 0, 0);
  (cells[0] as Float64Array)[0] = 2;
  expect(guide.allowed(cells, 0, 1, known)).toEqual({ missing: true, intervals: [1, 1] });
  expect(guide.components).toEqual([[0, 1]]);
});

test("a product that must be positive rules out its zeros before the other factor is known", () => {
  const product: Formula = {
    op: "ge",
    left: { op: "mul", left: { op: "column", name: "a" }, right: { op: "column", name: "b" } },
    right: { op: "number", value: 2 },
  };
  const present: Formula = { op: "not", arg: { op: "missing", arg: { op: "column", name: "b" } } };
  const guide = makeGuide({ ...scope, rules: [always(product), always(present)] });
  const known = new Uint8Array(6);
  expect(guide.allowed(cellsFor(), 0, 0, known)).toEqual({ missing: false, intervals: [1, 4] });
  expect(guide.allowed(cellsFor(), 0, 1, known)).toEqual({ missing: false, intervals: [1, 3] });
});
