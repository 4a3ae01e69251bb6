import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxesOf, isSeparable } from "../../src/constraint/boxes.js";
import { compileTruth } from "../../src/constraint/expression.js";
import type { Scope } from "../../src/constraint/scope.js";
import { spansContain } from "../../src/constraint/spans.js";
import type { Formula } from "../../src/ir/formula.js";

const sexes = ["F", "M", "X"];
const scope: Scope = {
  columns: [
    { name: "age", type: { kind: "int", min: 0, max: 12, learned: false }, optional: true },
    {
      name: "sex",
      type: { kind: "category", values: sexes, ordered: false, learned: false },
      optional: true,
    },
    { name: "x", type: { kind: "real", min: 0, max: 4, learned: false }, optional: false },
    {
      name: "pay",
      type: { kind: "money", min: 0, max: 1e6, step: 0.25, learned: false },
      optional: true,
    },
  ],
  levels: [undefined, sexes, undefined, undefined],
};
const ages = [...Array.from({ length: 13 }, (_, i) => i), Number.NaN];
/** Values between the numbers that tests name: there a condition on a continuous column is decided. */
const xs = [0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75];
const pays = [0, 0.25, 99.75, 100, 100.25, 500, 1e6, Number.NaN];

const column = (name: string): Formula => ({ op: "column", name });
const comparison = fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge") as fc.Arbitrary<
  "eq" | "ne" | "lt" | "le" | "gt" | "ge"
>;
const compared = (name: string, values: readonly number[]) =>
  fc.tuple(comparison, fc.constantFrom(...values), fc.boolean()).map(([op, value, turned]) => {
    const [left, right]: Formula[] = [column(name), { op: "number", value }];
    return (turned ? { op, left: right, right: left } : { op, left, right }) as Formula;
  });
const atom: fc.Arbitrary<Formula> = fc.oneof(
  compared("age", [-1, 0, 3, 3.5, 7, 12, 20]),
  compared("x", [0, 0.5, 1, 1.5, 2, 3]),
  compared("pay", [0, 100, 100.1]),
  fc
    .constantFrom(...sexes)
    .map((value): Formula => ({ op: "eq", left: column("sex"), right: { op: "text", value } })),
  fc.subarray(sexes).map((values): Formula => ({ op: "in", arg: column("sex"), values })),
  fc.constantFrom("age", "sex", "pay").map(
    (name): Formula => ({
      op: "missing",
      arg: column(name),
    }),
  ),
);
const formula: fc.Arbitrary<Formula> = fc.letrec<{ node: Formula }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    atom,
    fc.record({
      op: fc.constantFrom("and", "or"),
      args: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<Formula>,
    tie("node").map((arg): Formula => ({ op: "not", arg })),
  ),
})).node;

describe("a condition as disjoint boxes", () => {
  it("holds in exactly one box where it is true, and in none elsewhere", () => {
    fc.assert(
      fc.property(formula, fc.boolean(), (condition, unlessFalse) => {
        const boxes = boxesOf(condition, scope, unlessFalse);
        if (boxes === undefined) return;
        const truth = compileTruth(condition, scope);
        for (const age of ages)
          for (const sex of [-1, 0, 1, 2])
            for (const x of xs)
              for (const pay of pays) {
                const row = [age, sex, x, pay];
                const cells = row.map((value, i) =>
                  i === 1 ? Int32Array.of(value) : Float64Array.of(value),
                );
                const value = truth(cells, 0);
                const wanted = value === 1 || (unlessFalse && Number.isNaN(value));
                const met = boxes.filter((box) =>
                  [...box].every(([at, allowed]) => {
                    const own = row[at] as number;
                    if (Number.isNaN(own) || own === -1) return allowed.missing;
                    return allowed.codes === undefined
                      ? spansContain(allowed.intervals ?? [], own)
                      : allowed.codes[own] === 1;
                  }),
                );
                if (met.length !== Number(wanted)) {
                  expect({ row, met: met.length }).toEqual({ row, met: Number(wanted) });
                }
              }
      }),
      { numRuns: 60 },
    );
  });

  it("makes one box of a product, and two of what no product says", () => {
    const old: Formula = { op: "ge", left: column("age"), right: { op: "number", value: 9 } };
    const woman: Formula = { op: "eq", left: column("sex"), right: { op: "text", value: "F" } };
    expect(boxesOf({ op: "and", args: [old, woman] }, scope)).toEqual([
      new Map<number, unknown>([
        [0, { missing: false, intervals: [9, 12] }],
        [1, { missing: false, codes: Uint8Array.of(1, 0, 0) }],
      ]),
    ]);
    expect(boxesOf({ op: "or", args: [old, woman] }, scope)).toHaveLength(2);
    expect(boxesOf({ op: "truth", value: true }, scope)).toEqual([new Map()]);
    expect(boxesOf({ op: "truth", value: false }, scope)).toEqual([]);
  });

  it("declines what compares columns, and what it does not know", () => {
    const apart: Formula = { op: "lt", left: column("age"), right: column("x") };
    expect(isSeparable(apart, scope)).toBe(false);
    expect(boxesOf(apart, scope)).toBeUndefined();
    const unknown: Formula = { op: "missing", arg: column("other") };
    expect(boxesOf(unknown, scope)).toBeUndefined();
  });
});
