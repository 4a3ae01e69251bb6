import fc from "fast-check";
import { expect, test } from "vitest";
import type { Allowed, Cells } from "../../src/constraint/guide.js";
import type { KnownPairs } from "../../src/constraint/lookup.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import { always, cellOf, condition, rowsOf, scope, type Value, world, worth } from "./worlds.js";

const names = ["a", "b", "c", "d", "f"];
const places = names.map((name) => world.findIndex((one) => one.name === name));
const everyRow = [...rowsOf(names)];

function admits(allowed: Allowed | undefined, cell: number): boolean {
  if (allowed === undefined) return true;
  const gap = Number.isNaN(cell) || (allowed.intervals === undefined && cell < 0);
  if (gap) return allowed.missing;
  const { intervals, codes } = allowed;
  if (intervals === undefined) return codes === undefined || codes[cell] === 1;
  return intervals.some((low, i) => i % 2 === 0 && cell >= low && cell <= (intervals[i + 1] ?? 0));
}

interface Said {
  readonly from: readonly string[];
  readonly to: string;
  readonly rows: readonly Record<string, Value>[];
}

/** One or two determining columns, and what some rows say of another one. */
const said: fc.Arbitrary<Said> = fc
  .tuple(
    fc.shuffledSubarray(names, { minLength: 2, maxLength: 3 }),
    fc.array(fc.nat(everyRow.length - 1), { maxLength: 12 }),
  )
  .map(([columns, picks]) => {
    const [to, ...from] = columns as [string, ...string[]];
    const firsts = new Map<string, Record<string, Value>>();
    for (const pick of picks) {
      const row = everyRow[pick] as Record<string, Value>;
      if (from.some((name) => row[name] === undefined)) continue;
      const key = from.map((name) => row[name]).join();
      if (!firsts.has(key)) firsts.set(key, row);
    }
    return { from, to, rows: [...firsts.values()] };
  });

const position = (name: string) => world.findIndex((one) => one.name === name);

function known({ from, to, rows }: Said): KnownPairs {
  const cells = (name: string) =>
    Float64Array.from(rows, (row) => cellOf(position(name), row[name]));
  const keys = from.map(cells);
  return { text: "said", from: from.map(position), to: position(to), keys, values: cells(to) };
}

/** Written apart from the code under test: a row says nothing else than a row before it with the same key. */
const agrees = ({ from, to, rows }: Said, row: Record<string, Value>): boolean =>
  from.some((name) => row[name] === undefined) ||
  rows.every((other) => from.some((name) => row[name] !== other[name]) || row[to] === other[to]);

test("what determines what leaves out no value that can be completed, and holds in the end; brute force", () => {
  let offered = 0;
  let completable = 0;
  fc.assert(
    fc.property(
      fc.array(said, { minLength: 1, maxLength: 3 }),
      fc.option(condition, { nil: undefined }),
      fc.shuffledSubarray(places, { minLength: 5, maxLength: 5 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 5, maxLength: 5 }),
      (lookups, rule, order, picks) => {
        const rules = rule === undefined ? [] : [always(rule)];
        const guide = makeGuide({ ...scope, rules, known: lookups.map(known) });
        const obeys = (row: Record<string, Value>) =>
          lookups.every((one) => agrees(one, row)) && (!rule || worth(rule, row) !== false);
        const cells: Cells = scope.levels.map((levels) =>
          levels === undefined ? new Float64Array(1) : new Int32Array(1),
        );
        for (const row of everyRow.filter((_, at) => at % 17 === 0)) {
          world.forEach(({ name }, at) => {
            (cells[at] as Float64Array)[0] = cellOf(at, row[name]);
          });
          expect(guide.broken(cells, 0) < 0).toBe(obeys(row));
        }
        let rows = everyRow.filter(obeys);
        const open = new Set(places);
        const marked = Uint8Array.from(world, (_, at) => (open.has(at) ? 0 : 1));
        for (const at of marked.keys()) if (!open.has(at)) (cells[at] as Float64Array)[0] = 0;
        for (const [i, at] of order.entries()) {
          if (rows.length === 0) return;
          const { name, values } = world[at] as (typeof world)[number];
          const allowed = guide.allowed(cells, 0, at, marked);
          for (const value of values) {
            const can = rows.some((row) => row[name] === value);
            const may = admits(allowed, cellOf(at, value));
            if (can && !may) expect.fail(`${name} = ${value} was left out`);
            if (can) completable++;
            if (may) offered++;
          }
          const row = rows[Math.floor((picks[i] as number) * rows.length)] as Record<string, Value>;
          (cells[at] as Float64Array)[0] = cellOf(at, row[name]);
          marked[at] = 1;
          rows = rows.filter((other) => other[name] === row[name]);
        }
      },
    ),
    { seed: 11, numRuns: Number(process.env["RUNS"] ?? 400) },
  );
  // Not a law, a guard: of what is offered, most can be completed.
  expect(completable / offered).toBeGreaterThan(0.9);
});
