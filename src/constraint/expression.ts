import { impossible } from "../base/failure.js";
import type { Formula } from "../ir/formula.js";
import { isNumeric } from "../table/column-type.js";
import { type Comparison, comparer, isPrecise } from "./compare.js";
import { apply, finite, type Scale, unary } from "./functions.js";
import type { Cells } from "./guide.js";
import { positionOf, type Scope } from "./scope.js";

/** The value of an expression in one row: a number, 1/0 for a truth, a code; NaN is missing or unknown. */
export type Evaluate = (cells: Cells, row: number) => number;

/** A compiled expression: how to get its value and what the value means. */
export type Compiled =
  | { readonly kind: "number"; readonly at: Evaluate; readonly scale: Scale }
  | { readonly kind: "truth"; readonly at: Evaluate }
  | { readonly kind: "text"; readonly at: Evaluate; readonly levels: readonly string[] };

/** Compile to a row evaluator: closures over positions, no text of code. Missing operands give NaN. */
export function compile(formula: Formula, scope: Scope): Compiled {
  switch (formula.op) {
    case "number": {
      const { value } = formula;
      return { kind: "number", at: () => value, scale: "plain" };
    }
    case "text":
      return { kind: "text", at: () => 0, levels: [formula.value] };
    case "truth": {
      const value = formula.value ? 1 : 0;
      return { kind: "truth", at: () => value };
    }
    case "column":
      return column(formula.name, formula.via, scope);
    case "not": {
      const arg = truth(formula.arg, scope);
      return { kind: "truth", at: (cells, row) => 1 - arg(cells, row) };
    }
    case "neg": {
      const arg = number(formula.arg, scope);
      return { kind: "number", scale: "plain", at: (cells, row) => -arg.at(cells, row) };
    }
    case "and":
    case "or":
      return { kind: "truth", at: connective(formula.op, formula.args, scope) };
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
      return arithmetic(formula.op, formula.left, formula.right, scope);
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return { kind: "truth", at: comparison(formula.op, formula.left, formula.right, scope) };
    case "in":
      return { kind: "truth", at: membership(formula.arg, formula.values, scope) };
    case "missing": {
      const arg = compile(formula.arg, scope).at;
      return { kind: "truth", at: (cells, row) => (Number.isNaN(arg(cells, row)) ? 1 : 0) };
    }
    case "call":
      return call(formula.name, formula.args, scope);
  }
}

/** Compile a rule or condition: 1 true, 0 false, NaN unknown (Kleene). A rule holds unless it is 0. */
export function compileTruth(formula: Formula, scope: Scope): Evaluate {
  return truth(formula, scope);
}

/** Compile a numeric expression; NaN where an operand is missing or the value is no finite number. */
export function compileNumber(formula: Formula, scope: Scope): Evaluate {
  return number(formula, scope).at;
}

function truth(formula: Formula, scope: Scope): Evaluate {
  const compiled = compile(formula, scope);
  if (compiled.kind === "truth") return compiled.at;
  throw impossible("an expression that is neither true nor false stands for a condition", formula);
}

function number(formula: Formula, scope: Scope): { at: Evaluate; scale: Scale } {
  const compiled = compile(formula, scope);
  if (compiled.kind === "number") return compiled;
  if (compiled.kind === "truth") return { at: compiled.at, scale: "plain" };
  throw impossible("a text stands where a number belongs", formula);
}

function column(name: string, via: string | undefined, scope: Scope): Compiled {
  if (via !== undefined) return parentColumn(name, via, scope);
  const position = positionOf(scope, name);
  const found = scope.columns[position];
  if (found === undefined) throw impossible("an expression names an unknown column", { name });
  if (isNumeric(found.type)) {
    const at: Evaluate = (cells, row) => (cells[position] as Float64Array)[row] as number;
    const { kind } = found.type;
    return { kind: "number", at, scale: scaleOf(kind) };
  }
  const at: Evaluate = (cells, row) => {
    const code = (cells[position] as Int32Array)[row] as number;
    return code < 0 ? Number.NaN : code;
  };
  if (found.type.kind === "bool") return { kind: "truth", at };
  return { kind: "text", at, levels: scope.levels[position] ?? [] };
}

/** What a column of that kind counts in. */
function scaleOf(kind: string): Scale {
  if (kind === "date") return "days";
  return kind === "datetime" ? "seconds" : "plain";
}

function parentColumn(name: string, via: string, scope: Scope): Compiled {
  const parent = scope.parents?.get(via);
  const ref = positionOf(scope, via);
  if (parent === undefined || ref < 0) {
    throw impossible("an expression reaches through a ref that has no rows", { via, name });
  }
  const { cells: parentCells, rowOfCode } = parent;
  const inner = column(name, undefined, parent.scope);
  const at: Evaluate = (cells, row) => {
    const code = (cells[ref] as Int32Array)[row] as number;
    if (code < 0) return Number.NaN;
    const found = rowOfCode === undefined ? code : (rowOfCode[code] as number);
    return found < 0 ? Number.NaN : inner.at(parentCells, found);
  };
  return { ...inner, at };
}

function connective(op: "and" | "or", args: readonly Formula[], scope: Scope): Evaluate {
  const parts = args.map((arg) => truth(arg, scope));
  const decisive = op === "and" ? 0 : 1;
  return (cells, row) => {
    let unknown = false;
    for (const part of parts) {
      const value = part(cells, row);
      if (value === decisive) return decisive;
      if (Number.isNaN(value)) unknown = true;
    }
    return unknown ? Number.NaN : 1 - decisive;
  };
}

function arithmetic(
  op: "add" | "sub" | "mul" | "div" | "pow",
  left: Formula,
  right: Formula,
  scope: Scope,
): Compiled {
  const a = number(left, scope);
  const b = number(right, scope);
  const [x, y] = [a.at, b.at];
  const scale: Scale = op === "add" && a.scale === "plain" ? b.scale : a.scale;
  const differs = op === "sub" && b.scale !== "plain";
  const kept = op === "add" || op === "sub" ? (differs ? "plain" : scale) : "plain";
  const ways: Record<typeof op, Evaluate> = {
    add: (cells, row) => x(cells, row) + y(cells, row),
    sub: (cells, row) => x(cells, row) - y(cells, row),
    mul: (cells, row) => x(cells, row) * y(cells, row),
    div: (cells, row) => finite(x(cells, row) / y(cells, row)),
    pow: (cells, row) => power(x(cells, row), y(cells, row)),
  };
  return { kind: "number", at: ways[op], scale: kept };
}

/** `x ^ y`; NaN for a missing operand (JavaScript's NaN ** 0 is 1) and for what is not finite. */
export function power(base: number, exponent: number): number {
  return Number.isNaN(base) ? Number.NaN : finite(base ** exponent);
}

function comparison(op: Comparison, left: Formula, right: Formula, scope: Scope): Evaluate {
  const a = compile(left, scope);
  const b = compile(right, scope);
  if (a.kind === "text" && b.kind === "text") return textComparison(op, a, b);
  if (a.kind === "text" || b.kind === "text") {
    throw impossible("a text is compared with a number", { left, right });
  }
  const holds = comparer(op, isPrecise(left, right, scope));
  const [x, y] = [a.at, b.at];
  return (cells, row) => holds(x(cells, row), y(cells, row));
}

interface Text {
  readonly at: Evaluate;
  readonly levels: readonly string[];
}

function textComparison(op: Comparison, a: Text, b: Text): Evaluate {
  if (op === "eq" || op === "ne") {
    const equal = op === "eq" ? 1 : 0;
    return (cells, row) => {
      const x = a.at(cells, row);
      const y = b.at(cells, row);
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
      return a.levels[x] === b.levels[y] ? equal : 1 - equal;
    };
  }
  // The longer list holds the declared order; a lone word is looked up in it.
  const order = new Map((a.levels.length >= b.levels.length ? a : b).levels.map((l, i) => [l, i]));
  const rank = (text: Text) => text.levels.map((level) => order.get(level) ?? Number.NaN);
  const [ranksA, ranksB] = [rank(a), rank(b)];
  const holds = comparer(op, true);
  return (cells, row) => {
    const x = a.at(cells, row);
    const y = b.at(cells, row);
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    return holds(ranksA[x] as number, ranksB[y] as number);
  };
}

function membership(arg: Formula, values: readonly (number | string)[], scope: Scope): Evaluate {
  const compiled = compile(arg, scope);
  const { at } = compiled;
  if (compiled.kind === "text") {
    const { levels } = compiled;
    const words = new Set(values);
    return (cells, row) => {
      const code = at(cells, row);
      if (Number.isNaN(code)) return Number.NaN;
      return words.has(levels[code] as string) ? 1 : 0;
    };
  }
  const holds = comparer("eq", isPrecise(arg, { op: "number", value: 0 }, scope));
  const numbers = values.map((value) =>
    typeof value === "string" ? (value === "true" ? 1 : 0) : value,
  );
  return (cells, row) => {
    const value = at(cells, row);
    if (Number.isNaN(value)) return Number.NaN;
    for (const one of numbers) if (holds(value, one) === 1) return 1;
    return 0;
  };
}

function call(name: string, args: readonly Formula[], scope: Scope): Compiled {
  const parts = args.map((arg) => number(arg, scope));
  const scale = parts[0]?.scale ?? "plain";
  const kept = name === "min" || name === "max" ? scale : "plain";
  const single = parts.length === 1 ? unary[name] : undefined;
  if (single !== undefined) {
    const at = (parts[0] as { at: Evaluate }).at;
    return { kind: "number", scale: kept, at: (cells, row) => single(at(cells, row)) };
  }
  const values = new Array<number>(parts.length).fill(0);
  const at: Evaluate = (cells, row) => {
    for (let i = 0; i < parts.length; i++)
      values[i] = (parts[i] as { at: Evaluate }).at(cells, row);
    return apply(name, values, scale);
  };
  return { kind: "number", scale: kept, at };
}
