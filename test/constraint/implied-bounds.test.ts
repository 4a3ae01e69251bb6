import fc from "fast-check";
import { expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { compileTruth } from "../../src/constraint/expression.js";
import { impliedBounds } from "../../src/constraint/implied-bounds.js";
import type { Scope } from "../../src/constraint/scope.js";
import type { CheckedTable } from "../../src/ir/checked.js";
import { parse } from "../../src/parse/parse.js";

/** The table of a spec, or undefined where its rules are found to leave no row. */
function tableOf(text: string): CheckedTable | undefined {
  const { spec } = parse(`table t {\n${text}\n}\ngenerate 5 rows`, "spec");
  const { tables, diagnostics } = check(spec);
  return diagnostics.some(({ severity }) => severity === "error") ? undefined : tables[0];
}

test("two rules together bound what neither bounds alone", () => {
  const table = tableOf(`low: real 0..20
    school: int 1..16
    fee: money EUR 0..900 step 12.5
    tax: money EUR 0..1000
    free: int 0..9
    require low > school
    require max(low, school) >= 11
    when fee >= 12.5 then fee < tax
    require tax <= fee`);
  const bounds = impliedBounds(table as CheckedTable);
  expect([...bounds.keys()].sort()).toEqual(["fee", "low", "tax"]);
  expect(bounds.get("low")?.[0]).toBeCloseTo(11, 5);
  expect(bounds.get("low")?.[0]).toBeLessThanOrEqual(11);
  expect(bounds.get("fee")).toEqual([0, 0]);
  expect(bounds.get("tax")).toEqual([0, 0]);
});

const columns = ["a", "b", "c"] as const;
const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom("<=", ">", "=", "!="), fc.nat(6))
    .map(([x, op, v]) => `${x} ${op} ${v}`),
  fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom("<=", ">"), fc.constantFrom(...columns))
    .map(([x, op, y]) => `${x} ${op} ${y}`),
  fc
    .tuple(fc.constantFrom("+", "-"), fc.constantFrom("<=", ">="), fc.nat(8))
    .map(([sign, op, v]) => `a ${sign} b ${op} ${v}`),
  fc.nat(6).map((v) => `max(b, c) >= ${v}`),
);
const rule = fc.oneof(
  atom.map((x) => `require ${x}`),
  fc.tuple(atom, atom).map(([x, y]) => `when ${x} then ${y}`),
  fc.tuple(atom, atom).map(([x, y]) => `require ${x} or ${y}`),
);

test("no row that keeps the rules lies outside the bounds, and whole bounds are tight; brute force", () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 2, maxLength: 4 }), (rules) => {
      const lines = [...columns.map((name) => `${name}: int 0..6`), ...rules];
      const table = tableOf(lines.join("\n"));
      if (table === undefined) return;
      const scope: Scope = { columns: table.columns, levels: columns.map(() => undefined) };
      const tests = table.rules.flatMap((one) =>
        one.kind === "always" ? [compileTruth(one.formula, scope)] : [],
      );
      const cells = columns.map(() => new Float64Array(1));
      const seen = columns.map(() => [Infinity, -Infinity] as [number, number]);
      for (let code = 0; code < 7 ** 3; code++) {
        const row = [code % 7, Math.floor(code / 7) % 7, Math.floor(code / 49)];
        row.forEach((value, at) => {
          (cells[at] as Float64Array)[0] = value;
        });
        if (!tests.every((holds) => holds(cells, 0) !== 0)) continue;
        row.forEach((value, at) => {
          const ends = seen[at] as [number, number];
          seen[at] = [Math.min(ends[0], value), Math.max(ends[1], value)];
        });
      }
      const bounds = impliedBounds(table);
      const spoken = columns.filter((name) => rules.some((one) => one.includes(name)));
      columns.forEach((name, at) => {
        if (spoken.includes(name)) expect(bounds.get(name) ?? [0, 6]).toEqual(seen[at]);
      });
    }),
    { seed: 8, numRuns: 60 },
  );
});
