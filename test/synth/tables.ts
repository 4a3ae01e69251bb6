import type {
  CheckedColumn,
  CheckedRule,
  CheckedTable,
  ColumnOrigin,
} from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";
import type { ColumnType } from "../../src/table/column-type.js";
import type { Table } from "../../src/table/table.js";

const span = { start: 0, end: 0 };

export function column(
  name: string,
  type: ColumnType,
  origin: ColumnOrigin = { kind: "plain" },
  missingShare?: number,
): CheckedColumn {
  const missing = missingShare === undefined ? {} : { missingShare };
  return {
    name,
    type,
    origin,
    header: name,
    span,
    optional: missingShare !== undefined,
    ...missing,
  };
}

export const int = (min: number, max: number): ColumnType => ({
  kind: "int",
  min,
  max,
  learned: false,
});
export const real = (min?: number, max?: number, step?: number): ColumnType => ({
  kind: "real",
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
  ...(step === undefined ? {} : { step }),
  learned: false,
});
export const choice = (...values: string[]): ColumnType => ({
  kind: "category",
  values,
  ordered: false,
  learned: false,
});
export const drawn = (name: string, ...args: (Formula | number)[]): ColumnOrigin => ({
  kind: "drawn",
  distribution: { name, args: args.map((arg) => (typeof arg === "number" ? n(arg) : arg)) },
});
export const weighted = (...weights: number[]): ColumnOrigin => ({ kind: "weighted", weights });
export const computed = (formula: Formula): ColumnOrigin => ({ kind: "computed", formula });

export const n = (value: number): Formula => ({ op: "number", value });
export const t = (value: string): Formula => ({ op: "text", value });
export const c = (name: string, via?: string): Formula => ({
  op: "column",
  name,
  ...(via === undefined ? {} : { via }),
});
export const op = (
  name: "add" | "sub" | "mul" | "div" | "eq" | "ne" | "lt" | "le" | "gt" | "ge",
  left: Formula,
  right: Formula,
): Formula => ({ op: name, left, right });
export const and = (...args: Formula[]): Formula => ({ op: "and", args });
export const or = (...args: Formula[]): Formula => ({ op: "or", args });
export const not = (arg: Formula): Formula => ({ op: "not", arg });
export const when = (condition: Formula, then: Formula): Formula => or(not(condition), then);
export const missing = (name: string): Formula => ({ op: "missing", arg: c(name) });

export const require = (formula: Formula, text = "a rule"): CheckedRule => ({
  kind: "always",
  formula,
  text,
  span,
});
export const rule = (rest: object, text = "a rule"): CheckedRule =>
  ({ ...rest, text, span }) as CheckedRule;

export const table = (
  name: string,
  columns: CheckedColumn[],
  rules: CheckedRule[] = [],
): CheckedTable => ({ name, columns, rules });

/** A column's values as numbers, or as words. */
export function valuesOf(made: Table, name: string): (number | string | undefined)[] {
  const found = made.columns.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  if (found.kind === "number") return [...found.values];
  return [...found.codes].map((code) => found.levels[code]);
}
