import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { compileSpec, type Made, madeOf, runPlan } from "../../src/index.js";
import { chiSquare } from "../privacy/goodness.js";

// What `model.probability` says of a private model with rules, against sums over every row that there can be.
const ROWS = 20_000;
const folder = mkdtempSync(join(tmpdir(), "parable-asked-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Cell {
  readonly a: string | undefined;
  readonly b: number;
  readonly c: boolean;
  readonly d: number | undefined;
}
const cells: readonly Cell[] = ["x", "y", "z", undefined].flatMap((a) =>
  [1, 2, 3, 4].flatMap((b) =>
    [true, false].flatMap((c) => [0, 1, 2, undefined].map((d): Cell => ({ a, b, c, d }))),
  ),
);
const obeys = ({ a, b, c, d }: Cell) =>
  (a !== "x" || b >= 2) && (!c || d === undefined || d <= 1) && (b !== 4 || a !== undefined);

interface Event {
  readonly text: string;
  readonly holds: (cell: Cell) => boolean;
}
const atoms: readonly Event[] = [
  { text: '(a is present and a = "x")', holds: ({ a }) => a === "x" },
  { text: '(a is present and a in ("y", "z"))', holds: ({ a }) => a === "y" || a === "z" },
  { text: "a is missing", holds: ({ a }) => a === undefined },
  { text: "b >= 3", holds: ({ b }) => b >= 3 },
  { text: "b = 2", holds: ({ b }) => b === 2 },
  { text: "c", holds: ({ c }) => c },
  { text: "(d is present and d <= 1)", holds: ({ d }) => d !== undefined && d <= 1 },
  { text: "d is missing", holds: ({ d }) => d === undefined },
];
const atom = fc.constantFrom(...atoms);
const event: fc.Arbitrary<Event> = fc.oneof(
  atom,
  fc.tuple(atom, atom).map(([one, other]) => ({
    text: `${one.text} and ${other.text}`,
    holds: (cell: Cell) => one.holds(cell) && other.holds(cell),
  })),
  fc.tuple(atom, atom, atom).map(([one, other, third]) => ({
    text: `${one.text} or ${other.text} and ${third.text}`,
    holds: (cell: Cell) => one.holds(cell) || (other.holds(cell) && third.holds(cell)),
  })),
);
const only = ({ a, b, c, d }: Cell) =>
  [
    a === undefined ? "a is missing" : `a is present and a = "${a}"`,
    `b = ${b}`,
    c ? "c" : "not c",
    d === undefined ? "d is missing" : `d is present and d = ${d}`,
  ].join(" and ");

async function make(): Promise<Made> {
  const random = stream(3, "cells");
  const allowed = cells.filter(obeys);
  const lines = Array.from({ length: 3000 }, () => {
    const { a, b, c, d } = allowed[Math.min(random.below(90), random.below(allowed.length))]!;
    return [a ?? "", b, c, d ?? ""].join(",");
  });
  writeFileSync(join(folder, "rows.csv"), ["a,b,c,d", ...lines].join("\n"));
  const text = `source rows = csv "rows.csv"
table t from rows {
  a: "x" | "y" | "z" or missing
  b: int 1..4
  c: bool
  d: int 0..2 or missing
  when a is present and a = "x" then b >= 2
  when c then d is missing or d <= 1
  when b = 4 then a is present
}
privacy {
  protect each row of t
  budget epsilon 2, delta 1e-6
}
learn with swift
generate made: ${ROWS} rows seed 1
`;
  const { plan, diagnostics } = await compileSpec(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return madeOf(text, await runPlan(plan, { folder }), () => Promise.reject(new Error("no")));
}

it("is that of all rows that meet the event, and of the rows that are drawn", async () => {
  const made = await make();
  const ask = async (text: string, given?: string) => {
    const found = await made.model.probability(text, given);
    expect(found.exact, text).toBe(true);
    return found.value;
  };
  const shares: number[] = [];
  for (const cell of cells) shares.push(await ask(only(cell)));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  for (const [at, cell] of cells.entries()) if (!obeys(cell)) expect(shares[at]).toBe(0);
  const sum = (holds: Event["holds"]) =>
    cells.reduce((all, cell, at) => (holds(cell) ? all + (shares[at] as number) : all), 0);
  await fc.assert(
    fc.asyncProperty(event, event, async (asked, given) => {
      expect(await ask(asked.text)).toBeCloseTo(sum(asked.holds), 9);
      const whole = sum(given.holds);
      if (whole < 1e-9) return;
      const both = sum((cell) => asked.holds(cell) && given.holds(cell));
      expect(await ask(asked.text, given.text)).toBeCloseTo(both / whole, 8);
    }),
    { numRuns: 20 },
  );
  const { columns } = made.release.outputs[0]!.table;
  const value = (name: string, row: number) => {
    const column = columns.find((each) => each.name === name)!;
    if (column.kind === "number") return column.values[row];
    return column.levels[column.codes[row]!];
  };
  const drawn = Float64Array.from({ length: ROWS }, (_, row) =>
    cells.findIndex(
      ({ a, b, c, d }) =>
        value("a", row) === a &&
        value("b", row) === b &&
        value("c", row) === String(c) &&
        (value("d", row) === d || (d === undefined && Number.isNaN(value("d", row)))),
    ),
  );
  const fit = chiSquare(drawn, (at) => shares[at] ?? 0, cells.length);
  expect(fit.statistic).toBeLessThan(fit.critical);
});
