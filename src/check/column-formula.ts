import { here, remedy } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type { ColumnOrigin } from "../ir/checked.js";
import { DISTRIBUTIONS, type DistributionShape, distributionText } from "../ir/distributions.js";
import type { Expression } from "../ir/expression.js";
import type { Formula } from "../ir/formula.js";
import type { OriginNode } from "../ir/spec.js";
import { agreeScale, checkValue, inUnitOf, sayUnits } from "./agree.js";
import { domainText } from "./domain-text.js";
import { filled } from "./gap.js";
import { kindText } from "./kind.js";
import { lower } from "./lower.js";
import type { ColumnEntry, Scope, Typed } from "./scope.js";
import { sameUnit } from "./unit.js";

/** A place whose missing values are passed on, where the column itself may be missing. */
const passing = (column: ColumnEntry, scope: Scope): Scope =>
  column.optional ? { ...scope, present: "all" } : scope;

/** `name: type := formula`. */
export function lowerComputed(
  column: ColumnEntry,
  origin: Extract<OriginNode, { kind: "computed" }>,
  scope: Scope,
): ColumnOrigin {
  const place = passing(column, scope);
  const value = filled(lower(origin.formula, place), place, "stored");
  return { kind: "computed", formula: stored(column, value, scope) };
}

/** The formula in the scale of the column that keeps it. */
function stored(column: ColumnEntry, value: Typed, scope: Scope): Formula {
  const model: Typed = {
    formula: { op: "column", name: column.name },
    kind: column.kind,
    span: column.node.type.span,
  };
  const [wants, has] = [column.kind, value.kind];
  if (wants.kind === "unknown" || has.kind === "unknown") return value.formula;
  if (wants.kind === "number" && has.kind === "number") {
    if (wants.unit !== undefined && has.unit !== undefined && !sameUnit(wants.unit, has.unit)) {
      const at = { unit: has.unit, span: value.span };
      sayUnits(scope, at, { unit: wants.unit, span: model.span }, "stored");
    }
    return value.formula;
  }
  const pair = agreeScale(model, value, scope, "compared");
  if (pair !== undefined && pair.left.op === "column") return pair.right;
  if (agreesAsLabel(column, value, scope)) return value.formula;
  const found = kindText(has);
  scope.desk.say(
    "P0301",
    { problem: "store", column: column.name, wants: domainText(column.type), found },
    {
      spans: [here(value.span, found)],
    },
  );
  return value.formula;
}

function agreesAsLabel(column: ColumnEntry, value: Typed, scope: Scope): boolean {
  const [wants, has] = [column.kind, value.kind];
  if (wants.kind === "truth") return has.kind === "truth";
  if (wants.kind === "choice" && value.formula.op === "text") {
    checkValue(value.formula.value, value.span, wants, scope);
    return true;
  }
  if (wants.kind === "choice" && has.kind === "choice") {
    return (
      wants.learned || has.learned || has.values.every((label) => wants.values.includes(label))
    );
  }
  return (
    wants.kind === "text" && (has.kind === "quoted" || has.kind === "choice" || has.kind === "text")
  );
}

/** `name: type ~ distribution(…)`. */
export function lowerDistribution(
  column: ColumnEntry,
  origin: Extract<OriginNode, { kind: "drawn" }>,
  scope: Scope,
): ColumnOrigin {
  const { distribution } = origin;
  if (distribution.kind !== "call") {
    const name = scope.desk.text(distribution.span);
    return unknownDistribution(name, distribution.span, scope);
  }
  const name = distribution.callee.text;
  const shape = Object.hasOwn(DISTRIBUTIONS, name) ? DISTRIBUTIONS[name] : undefined;
  if (shape === undefined) return unknownDistribution(name, distribution.callee.span, scope);
  const place = passing(column, scope);
  const reader: Reader = (argument, callee) => numericArgument(argument, callee, column, place);
  const args =
    name === "mixture"
      ? mixed(distribution, reader, place)
      : plainArguments(distribution, reader, place);
  if (args === undefined) return { kind: "plain" };
  sayNoNumber(column, name, distribution.span, scope);
  const scale = column.kind.kind === "duration" ? column.kind.scale : 1;
  return { kind: "drawn", distribution: { name, args, ...(scale === 1 ? {} : { scale }) } };
}

/** Understands one parameter of the distribution of that name. */
type Reader = (argument: Expression, callee: string) => Formula;

type Call = Extract<Expression, { kind: "call" }>;

/** The parameters of a distribution that takes numbers. */
function plainArguments(distribution: Call, reader: Reader, place: Scope): Formula[] {
  const name = distribution.callee.text;
  const { parameters: named, optional } = DISTRIBUTIONS[name] as DistributionShape;
  const found = distribution.arguments.length;
  if (found > named.length || found < named.length - optional) {
    const parameters = {
      callee: name,
      wants: `${named.length} numbers, \`${distributionText(name)}\``,
      found,
    };
    place.desk.say("P0309", parameters, { spans: [here(distribution.span)] });
  }
  return distribution.arguments.map((argument) => reader(argument, name));
}

function numericArgument(
  argument: Expression,
  callee: string,
  column: ColumnEntry,
  place: Scope,
): Formula {
  const value = filled(lower(argument, place), place, "used in a distribution");
  const { kind } = value.kind;
  if (!["number", "date", "day-literal", "datetime", "duration", "unknown"].includes(kind)) {
    const found = kindText(value.kind);
    const parameters = { problem: "argument", callee, wants: "numbers", found } as const;
    place.desk.say("P0301", parameters, { spans: [here(value.span, found)] });
  }
  return column.kind.kind === "duration" ? inUnitOf(value, column.kind.scale) : value.formula;
}

/** `mixture(share, distribution, share, distribution …)`: every second argument is itself a distribution. */
function mixed(mixture: Call, reader: Reader, place: Scope): Formula[] | undefined {
  const parts = mixture.arguments;
  if (parts.length < 2 || parts.length % 2 === 1) {
    const wants = "a share and a distribution for each part";
    const parameters = { callee: "mixture", wants, found: parts.length };
    place.desk.say("P0309", parameters, { spans: [here(mixture.span)] });
    return undefined;
  }
  const lowered = parts.map((part, i): Formula | undefined => {
    if (i % 2 === 0) return reader(part, "mixture");
    const name = part.kind === "call" ? part.callee.text : place.desk.text(part.span);
    if (part.kind !== "call" || !Object.hasOwn(DISTRIBUTIONS, name) || name === "mixture") {
      unknownDistribution(name, part.span, place);
      return undefined;
    }
    return { op: "call", name, args: plainArguments(part, reader, place) };
  });
  const known = lowered.filter((one): one is Formula => one !== undefined);
  return known.length === parts.length ? known : undefined;
}

function sayNoNumber(
  column: ColumnEntry,
  name: string,
  span: OriginNode["span"],
  scope: Scope,
): void {
  const season = name === "seasonal";
  const kinds = season ? ["date", "datetime"] : ["number", "date", "datetime", "duration", "truth"];
  if (kinds.includes(column.kind.kind)) return;
  const found = `a draw from \`${name}\`, ${season ? "a day" : "a number"}`;
  scope.desk.say(
    "P0301",
    { problem: "store", column: column.name, wants: domainText(column.type), found },
    { spans: [here(span, season ? "days" : "numbers")] },
  );
}

function unknownDistribution(name: string, span: OriginNode["span"], scope: Scope): ColumnOrigin {
  const known = Object.keys(DISTRIBUTIONS);
  const suggestion = suggest(name, known);
  scope.desk.say(
    "P0210",
    { what: "distribution", name, ...(suggestion === undefined ? {} : { suggestion }) },
    {
      spans: [here(span)],
      because: [`the distributions are: ${known.map(distributionText).join(", ")}`],
      try: suggestion === undefined ? [] : [remedy(`write ${suggestion}`, span, suggestion)],
    },
  );
  return { kind: "plain" };
}
