import type { Formula } from "../ir/formula.js";
import { visitColumns } from "./columns-in.js";

/** What a truth may come to (Kleene). */
type Truth = "true" | "false" | "unknown";

const ANY: readonly Truth[] = ["true", "false", "unknown"];
const COMPARISONS: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge", "in"]);
const TRUTHS: ReadonlySet<string> = new Set([
  ...COMPARISONS,
  "truth",
  "not",
  "and",
  "or",
  "missing",
]);

/**
 * Whether a rule could be false in a row that lacks a value of a column of its own table, whatever the rest of the row
 * holds: then the column must have values. Other parts of the rule are taken for anything, alike parts for different
 * ones, so "no" is sure and "yes" is not.
 */
export function failsWithout(rule: Formula, column: string): boolean {
  let speaks = false;
  visitColumns(rule, ({ name, via }) => {
    speaks ||= name === column && via === undefined;
  });
  return speaks && truthsOf(rule, column).has("false");
}

function truthsOf(formula: Formula, column: string): ReadonlySet<Truth> {
  switch (formula.op) {
    case "truth":
      return new Set([formula.value ? "true" : "false"]);
    case "missing":
      return lacks(formula.arg, column) ? new Set(["true"]) : new Set(ANY);
    case "not":
      return map(truthsOf(formula.arg, column), negated);
    case "and":
      return fold(formula.args, column, "true", (a, b) => negated(either(negated(a), negated(b))));
    case "or":
      return fold(formula.args, column, "false", either);
    case "in":
      return lacks(formula.arg, column) ? new Set(["unknown"]) : new Set(ANY);
    case "eq":
    case "ne":
      return equality(formula, column);
    default:
      return lacks(formula, column) ? new Set(["unknown"]) : new Set(ANY);
  }
}

/** Of two truths (`A exactly when B`) or of two values. */
function equality(
  formula: Extract<Formula, { readonly left: Formula }>,
  column: string,
): ReadonlySet<Truth> {
  const { left, right, op } = formula;
  if (!TRUTHS.has(left.op) || !TRUTHS.has(right.op)) {
    return lacks(formula, column) ? new Set(["unknown"]) : new Set(ANY);
  }
  const same = pairs(truthsOf(left, column), truthsOf(right, column), (a, b) =>
    a === "unknown" || b === "unknown" ? "unknown" : a === b ? "true" : "false",
  );
  return op === "eq" ? same : map(same, negated);
}

/** Whether a value is unknown where the column's is: of anything but truths that is so as soon as it is a part. */
function lacks(formula: Formula, column: string): boolean {
  switch (formula.op) {
    case "column":
      return formula.name === column && formula.via === undefined;
    case "neg":
      return lacks(formula.arg, column);
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return lacks(formula.left, column) || lacks(formula.right, column);
    default:
      return false;
  }
}

function negated(truth: Truth): Truth {
  return truth === "true" ? "false" : truth === "false" ? "true" : "unknown";
}

function either(one: Truth, other: Truth): Truth {
  if (one === "true" || other === "true") return "true";
  return one === "unknown" || other === "unknown" ? "unknown" : "false";
}

function map(truths: ReadonlySet<Truth>, to: (truth: Truth) => Truth): ReadonlySet<Truth> {
  return new Set([...truths].map(to));
}

function pairs(
  left: ReadonlySet<Truth>,
  right: ReadonlySet<Truth>,
  to: (a: Truth, b: Truth) => Truth,
): ReadonlySet<Truth> {
  return new Set([...left].flatMap((a) => [...right].map((b) => to(a, b))));
}

function fold(
  args: readonly Formula[],
  column: string,
  first: Truth,
  to: (a: Truth, b: Truth) => Truth,
): ReadonlySet<Truth> {
  return args.reduce<ReadonlySet<Truth>>(
    (known, arg) => pairs(known, truthsOf(arg, column), to),
    new Set([first]),
  );
}
