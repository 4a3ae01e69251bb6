import fc from "fast-check";
import { expect, test } from "vitest";
import { Failure } from "../../src/base/failure.js";
import { silent } from "../../src/base/progress.js";
import type { Cells } from "../../src/constraint/guide.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import type { Formula } from "../../src/ir/formula.js";
import { drawBlocks, drawRows, estimateAcceptance } from "../../src/synth/draw.js";
import {
  always,
  cellOf,
  condition,
  rowsOf,
  scope,
  type Value,
  world,
  worth,
} from "../constraint/worlds.js";
import { admitted, chainModel } from "./chain-model.js";

const { columns } = scope;
const model = chainModel([0, 2, 1, 3, 5, 4]);
const base = { model, columns, name: "out", seed: 3, progress: silent };

function rowAt(cells: Cells, row: number): Record<string, Value> {
  return Object.fromEntries(
    world.map((column, at) => {
      const cell = (cells[at] as Float64Array)[row] as number;
      const levels = scope.levels[at];
      if (levels === undefined) return [column.name, Number.isNaN(cell) ? undefined : cell];
      const label = levels[cell];
      return [column.name, column.type.kind === "bool" && label ? label === "true" : label];
    }),
  );
}

test("every row obeys every rule and the condition, whatever the rules", async () => {
  let drawn = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(condition, { minLength: 1, maxLength: 4 }),
      fc.option(condition, { freq: 2, nil: undefined }),
      async (formulas, given) => {
        const rules = formulas.map(always);
        const guide = makeGuide({ ...scope, rules });
        const conditioned = given && makeGuide({ ...scope, rules, given });
        const request = { ...base, guide, rows: 40, ...(conditioned ? { conditioned } : {}) };
        try {
          const { cells } = await drawRows(request);
          for (let row = 0; row < 40; row++) {
            const values = rowAt(cells, row);
            for (const formula of formulas) expect(worth(formula, values)).not.toBe(false);
            if (given) expect(worth(given, values)).toBe(true);
          }
          drawn++;
        } catch (thrown) {
          if (!(thrown instanceof Failure)) throw thrown;
          const names = world.map((column) => column.name);
          const obeys = (row: Record<string, Value>) =>
            formulas.every((f) => worth(f, row) !== false) &&
            (!given || worth(given, row) === true);
          const possible = [...rowsOf(names)].some(obeys);
          expect(possible).toBe(false);
          refused++;
        }
      },
    ),
    { seed: 11, numRuns: 250 },
  );
  expect(drawn).toBeGreaterThan(120);
  expect(refused).toBeGreaterThan(0);
});

const a = (op: "ge" | "le", value: number): Formula => ({
  op,
  left: { op: "column", name: "a" },
  right: { op: "number", value },
});
const is = (name: string, value: string): Formula => ({
  op: "eq",
  left: { op: "column", name },
  right: { op: "text", value },
});

test("rows under `given` follow the model's conditional distribution", async () => {
  // The event touches the first and the fourth column of the order, so weights do matter.
  const given: Formula = {
    op: "or",
    args: [{ op: "and", args: [a("ge", 3), is("d", "x")] }, is("c", "z")],
  };
  const guide = makeGuide({ ...scope, rules: [] });
  const conditioned = makeGuide({ ...scope, rules: [], given });
  const rows = 20_000;
  const { cells, probability } = await drawRows({ ...base, guide, conditioned, rows });
  const free = await drawRows({ ...base, name: "free", guide, rows: 200_000 });
  const key = (row: Record<string, Value>) => `${row["a"]} ${row["c"]} ${row["d"]}`;
  const expected = new Map<string, number>();
  let kept = 0;
  for (let row = 0; row < 200_000; row++) {
    const values = rowAt(free.cells, row);
    if (worth(given, values) !== true) continue;
    kept++;
    expected.set(key(values), (expected.get(key(values)) ?? 0) + 1);
  }
  const seen = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const values = rowAt(cells, row);
    seen.set(key(values), (seen.get(key(values)) ?? 0) + 1);
  }
  // Two-sample chi-square over all cells; seed fixed, critical value at a false-alarm rate of 1e-4.
  let chi = 0;
  for (const [name, count] of expected) {
    const other = seen.get(name) ?? 0;
    const [x, y] = [Math.sqrt(rows / kept), Math.sqrt(kept / rows)];
    chi += (x * count - y * other) ** 2 / (count + other);
  }
  const freedom = expected.size - 1;
  expect(chi).toBeLessThan(freedom + 4.5 * Math.sqrt(2 * freedom));
  expect([...seen.keys()].every((name) => expected.has(name))).toBe(true);
  expect(probability?.low).toBeLessThan(kept / 200_000);
  expect(probability?.high).toBeGreaterThan(kept / 200_000);
});

test("the first rows of a longer drawing are the same rows, and so is a second run", async () => {
  const guide = makeGuide({
    ...scope,
    rules: [always({ op: "or", args: [a("ge", 2), is("c", "x")] })],
  });
  const short = await drawRows({ ...base, guide, rows: 4096 });
  const long = await drawRows({ ...base, guide, rows: 9000 });
  const again = await drawRows({ ...base, guide, rows: 9000 });
  expect(again).toEqual(long);
  long.cells.forEach((column, at) => {
    expect(column.slice(0, 4096)).toEqual(short.cells[at]);
  });
  let counted = 0;
  for await (const block of drawBlocks({ ...base, guide, rows: 9000 })) counted += block.rows;
  expect(counted).toBe(9000);
});

test("acceptance is the share of free rows that obey the rules", () => {
  const guide = makeGuide({ ...scope, rules: [always(a("le", 0))] });
  const { estimate, low, high } = estimateAcceptance(model, columns, guide, 1);
  expect(low).toBeLessThan(estimate);
  expect(estimate).toBeLessThan(high);
  expect(estimate).toBeLessThan(0.6);
});

test("contradicting rules are refused in words", async () => {
  const guide = makeGuide({ ...scope, rules: [always(a("le", 1)), always(a("ge", 2))] });
  await expect(drawRows({ ...base, guide, rows: 5 })).rejects.toThrow(/P1401/);
  const free = makeGuide({ ...scope, rules: [] });
  const conditioned = makeGuide({ ...scope, rules: [], given: a("ge", 9) });
  await expect(drawRows({ ...base, guide: free, conditioned, rows: 5 })).rejects.toThrow(/P1402/);
});

test("a model that clings to one value is led out of its dead ends", async () => {
  const stubborn: typeof model = {
    ...model,
    drawAllowed: (_state, cells, column, row, allowed) => {
      const { values } = world[column] as (typeof world)[number];
      const cellsOf = values.map((value) => cellOf(column, value));
      (cells[column] as Float64Array)[row] = cellsOf.find((cell) =>
        admitted(allowed, cell),
      ) as number;
      return 0;
    },
  };
  // Only a = 4, d = z, f = 0.4 obeys, and propagation can't see it: the parts are hidden in one sum of squares.
  const square = (formula: Formula): Formula => ({ op: "mul", left: formula, right: formula });
  const sum: Formula = {
    op: "add",
    left: { op: "call", name: "cos", args: [square({ op: "column", name: "a" })] },
    right: { op: "call", name: "cos", args: [{ op: "column", name: "f" }] },
  };
  const target = Math.cos(16) + Math.cos(0.4);
  const rule: Formula = { op: "eq", left: sum, right: { op: "number", value: target } };
  const guide = makeGuide({ ...scope, rules: [always(rule)] });
  const { cells } = await drawRows({ ...base, model: stubborn, guide, rows: 3 });
  for (let row = 0; row < 3; row++) {
    expect(rowAt(cells, row)["a"]).toBe(4);
    expect(rowAt(cells, row)["f"]).toBe(0.4);
  }
});
