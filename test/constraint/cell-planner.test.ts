import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cells } from "../../src/constraint/guide.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import type { ScopeColumn } from "../../src/constraint/scope.js";
import type { Formula } from "../../src/ir/formula.js";
import { always } from "./worlds.js";

const length = 9;
const most = 20;
const columns: readonly ScopeColumn[] = Array.from({ length }, (_, at) => ({
  name: `x${at}`,
  type: { kind: "int", min: 0, max: most, learned: false },
  optional: false,
}));
const links = Array.from({ length: length - 1 }, (_, at): Formula => {
  const [left, right] = [at, at + 1].map((place): Formula => ({ op: "column", name: `x${place}` }));
  return { op: "le", left: left as Formula, right: right as Formula };
});

// What is known of one cell reaches all that hang on it, over cells that are not known, in whatever order rules stand.
test("in a chain of orders a cell lies between the nearest known ones", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(links, { minLength: links.length }),
      fc.array(fc.option(fc.integer({ min: 0, max: most })), {
        minLength: length,
        maxLength: length,
      }),
      fc.nat(length - 1),
      (rules, values, asked) => {
        const known = values.map((value, at) => (at === asked ? null : value));
        const sorted = known.filter((value) => value !== null).sort((a, b) => a - b);
        const row = known.map((value) => (value === null ? null : (sorted.shift() as number)));
        const cells: Cells = row.map((value) => Float64Array.of(value ?? Number.NaN));
        const guide = makeGuide({
          columns,
          levels: columns.map(() => undefined),
          rules: rules.map(always),
        });
        const isKnown = Uint8Array.from(row, (value) => Number(value !== null));
        const allowed = guide.allowed(cells, 0, asked, isKnown);
        const low = row.slice(0, asked).findLast((value) => value !== null) ?? 0;
        const high = row.slice(asked).find((value) => value !== null) ?? most;
        // Adding 0 makes 0 of −0, which is the same bound.
        expect([...(allowed?.intervals ?? [0, most])].map((end) => end + 0)).toEqual([low, high]);
      },
    ),
    { numRuns: 500 },
  );
});
