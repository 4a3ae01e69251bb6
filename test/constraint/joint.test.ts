import fc from "fast-check";
import { expect, test } from "vitest";
import { compileTruth } from "../../src/constraint/expression.js";
import { jointZeros } from "../../src/constraint/joint.js";
import type { CheckedRule } from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";
import type { ColumnType } from "../../src/table/column-type.js";
import { binned, codeDomain } from "../../src/table/domain.js";

const int: ColumnType = { kind: "int", min: 0, max: 11, learned: false };
const word: ColumnType = {
  kind: "category",
  values: ["a", "b", "c"],
  ordered: true,
  learned: false,
};
const domains = [
  binned({ name: "x", type: int, optional: true }, [0, 3, 7, 11]),
  binned({ name: "y", type: int, optional: false }, [0, 1, 6, 11]),
  codeDomain({ name: "w", type: word, optional: false }, ["a", "b", "c"]),
];
const column = (name: string): Formula => ({ op: "column", name });
const comparisons = fc.oneof(
  fc.record({
    op: fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge"),
    left: fc.constantFrom(column("x"), column("y")),
    right: fc.oneof(
      fc.constantFrom(column("x"), column("y")),
      fc.integer({ min: -1, max: 12 }).map((value): Formula => ({ op: "number", value })),
    ),
  }),
  fc.record({
    op: fc.constantFrom("eq", "ne", "lt", "ge"),
    left: fc.constant(column("w")),
    right: fc.constantFrom("a", "b", "c").map((value): Formula => ({ op: "text", value })),
  }),
  fc.constant({ op: "missing", arg: column("x") }),
) as fc.Arbitrary<Formula>;
const formulas: fc.Arbitrary<Formula> = fc.letrec<{ node: Formula }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    comparisons,
    tie("node").map((arg): Formula => ({ op: "not", arg })),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
      )
      .map(([op, args]): Formula => ({ op, args })),
  ),
})).node;

test("a cell is forbidden only when none of its values obeys the rule; single comparisons are decided exactly", () => {
  const scope = {
    columns: domains.map(({ name, type, missingCode }) => ({
      name,
      type,
      optional: missingCode !== undefined,
    })),
    levels: [undefined, undefined, ["a", "b", "c"]],
  };
  const values = [
    [[0, 1, 2], [3, 4, 5, 6], [7, 8, 9, 10, 11], [Number.NaN]],
    [[0], [1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]],
    [[0], [1], [2]],
  ];
  let forbidden = 0;
  fc.assert(
    fc.property(formulas, (formula) => {
      const rule = {
        kind: "always",
        formula,
        text: "r",
        span: { start: 0, end: 0 },
      } as CheckedRule;
      const [zeros] = jointZeros([rule], domains, new Map());
      if (zeros === undefined) return;
      const truth = compileTruth(formula, scope);
      const sizes = zeros.clique.map((at) => (values[at] as number[][]).length);
      for (let cell = 0; cell < zeros.allowed.length; cell++) {
        if (zeros.allowed[cell] === 1) continue;
        forbidden++;
        let rest = cell;
        const codes = new Map<number, number>();
        for (let k = sizes.length - 1; k >= 0; k--) {
          codes.set(zeros.clique[k] as number, rest % (sizes[k] as number));
          rest = Math.floor(rest / (sizes[k] as number));
        }
        const options = values.map((all, at) => {
          const code = codes.get(at);
          return code === undefined ? all.flat() : (all[code] as number[]);
        });
        for (const x of options[0] as number[]) {
          for (const y of options[1] as number[]) {
            for (const w of options[2] as number[]) {
              const cells = [Float64Array.of(x), Float64Array.of(y), Int32Array.of(w)];
              expect(truth(cells, 0)).toBe(0);
            }
          }
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(forbidden).toBeGreaterThan(100);
});
