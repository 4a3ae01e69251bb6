import fc from "fast-check";
import type { Scope, ScopeColumn } from "../../src/constraint/scope.js";
import type { CheckedRule } from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";

/** A small world for brute force: every column with all of its values (undefined is missing). */
export type Value = number | string | boolean | undefined;
export interface Small extends ScopeColumn {
  readonly values: readonly Value[];
}

const int = (name: string, min: number, max: number, optional: boolean): Small => ({
  name,
  type: { kind: "int", min, max, learned: false },
  optional,
  values: [
    ...Array.from({ length: max - min + 1 }, (_, i) => min + i),
    ...(optional ? [undefined] : []),
  ],
});
const category = (name: string, labels: string[], optional: boolean): Small => ({
  name,
  type: { kind: "category", values: labels, ordered: true, learned: false },
  optional,
  values: [...labels, ...(optional ? [undefined] : [])],
});

export const world: readonly Small[] = [
  int("a", 0, 4, false),
  int("b", -2, 3, true),
  category("c", ["x", "y", "z"], true),
  category("d", ["x", "y", "z"], false),
  { name: "e", type: { kind: "bool" }, optional: true, values: [false, true, undefined] },
  {
    name: "f",
    type: { kind: "real", min: 0, max: 0.4, step: 0.1, learned: false },
    optional: false,
    values: [0, 0.1, 0.2, 0.3, 0.4],
  },
];
export const scope: Scope = {
  columns: world,
  levels: world.map((column) =>
    column.type.kind === "category"
      ? column.type.values
      : column.type.kind === "bool"
        ? ["false", "true"]
        : undefined,
  ),
};

const column = (name: string): Formula => ({ op: "column", name });
const numeric: fc.Arbitrary<Formula> = fc.letrec<{ n: Formula }>((tie) => ({
  n: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "f", "a", "b").map(column),
    fc
      .constantFrom(-2, -1, 0, 0.3, 0.5, 1, 2, 3)
      .map((value): Formula => ({ op: "number", value })),
    fc
      .tuple(
        fc.constantFrom("add" as const, "sub" as const, "mul" as const, "div" as const),
        tie("n"),
        tie("n"),
      )
      .map(([op, left, right]): Formula => ({ op, left, right })),
    tie("n").map((arg): Formula => ({ op: "neg", arg })),
    fc
      .tuple(fc.constantFrom("abs", "sqrt", "floor", "ceil", "round", "log", "exp"), tie("n"))
      .map(([name, arg]): Formula => ({ op: "call", name, args: [arg] })),
    fc
      .tuple(fc.constantFrom("min", "max"), tie("n"), tie("n"))
      .map(([name, x, y]): Formula => ({ op: "call", name, args: [x, y] })),
  ),
})).n;
const relation = fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge") as fc.Arbitrary<
  "eq" | "ne" | "lt" | "le" | "gt" | "ge"
>;
const word = fc
  .constantFrom("x", "y", "z", "c", "d")
  .map((text): Formula => (text < "h" ? column(text) : { op: "text", value: text }));

/** Random conditions over the small world. */
export const condition: fc.Arbitrary<Formula> = fc.letrec<{ t: Formula }>((tie) => ({
  t: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(relation, numeric, numeric).map(([op, left, right]): Formula => ({ op, left, right })),
    fc
      .tuple(relation, fc.constantFrom("c", "d").map(column), word)
      .map(([op, left, right]): Formula => ({ op, left, right })),
    fc
      .tuple(fc.constantFrom("c", "d"), fc.subarray(["x", "y", "z"], { minLength: 1 }))
      .map(([name, values]): Formula => ({ op: "in", arg: column(name), values })),
    fc.constantFrom("b", "c", "e").map((name): Formula => ({ op: "missing", arg: column(name) })),
    fc.constant(column("e")),
    tie("t").map((arg): Formula => ({ op: "not", arg })),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("t"), { minLength: 2, maxLength: 3 }),
      )
      .map(([op, args]): Formula => ({ op, args })),
    fc
      .tuple(fc.constantFrom("eq" as const, "ne" as const), tie("t"), tie("t"))
      .map(([op, left, right]): Formula => ({ op, left, right })),
  ),
})).t;

export const always = (formula: Formula): CheckedRule => ({
  kind: "always",
  formula,
  text: JSON.stringify(formula),
  span: { start: 0, end: 0 },
});

/** What a formula is worth in a row of named values: written apart from the compiler, on purpose. */
export function worth(f: Formula, row: Readonly<Record<string, Value>>): Value {
  const number = (g: Formula): number => {
    const value = worth(g, row);
    return typeof value === "number" ? value : Number.NaN;
  };
  const known = (value: number): Value => (Number.isFinite(value) ? value : undefined);
  switch (f.op) {
    case "number":
    case "text":
    case "truth":
      return f.value;
    case "column":
      return row[f.name];
    case "neg":
      return known(-number(f.arg));
    case "not": {
      const value = worth(f.arg, row);
      return value === undefined ? undefined : !value;
    }
    case "and":
    case "or": {
      const values = f.args.map((arg) => worth(arg, row));
      const decisive = f.op === "or";
      if (values.includes(decisive)) return decisive;
      return values.includes(undefined) ? undefined : !decisive;
    }
    case "add":
      return known(number(f.left) + number(f.right));
    case "sub":
      return known(number(f.left) - number(f.right));
    case "mul":
      return known(number(f.left) * number(f.right));
    case "div":
      return known(number(f.left) / number(f.right));
    case "pow":
      return known(number(f.left) ** number(f.right));
    case "missing":
      return worth(f.arg, row) === undefined;
    case "in": {
      const value = worth(f.arg, row);
      return value === undefined ? undefined : f.values.includes(value as string);
    }
    case "call": {
      const args = f.args.map(number);
      const way = (Math as unknown as Record<string, (...x: number[]) => number>)[f.name];
      if (f.name === "round") {
        const [x] = args as [number];
        return known(Math.sign(x) * Math.round(Math.abs(x)));
      }
      return known((way as (...x: number[]) => number)(...args));
    }
    default:
      return compared(f.op, worth(f.left, row), worth(f.right, row));
  }
}

function compared(op: string, x: Value, y: Value): Value {
  if (x === undefined || y === undefined) return undefined;
  const order = ["x", "y", "z"];
  const a = typeof x === "string" ? order.indexOf(x) : Number(x);
  const b = typeof y === "string" ? order.indexOf(y) : Number(y);
  const close = Math.abs(a - b) < 1e-9;
  switch (op) {
    case "eq":
      return close;
    case "ne":
      return !close;
    case "lt":
      return !close && a < b;
    case "le":
      return close || a < b;
    case "gt":
      return !close && a > b;
    default:
      return close || a > b;
  }
}

/** Every row of the chosen columns, the rest held at their first value. */
export function* rowsOf(names: readonly string[]): Generator<Record<string, Value>> {
  const chosen = world.filter((one) => names.includes(one.name));
  const total = chosen.reduce((product, one) => product * one.values.length, 1);
  for (let index = 0; index < total; index++) {
    const row: Record<string, Value> = {};
    for (const one of world) row[one.name] = one.values[0];
    let rest = index;
    for (const one of chosen) {
      row[one.name] = one.values[rest % one.values.length];
      rest = Math.floor(rest / one.values.length);
    }
    yield row;
  }
}

/** A value as it stands in a cell. */
export function cellOf(at: number, value: Value): number {
  const levels = scope.levels[at];
  if (levels === undefined) return value === undefined ? Number.NaN : (value as number);
  return value === undefined ? -1 : levels.indexOf(String(value));
}
