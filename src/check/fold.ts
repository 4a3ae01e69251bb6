import type { Formula } from "../ir/formula.js";

type Arithmetic = "add" | "sub" | "mul" | "div" | "pow";
type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

export const number = (value: number): Formula => ({ op: "number", value });
export const truth = (value: boolean): Formula => ({ op: "truth", value });

/** A number, text or truth value that is known now. */
export function constantOf(formula: Formula): number | string | boolean | undefined {
  switch (formula.op) {
    case "number":
    case "text":
    case "truth":
      return formula.value;
    default:
      return undefined;
  }
}

/** `left op right`, worked out where both are known. */
export function arithmetic(op: Arithmetic, left: Formula, right: Formula): Formula {
  if (left.op !== "number" || right.op !== "number") return { op, left, right };
  const a = left.value;
  const b = right.value;
  switch (op) {
    case "add":
      return number(a + b);
    case "sub":
      return number(a - b);
    case "mul":
      return number(a * b);
    case "div":
      return b === 0 ? { op, left, right } : number(a / b);
    case "pow":
      return number(a ** b);
  }
}

/** `left op right`, worked out where both are known numbers, or equal or different texts. */
export function comparison(op: Comparison, left: Formula, right: Formula): Formula {
  const a = constantOf(left);
  const b = constantOf(right);
  if (a === undefined || b === undefined || typeof a !== typeof b) return { op, left, right };
  if (op === "eq") return truth(a === b);
  if (op === "ne") return truth(a !== b);
  if (typeof a !== "number" || typeof b !== "number") return { op, left, right };
  if (op === "lt") return truth(a < b);
  if (op === "le") return truth(a <= b);
  return truth(op === "gt" ? a > b : a >= b);
}

export function not(arg: Formula): Formula {
  if (arg.op === "truth") return truth(!arg.value);
  return arg.op === "not" ? arg.arg : { op: "not", arg };
}

/** All or any of the arguments: nested ones are joined, known ones left out. */
export function join(op: "and" | "or", args: readonly Formula[]): Formula {
  const flat = args.flatMap((arg) => (arg.op === op ? arg.args : [arg]));
  const decisive = op === "or";
  if (flat.some((arg) => arg.op === "truth" && arg.value === decisive)) return truth(decisive);
  const open = flat.filter((arg) => arg.op !== "truth");
  if (open.length === 0) return truth(!decisive);
  return open.length === 1 ? (open[0] as Formula) : { op, args: open };
}

const FUNCTIONS: Readonly<Record<string, (...x: number[]) => number>> = {
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
};

/** A call, worked out where its arguments are known numbers. */
export function call(name: string, args: readonly Formula[]): Formula {
  const compute = FUNCTIONS[name];
  const values = args.map((arg) => (arg.op === "number" ? arg.value : Number.NaN));
  if (compute === undefined || values.some(Number.isNaN)) return { op: "call", name, args };
  return number(compute(...values));
}
