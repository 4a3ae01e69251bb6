import { here, remedy } from "../base/diagnose.js";
import { boundsOf } from "../constraint/grid.js";
import type { Expression } from "../ir/expression.js";
import type { Formula } from "../ir/formula.js";
import { isNumeric } from "../table/column-type.js";
import { agreeLabels, agreeScale, sayIncomparable } from "./agree.js";
import { domainText } from "./domain-text.js";
import { comparison, constantOf, join, not, truth } from "./fold.js";
import { filled } from "./gap.js";
import { type Kind, TRUTH } from "./kind.js";
import type { Scope, Typed } from "./scope.js";

export type ComparisonSign = "=" | "!=" | "<" | "<=" | ">" | ">=";
type Lower = (expression: Expression, scope: Scope) => Typed;

const OPS = { "=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" } as const;

/** `left sign right` of two expressions. */
export function compare(
  sign: ComparisonSign,
  left: Expression,
  right: Expression,
  scope: Scope,
  lower: Lower,
): Formula {
  const [l, r] = operands(left, right, scope, lower);
  return compareTyped(sign, filled(l, scope, "compared"), filled(r, scope, "compared"), scope);
}

/** Understand both sides; a bare word that is a value of the other side's choice is taken as quoted. */
function operands(left: Expression, right: Expression, scope: Scope, lower: Lower): [Typed, Typed] {
  if (isBareWord(left, scope) && !isBareWord(right, scope)) {
    const r = lower(right, scope);
    return [bareValue(left, r.kind, scope) ?? lower(left, scope), r];
  }
  const l = lower(left, scope);
  return [
    l,
    (isBareWord(right, scope) ? bareValue(right, l.kind, scope) : undefined) ?? lower(right, scope),
  ];
}

function isBareWord(expression: Expression, scope: Scope): boolean {
  if (expression.kind !== "name" || expression.path.length !== 1) return false;
  const text = expression.path[0]?.text ?? "";
  return !(scope.table?.columns.has(text) ?? false) && !scope.params.has(text);
}

function bareValue(expression: Expression, other: Kind, scope: Scope): Typed | undefined {
  if (expression.kind !== "name" || other.kind !== "choice") return undefined;
  const word = expression.path[0]?.text ?? "";
  if (!other.values.includes(word)) return undefined;
  const { span } = expression;
  scope.desk.say(
    "P0211",
    { value: word, column: other.column },
    {
      spans: [here(span, "in quotes")],
      try: [remedy(`write "${word}"`, span, `"${word}"`)],
    },
  );
  return { formula: { op: "text", value: word }, kind: { kind: "quoted" }, span };
}

function compareTyped(sign: ComparisonSign, left: Typed, right: Typed, scope: Scope): Formula {
  if (left.kind.kind === "unknown" || right.kind.kind === "unknown") return truth(true);
  const scale = agreeScale(left, right, scope, "compared");
  if (scale !== undefined) {
    if (sayNever(OPS[sign], scale.left, scale.right, { left, right }, scope)) return truth(false);
    return scale.kind.kind === "unknown"
      ? truth(true)
      : comparison(OPS[sign], scale.left, scale.right);
  }
  const labels = agreeLabels(left, right, scope);
  if (labels === undefined) {
    sayIncomparable(left, right, scope);
    return truth(true);
  }
  if (!labels) return truth(true);
  if (sign === "=" || sign === "!=") return equality(sign, left, right);
  return ordered(sign, left, right, scope)
    ? comparison(OPS[sign], left.formula, right.formula)
    : truth(true);
}

/** Say P0303 where a column is compared with a number that its range never reaches. */
function sayNever(
  op: (typeof OPS)[ComparisonSign],
  left: Formula,
  right: Formula,
  places: { readonly left: Typed; readonly right: Typed },
  scope: Scope,
): boolean {
  const turned = left.op === "number" && right.op === "column";
  const [column, limit] = turned ? [right, left] : [left, right];
  if (column.op !== "column" || limit.op !== "number") return false;
  const owner = column.via === undefined ? scope.table : parentOf(column.via, scope);
  const type = owner?.columns.get(column.name)?.type;
  if (type === undefined || !isNumeric(type)) return false;
  const [low, high] = boundsOf(type);
  if (canHold(turned ? TURNED[op] : op, low, high, limit.value)) return false;
  const span = { start: places.left.span.start, end: places.right.span.end };
  const condition = scope.desk.text(span);
  scope.desk.say(
    "P0303",
    { condition, column: column.name, domain: domainText(type) },
    { spans: [here(span, "never true")] },
  );
  return true;
}

const TURNED = { eq: "eq", ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" } as const;

function parentOf(via: string, scope: Scope): Scope["table"] {
  const ref = scope.table?.columns.get(via)?.type;
  return ref?.kind === "ref" ? scope.tables.get(ref.table) : undefined;
}

function canHold(
  op: (typeof OPS)[ComparisonSign],
  low: number,
  high: number,
  limit: number,
): boolean {
  switch (op) {
    case "eq":
      return low <= limit && limit <= high;
    case "ne":
      return low !== limit || high !== limit;
    case "lt":
      return low < limit;
    case "le":
      return low <= limit;
    case "gt":
      return high > limit;
    case "ge":
      return high >= limit;
  }
}

/** `bool = true` is the bool itself. */
function equality(sign: "=" | "!=", left: Typed, right: Typed): Formula {
  for (const [a, b] of [
    [left, right],
    [right, left],
  ] as const) {
    if (b.formula.op === "truth" && a.kind.kind === "truth") {
      return b.formula.value === (sign === "=") ? a.formula : not(a.formula);
    }
  }
  return comparison(OPS[sign], left.formula, right.formula);
}

function ordered(sign: string, left: Typed, right: Typed, scope: Scope): boolean {
  const choices = [left, right].filter((value) => value.kind.kind === "choice");
  for (const value of choices) {
    if (value.kind.kind !== "choice" || value.kind.ordered) continue;
    scope.desk.say(
      "P0301",
      { problem: "no-order", column: value.kind.column, operator: sign },
      {
        spans: [here(value.span, "its values have no order")],
        try: [remedy('write its values with `<` between them: "low" < "mid" < "high"')],
      },
    );
    return false;
  }
  const [l, r] = [left.kind, right.kind];
  const sameList =
    l.kind !== "choice" ||
    r.kind !== "choice" ||
    l.values.join("\u0000") === r.values.join("\u0000");
  if (choices.length > 0 && sameList) return true;
  sayIncomparable(left, right, scope);
  return false;
}

type InList = Extract<Expression, { kind: "in-list" }>;

/** `x in (a, b)`: a set test where all values are known, else a chain of equalities. */
export function inList(expression: InList, scope: Scope, lower: Lower): Typed {
  const operand = filled(lower(expression.operand, scope), scope, "compared");
  const tests: Formula[] = [];
  const values: (number | string)[] = [];
  for (const item of expression.values) {
    const value =
      bareListValue(item, operand.kind, scope) ?? filled(lower(item, scope), scope, "compared");
    const test = compareTyped("=", operand, value, scope);
    tests.push(test);
    const constant = test.op === "eq" ? constantOf(test.right) : undefined;
    if (typeof constant === "number" || typeof constant === "string") values.push(constant);
  }
  const arg = tests[0]?.op === "eq" ? tests[0].left : operand.formula;
  const formula: Formula =
    values.length === tests.length && tests.length > 0
      ? { op: "in", arg, values: [...new Set(values)] }
      : join("or", tests);
  return { formula: listFormula(expression, formula, operand), kind: TRUTH, span: expression.span };
}

function listFormula(expression: InList, formula: Formula, operand: Typed): Formula {
  if (operand.kind.kind === "unknown") return truth(true);
  return expression.negated ? not(formula) : formula;
}

function bareListValue(item: Expression, kind: Kind, scope: Scope): Typed | undefined {
  return isBareWord(item, scope) ? bareValue(item, kind, scope) : undefined;
}
