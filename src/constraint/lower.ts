import type { Formula } from "../ir/formula.js";
import { columnsIn, visitColumns } from "./columns-in.js";
import { type Comparison, comparer } from "./compare.js";
import { compile, compileTruth } from "./expression.js";
import { wholeValued } from "./functions.js";
import { stepOf } from "./grid.js";
import { lowerNumber, union } from "./lower-number.js";
import type { NumericNode, Relation, TestNode } from "./nodes.js";
import { positionOf, type Scope } from "./scope.js";

/** Replace computed columns by their formulas, rounded to the column's step, all the way down. */
export function inline(
  formula: Formula,
  computed: ReadonlyMap<string, Formula>,
  scope: Scope,
): Formula {
  const deep = (part: Formula): Formula => inline(part, computed, scope);
  switch (formula.op) {
    case "column": {
      const found = formula.via === undefined ? computed.get(formula.name) : undefined;
      if (found === undefined) return formula;
      const type = scope.columns[positionOf(scope, formula.name)]?.type;
      const step = type === undefined ? undefined : stepOf(type);
      const value = deep(found);
      if (step === undefined) return value;
      return { op: "call", name: "snap", args: [value, { op: "number", value: step }] };
    }
    case "not":
    case "neg":
    case "missing":
    case "in":
      return { ...formula, arg: deep(formula.arg) };
    case "and":
    case "or":
    case "call":
      return { ...formula, args: formula.args.map(deep) };
    case "number":
    case "text":
    case "truth":
      return formula;
    default:
      return { ...formula, left: deep(formula.left), right: deep(formula.right) };
  }
}

/** Bring a condition into the form in which bounds are propagated. */
export function lowerTest(formula: Formula, scope: Scope): TestNode {
  switch (formula.op) {
    case "truth":
      return { kind: "truth", value: formula.value, columns: [] };
    case "not": {
      const arg = lowerTest(formula.arg, scope);
      return { kind: "not", arg, columns: arg.columns };
    }
    case "and":
    case "or": {
      const args = formula.args.map((arg) => lowerTest(arg, scope));
      return { kind: formula.op, args, columns: union(args) };
    }
    case "column":
      return lowerTruthColumn(formula, scope);
    case "missing":
      return lowerMissing(formula, formula.arg, scope);
    case "in":
      return lowerMembership(formula, scope);
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return lowerComparison(formula, formula.op, formula.left, formula.right, scope);
    default:
      return opaque(formula, scope);
  }
}

function opaque(formula: Formula, scope: Scope): TestNode {
  return {
    kind: "opaque",
    evaluate: compileTruth(formula, scope),
    columns: columnsIn(formula, scope),
    cache: [],
  };
}

/** The position of a category or bool column of this table with known levels. */
function levelled(formula: Formula, scope: Scope): number {
  if (formula.op !== "column" || formula.via !== undefined) return -1;
  const position = positionOf(scope, formula.name);
  const kind = scope.columns[position]?.type.kind;
  const known = kind === "category" || kind === "bool";
  return known && scope.levels[position] !== undefined ? position : -1;
}

function lowerTruthColumn(formula: Formula, scope: Scope): TestNode {
  const at = levelled(formula, scope);
  if (at < 0) return opaque(formula, scope);
  return { kind: "level", at, set: Uint8Array.of(0, 1), columns: [at] };
}

/** Missing as soon as an operand is: nothing in it can fail by itself. */
function isTotal(formula: Formula): boolean {
  switch (formula.op) {
    case "column":
    case "number":
      return true;
    case "neg":
      return isTotal(formula.arg);
    case "add":
    case "sub":
    case "mul":
      return isTotal(formula.left) && isTotal(formula.right);
    case "div":
      return formula.right.op === "number" && formula.right.value !== 0 && isTotal(formula.left);
    case "call":
      return !partial.has(formula.name) && formula.args.every(isTotal);
    default:
      return false;
  }
}

const partial = new Set(["sqrt", "log", "log10", "log2", "exp", "mod"]);

function lowerMissing(whole: Formula, arg: Formula, scope: Scope): TestNode {
  if (arg.op === "column" && arg.via === undefined) {
    const at = positionOf(scope, arg.name);
    return { kind: "missing", at, columns: [at] };
  }
  if (arg.op === "column" || !isTotal(arg)) return opaque(whole, scope);
  const args = leavesOf(arg).map((leaf) => lowerMissing({ op: "missing", arg: leaf }, leaf, scope));
  return { kind: "or", args, columns: union(args) };
}

/** The columns that a formula reads, each as it is named. */
function leavesOf(formula: Formula): Formula[] {
  const found = new Map<string, Formula>();
  visitColumns(formula, (column) => {
    found.set(`${column.via ?? ""}.${column.name}`, column);
  });
  return [...found.values()];
}

function lowerMembership(formula: Formula & { op: "in" }, scope: Scope): TestNode {
  const at = levelled(formula.arg, scope);
  if (at >= 0) {
    const words = new Set(formula.values.map(String));
    const set = Uint8Array.from(scope.levels[at] ?? [], (level) => (words.has(level) ? 1 : 0));
    return { kind: "level", at, set, columns: [at] };
  }
  if (formula.values.some((value) => typeof value === "string")) return opaque(formula, scope);
  const args = formula.values.map((value) =>
    lowerTest(
      { op: "eq", left: formula.arg, right: { op: "number", value: Number(value) } },
      scope,
    ),
  );
  return { kind: "or", args, columns: union(args) };
}

function lowerComparison(
  whole: Formula,
  op: Comparison,
  left: Formula,
  right: Formula,
  scope: Scope,
): TestNode {
  const a = compile(left, scope);
  const b = compile(right, scope);
  if (a.kind === "truth" && b.kind === "truth") return lowerAgreement(op, left, right, scope);
  if (a.kind === "truth" || b.kind === "truth") return opaque(whole, scope);
  if (a.kind === "text" || b.kind === "text") return lowerTexts(whole, op, left, right, scope);
  const flipped = op === "gt" || op === "ge";
  const difference = lowerNumber(
    { op: "sub", left: flipped ? right : left, right: flipped ? left : right },
    scope,
  );
  const relation = ({ gt: "lt", ge: "le" } as Record<string, Relation>)[op] ?? (op as Relation);
  return {
    kind: "compare",
    relation,
    difference,
    gap: gapOf(difference, scope),
    evaluate: compileTruth(whole, scope),
    columns: difference.columns,
    cache: [],
  };
}

/** Two conditions are equal (both or neither), or not. */
function lowerAgreement(op: Comparison, left: Formula, right: Formula, scope: Scope): TestNode {
  const neither: Formula = {
    op: "and",
    args: [
      { op: "not", arg: left },
      { op: "not", arg: right },
    ],
  };
  const same = lowerTest({ op: "or", args: [{ op: "and", args: [left, right] }, neither] }, scope);
  return op === "ne" ? { kind: "not", arg: same, columns: same.columns } : same;
}

function lowerTexts(
  whole: Formula,
  op: Comparison,
  left: Formula,
  right: Formula,
  scope: Scope,
): TestNode {
  const a = levelled(left, scope);
  const b = levelled(right, scope);
  const holds = (x: string, y: string): number => {
    if (op === "eq" || op === "ne") return (x === y) === (op === "eq") ? 1 : 0;
    const order = scope.levels[a >= 0 ? a : b] ?? [];
    const [i, j] = [order.indexOf(x), order.indexOf(y)];
    return i < 0 || j < 0 ? 0 : comparer(op, true)(i, j);
  };
  const levelsOf = (at: number) => scope.levels[at] ?? [];
  if (a >= 0 && right.op === "text") {
    const set = Uint8Array.from(levelsOf(a), (level) => holds(level, right.value));
    return { kind: "level", at: a, set, columns: [a] };
  }
  if (b >= 0 && left.op === "text") {
    const set = Uint8Array.from(levelsOf(b), (level) => holds(left.value, level));
    return { kind: "level", at: b, set, columns: [b] };
  }
  const size = levelsOf(a).length * levelsOf(b).length;
  if (a < 0 || b < 0 || a === b || size > 4_000_000) return opaque(whole, scope);
  const table = new Uint8Array(size);
  const width = levelsOf(b).length;
  levelsOf(a).forEach((x, i) => {
    levelsOf(b).forEach((y, j) => {
      table[i * width + j] = holds(x, y);
    });
  });
  const columns = [a, b].sort((x, y) => x - y);
  return { kind: "pair", left: a, right: b, width, table, columns };
}

/** The step of the lattice on which a difference lies, or 0. */
function gapOf(node: NumericNode, scope: Scope): number {
  if (node.kind === "constant") return 1;
  if (node.kind === "cell") return stepOf(scope.columns[node.at]?.type ?? { kind: "id" }) ?? 0;
  if (node.kind === "call") {
    if (wholeValued.has(node.name)) return 1;
    if (node.name === "round") return node.args.length === 1 ? 1 : 0;
    return node.name === "snap" ? (node.args[1]?.low ?? 0) : 0;
  }
  if (node.kind !== "sum") return 0;
  const sizes = node.terms.map(
    (term, i) => gapOf(term, scope) * Math.abs(node.factors[i] as number),
  );
  const gap = Math.min(...sizes);
  const onLattice = (size: number) => Math.abs(size / gap - Math.round(size / gap)) < 1e-6;
  if (!(gap > 1e-5) || !sizes.every(onLattice) || !onLattice(node.constant)) return 0;
  return gap;
}
