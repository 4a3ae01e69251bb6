import type { Formula } from "../ir/formula.js";
import { isNumeric } from "../table/column-type.js";
import { columnsIn } from "./columns-in.js";
import { compile, compileNumber } from "./expression.js";
import type { NumericNode } from "./nodes.js";
import { positionOf, type Scope } from "./scope.js";

/** The columns of several nodes, each once, ascending. */
export function union(nodes: readonly { readonly columns: readonly number[] }[]): number[] {
  return [...new Set(nodes.flatMap((node) => node.columns))].sort((a, b) => a - b);
}

const fresh = () => ({ low: -Infinity, high: Infinity, unknown: false, never: false });

/** Bring a numeric expression into the form in which bounds are propagated. */
export function lowerNumber(formula: Formula, scope: Scope): NumericNode {
  switch (formula.op) {
    case "number":
      return constant(formula.value);
    case "truth":
      return constant(formula.value ? 1 : 0);
    case "column":
      return cellOrParent(formula, scope);
    case "neg":
      return sum([-1], [lowerNumber(formula.arg, scope)]);
    case "add":
      return sum([1, 1], [lowerNumber(formula.left, scope), lowerNumber(formula.right, scope)]);
    case "sub":
      return sum([1, -1], [lowerNumber(formula.left, scope), lowerNumber(formula.right, scope)]);
    case "mul":
    case "div":
    case "pow":
      return lowerProduct(formula.op, formula.left, formula.right, scope);
    case "call": {
      const args = formula.args.map((arg) => lowerNumber(arg, scope));
      const first = formula.args[0];
      const inner = first === undefined ? undefined : compile(first, scope);
      const scale = inner?.kind === "number" ? inner.scale : "plain";
      const { name } = formula;
      return { ...fresh(), kind: "call", name, scale, args, columns: union(args) };
    }
    default:
      return black(formula, scope);
  }
}

function constant(value: number): NumericNode {
  return { kind: "constant", columns: [], low: value, high: value, unknown: false, never: false };
}

/** A number about which nothing is known but its columns: a condition used as 0 or 1. */
function black(formula: Formula, scope: Scope): NumericNode {
  const evaluate = compileNumber(formula, scope);
  const columns = columnsIn(formula, scope);
  return { ...fresh(), kind: "parent", evaluate, hull: [0, 1], columns };
}

function cellOrParent(formula: Formula & { op: "column" }, scope: Scope): NumericNode {
  if (formula.via === undefined) {
    const at = positionOf(scope, formula.name);
    const type = scope.columns[at]?.type;
    if (type !== undefined && isNumeric(type)) {
      return { ...fresh(), kind: "cell", at, columns: [at] };
    }
    return black(formula, scope);
  }
  const via = positionOf(scope, formula.via);
  const evaluate = compileNumber(formula, scope);
  const hull = parentHull(formula.name, formula.via, scope);
  return { ...fresh(), kind: "parent", evaluate, hull, columns: [via] };
}

/** The lowest and highest value that the parent's column has. */
function parentHull(name: string, via: string, scope: Scope): readonly [number, number] {
  const parent = scope.parents?.get(via);
  const values = parent?.cells[positionOf(parent.scope, name)];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values ?? []) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [-Infinity, Infinity];
}

/** Gather sums of sums into one, equal cells once. */
function sum(factors: readonly number[], parts: readonly NumericNode[]): NumericNode {
  let total = 0;
  const terms: NumericNode[] = [];
  const kept: number[] = [];
  const add = (factor: number, node: NumericNode): void => {
    if (node.kind === "constant") {
      total += factor * node.low;
      return;
    }
    if (node.kind === "sum") {
      total += factor * node.constant;
      node.terms.forEach((term, i) => {
        add(factor * (node.factors[i] as number), term);
      });
      return;
    }
    const same = terms.findIndex(
      (term) => term.kind === "cell" && node.kind === "cell" && term.at === node.at,
    );
    if (same >= 0) kept[same] = (kept[same] as number) + factor;
    else {
      terms.push(node);
      kept.push(factor);
    }
  };
  parts.forEach((part, i) => {
    add(factors[i] as number, part);
  });
  const columns = union(terms);
  return { ...fresh(), kind: "sum", constant: total, factors: kept, terms, columns };
}

function lowerProduct(
  op: "mul" | "div" | "pow",
  leftFormula: Formula,
  rightFormula: Formula,
  scope: Scope,
): NumericNode {
  const left = lowerNumber(leftFormula, scope);
  const right = lowerNumber(rightFormula, scope);
  if (op === "mul" && left.kind === "constant") return sum([left.low], [right]);
  if (op === "mul" && right.kind === "constant") return sum([right.low], [left]);
  if (op === "div" && right.kind === "constant" && right.low !== 0) {
    return sum([1 / right.low], [left]);
  }
  const kind = ({ mul: "product", div: "quotient", pow: "power" } as const)[op];
  return { ...fresh(), kind, left, right, columns: union([left, right]) };
}
