import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateIn, type Row, type Value } from "../../src/constraint/evaluate-formula.js";
import { FAILS, HOLDS, RowSolver, SURELY } from "../../src/constraint/satisfy.js";
import type { CheckedColumn, CheckedTable } from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";
import type { ColumnType } from "../../src/table/column-type.js";

const span = { start: 0, end: 0 };
const column = (name: string, type: ColumnType, optional = false): CheckedColumn => ({
  name,
  type,
  optional,
  origin: { kind: "plain" },
  header: name,
  span,
});
const int = (min: number, max: number): ColumnType => ({ kind: "int", min, max, learned: false });
const choice = (values: string[], ordered = false): ColumnType => ({
  kind: "category",
  values,
  ordered,
  learned: false,
});

const small: CheckedTable = {
  name: "t",
  columns: [
    column("a", int(0, 4)),
    column("b", int(1, 5), true),
    column("c", { kind: "real", min: 0, max: 1, step: 0.25, learned: false }),
    column("k", choice(["x", "y", "z"], true)),
    column("m", choice(["x", "y", "w"]), true),
    column("f", { kind: "bool" }, true),
  ],
  rules: [],
};

function valuesOf({ type, optional }: CheckedColumn): Value[] {
  const present: Value[] =
    type.kind === "int"
      ? Array.from({ length: (type.max ?? 0) - (type.min ?? 0) + 1 }, (_, i) => (type.min ?? 0) + i)
      : type.kind === "real"
        ? [0, 0.25, 0.5, 0.75, 1]
        : type.kind === "category"
          ? [...type.values]
          : [false, true];
  return optional ? [...present, undefined] : present;
}

function* rows(columns: readonly CheckedColumn[]): Generator<Map<string, Value>> {
  const [first, ...rest] = columns;
  if (first === undefined) {
    yield new Map();
    return;
  }
  for (const row of rows(rest))
    for (const value of valuesOf(first)) yield new Map([...row, [first.name, value]]);
}

const every = [...rows(small.columns)];

function countBits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function asRow(values: ReadonlyMap<string, Value>): Row {
  return {
    value: (name) => values.get(name),
    rank: ({ name }, label) => {
      const type = small.columns.find((c) => c.name === name)?.type;
      return type?.kind === "category" ? type.values.indexOf(label) : -1;
    },
    seconds: () => false,
  };
}

const numberLeaf: fc.Arbitrary<Formula> = fc.oneof(
  fc.constantFrom("a", "b", "c").map((name): Formula => ({ op: "column", name })),
  fc.integer({ min: -2, max: 6 }).map((value): Formula => ({ op: "number", value })),
);
const numeric: fc.Arbitrary<Formula> = fc.oneof(
  { weight: 3, arbitrary: numberLeaf },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("add", "sub", "mul", "div"), numberLeaf, numberLeaf)
      .map(([op, left, right]): Formula => ({ op, left, right }) as Formula),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("min", "max", "abs", "round", "floor"), numberLeaf, numberLeaf)
      .map(
        ([name, x, y]): Formula => ({
          op: "call",
          name,
          args: name === "min" || name === "max" ? [x, y] : [x],
        }),
      ),
  },
);
const text = (value: string): Formula => ({ op: "text", value });
const col = (name: string): Formula => ({ op: "column", name });
const atom: fc.Arbitrary<Formula> = fc.oneof(
  fc
    .tuple(fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge"), numeric, numeric)
    .map(([op, left, right]): Formula => ({ op, left, right }) as Formula),
  fc
    .tuple(fc.constantFrom("eq", "ne", "lt", "ge"), fc.constantFrom("x", "y", "z"))
    .map(([op, value]): Formula => ({ op, left: col("k"), right: text(value) }) as Formula),
  fc
    .tuple(fc.constantFrom("eq", "ne"), fc.constantFrom("x", "w"))
    .map(([op, value]): Formula => ({ op, left: col("m"), right: text(value) }) as Formula),
  fc
    .constantFrom("eq", "ne")
    .map((op): Formula => ({ op, left: col("k"), right: col("m") }) as Formula),
  fc.subarray(["x", "y", "w"]).map((values): Formula => ({ op: "in", arg: col("m"), values })),
  fc.subarray([0, 2, 4]).map((values): Formula => ({ op: "in", arg: col("a"), values })),
  fc.constantFrom("b", "m", "f", "a").map((name): Formula => ({ op: "missing", arg: col(name) })),
  fc.constant<Formula>(col("f")),
);
const formula: fc.Arbitrary<Formula> = fc.letrec<{ any: Formula }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    atom,
    tie("any").map((arg): Formula => ({ op: "not", arg })),
    fc
      .tuple(fc.constantFrom("and", "or"), fc.array(tie("any"), { minLength: 2, maxLength: 3 }))
      .map(([op, args]): Formula => ({ op, args }) as Formula),
  ),
})).any;

describe("against brute force on small domains", () => {
  test("nothing that a row can meet is called impossible, and a row that is given meets the rules", () => {
    let decided = 0;
    let asked = 0;
    fc.assert(
      fc.property(
        fc.array(formula, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (formulas, surely) => {
          const solver = new RowSolver(small, [small], formulas);
          const demands = formulas.map((f, i) => ({
            formula: f,
            want: i === 0 && surely ? SURELY : HOLDS,
          }));
          const meets = (row: Row): boolean =>
            formulas.every((f, i) => {
              const value = evaluateIn(f, row);
              return i === 0 && surely ? value === true : value !== false;
            });
          const exists = every.some((values) => meets(asRow(values)));
          if (exists) expect(solver.refutes(demands)).toBe(false);
          const answer = solver.answer(demands);
          asked++;
          if (answer.kind !== "unknown") decided++;
          if (answer.kind === "unsatisfiable") expect(exists).toBe(false);
          if (answer.kind === "satisfiable") {
            expect(exists).toBe(true);
            const found = new Map(
              small.columns.map((c) => [
                c.name,
                answer.row[c.name] ?? (c.name in answer.row ? undefined : valuesOf(c)[0]),
              ]),
            );
            expect(meets(asRow(found))).toBe(true);
          }
        },
      ),
      { numRuns: 1500, seed: 7 },
    );
    expect(decided / asked).toBeGreaterThan(0.98);
  });

  test("a clash is minimal: rows exist without any one of its rules", () => {
    fc.assert(
      fc.property(fc.array(formula, { minLength: 3, maxLength: 7 }), (formulas) => {
        const solver = new RowSolver(small, [small], formulas);
        const demands = formulas.map((f) => ({ formula: f, want: HOLDS }));
        if (!solver.refutes(demands)) return;
        const core = solver.clash(demands);
        const rowsOf = (list: readonly { formula: Formula }[]): boolean =>
          every.some((values) => list.every((d) => evaluateIn(d.formula, asRow(values)) !== false));
        expect(rowsOf(core)).toBe(false);
        for (const demand of core) {
          const rest = core.filter((other) => other !== demand);
          if (!solver.refutes(rest)) continue;
          expect(rowsOf(rest)).toBe(true);
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  test("a smallest clash is one: no set with fewer rules leaves no row", () => {
    let clashes = 0;
    let proved = 0;
    const sizes = new Map<number, number>();
    fc.assert(
      fc.property(fc.array(formula, { minLength: 5, maxLength: 12 }), (any) => {
        const formulas = any.filter((f) =>
          every.some((values) => evaluateIn(f, asRow(values)) !== false),
        );
        const solver = new RowSolver(small, [small], formulas);
        const demands = formulas.map((f) => ({ formula: f, want: HOLDS }));
        if (!solver.refutes(demands)) return;
        clashes++;
        const { core, smallest } = solver.smallestClash(demands, 60_000, 1_000_000);
        sizes.set(core.length, (sizes.get(core.length) ?? 0) + 1);
        const kept = demands.map(({ formula: f }) =>
          every.map((values) => evaluateIn(f, asRow(values)) !== false),
        );
        const leaves = (set: number): boolean =>
          every.some((_, row) => kept.every((one, at) => (set & (1 << at)) === 0 || one[row]));
        const setOf = (list: readonly { formula: Formula }[]): number =>
          demands.reduce((set, d, at) => (list.includes(d) ? set | (1 << at) : set), 0);
        expect(leaves(setOf(core))).toBe(false);
        if (!smallest) return;
        proved++;
        const fewest = Math.min(
          ...Array.from({ length: 1 << demands.length }, (_, set) => set)
            .filter((set) => countBits(set) < core.length)
            .filter((set) => !leaves(set))
            .map(countBits),
        );
        expect(fewest).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 300, seed: 23 },
    );
    expect(clashes).toBeGreaterThan(60);
    expect(Math.max(...sizes.keys())).toBeGreaterThan(2);
    expect(proved / clashes).toBeGreaterThan(0.95);
  });

  test("what always holds is found by refuting its failure", () => {
    const rule: Formula = { op: "ge", left: col("a"), right: { op: "number", value: 0 } };
    const solver = new RowSolver(small, [small], [rule]);
    expect(solver.refutes([{ formula: rule, want: FAILS }])).toBe(true);
  });
});

test("a circle of dates is found at once, however wide their ranges", () => {
  const day: ColumnType = { kind: "date", min: 0, max: 36_500, learned: false };
  const table: CheckedTable = {
    name: "t",
    columns: ["p", "q", "r"].map((name) => column(name, day)),
    rules: [],
  };
  const before = (left: string, right: string): Formula => ({
    op: "lt",
    left: col(left),
    right: col(right),
  });
  const formulas = [before("p", "q"), before("q", "r"), before("r", "p")];
  const solver = new RowSolver(table, [table], formulas);
  const demands = formulas.map((f) => ({ formula: f, want: HOLDS }));
  expect(solver.refutes(demands)).toBe(true);
  expect(solver.clash(demands)).toHaveLength(3);
  expect(solver.answer(demands.slice(0, 2)).kind).toBe("satisfiable");
});

test("bare numbers on different grids, or on none, contradict each other exactly; sums only beyond their rounding", () => {
  const real: ColumnType = { kind: "real", min: 0, max: 20, learned: false };
  const price: ColumnType = { kind: "money", min: 0, max: 900, step: 12.5, learned: false };
  const tax: ColumnType = { kind: "money", min: 0, max: 900, step: 0.01, learned: false };
  const types = { x: real, y: real, price, tax };
  const table: CheckedTable = {
    name: "t",
    columns: Object.entries(types).map(([name, type]) => column(name, type)),
    rules: [],
  };
  const number = (value: number): Formula => ({ op: "number", value });
  const compare = (op: "lt" | "le" | "ge", left: Formula, right: Formula): Formula => ({
    op,
    left,
    right,
  });
  const add = (left: Formula, right: Formula): Formula => ({ op: "add", left, right });
  const refuted = (...formulas: Formula[]) =>
    new RowSolver(table, [table], formulas).refutes(
      formulas.map((formula) => ({ formula, want: HOLDS })),
    );
  const [x, y] = [col("x"), col("y")];
  expect(refuted(compare("lt", x, y), compare("le", y, x))).toBe(true);
  expect(refuted(compare("le", x, y), compare("le", y, x))).toBe(false);
  expect(
    refuted(compare("lt", col("price"), col("tax")), compare("lt", col("tax"), col("price"))),
  ).toBe(true);
  // The grid's next value below 12.5 is 0, and nothing lies between.
  const low = compare("lt", col("price"), number(12.5));
  expect(refuted(low, compare("lt", col("tax"), col("price")))).toBe(true);
  expect(refuted(low, compare("le", col("tax"), col("price")))).toBe(false);
  expect(refuted(compare("le", add(x, y), number(1)), compare("ge", add(x, y), number(1)))).toBe(
    false,
  );
});
