import type { Name, Quoted } from "../ir/expression.js";
import { quote } from "../ir/quote.js";
import type { ColumnNode, OriginNode, RuleNode, TypeNode, UnitNode } from "../ir/spec.js";
import type { ExpressionPrinter } from "./print-expression.js";

export const list = (names: readonly Name[]) => names.map((name) => name.text).join(", ");
export const texts = (quoted: readonly Quoted[]) =>
  quoted.map(({ value }) => quote(value)).join(", ");

const spaced = (...parts: readonly (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== "").join(" ");

const unitText = (unit: UnitNode | undefined) => unit?.text;

/** A type as written after the colon. */
export function printType(type: TypeNode, printer: ExpressionPrinter): string {
  const range = (node: Parameters<ExpressionPrinter["range"]>[0] | undefined) =>
    node === undefined ? undefined : printer.range(node);
  const step = (node: { step?: Parameters<ExpressionPrinter["number"]>[0] }) =>
    node.step === undefined ? undefined : `step ${printer.number(node.step)}`;
  switch (type.kind) {
    case "number": {
      const extent = type.learned ? "learned" : range(type.range);
      return spaced(type.base, type.currency?.text, extent, unitText(type.unit), step(type));
    }
    case "choice":
      return choiceParts(type, printer).join(type.ordered ? " < " : " | ");
    case "category":
      return type.learned ? "category learned" : "category";
    case "temporal":
      return spaced(type.base, type.learned ? "learned" : range(type.range));
    case "duration":
      return spaced("duration", range(type.range), unitText(type.unit));
    case "ref": {
      const count = type.count && `, ${printer.range(type.count.range)} per ${type.count.per.text}`;
      return `ref ${type.table.text}${count ?? ""}`;
    }
    case "text": {
      const like = type.like && `like ${quote(type.like.value)}`;
      return spaced("text", like, type.invented && `invented ${quote(type.invented.value)}`);
    }
    case "place": {
      const { latitude, longitude } = type;
      const area =
        latitude && longitude && `${printer.range(latitude)}, ${printer.range(longitude)}`;
      return spaced("place", area, step(type));
    }
    case "bool":
    case "id":
      return type.kind;
  }
}

function choiceParts(
  type: Extract<TypeNode, { kind: "choice" }>,
  printer: ExpressionPrinter,
): string[] {
  return type.values.map(({ value, weight }) =>
    weight === undefined ? quote(value.value) : `${quote(value.value)} ${printer.number(weight)}`,
  );
}

function printOrigin(
  origin: OriginNode | undefined,
  printer: ExpressionPrinter,
): string | undefined {
  switch (origin?.kind) {
    case undefined:
      return undefined;
    case "drawn":
      return `~ ${printer.print(origin.distribution)}`;
    case "computed":
      return `:= ${printer.print(origin.formula)}`;
    case "written":
      return spaced("written", quote(origin.prompt.value), origin.by && `by ${origin.by.text}`);
  }
}

/** What stands after a column's colon, up to its headers. */
export function printColumnType(column: ColumnNode, printer: ExpressionPrinter): string {
  const type = printType(column.type, printer);
  const share = column.missing?.share;
  const missing =
    column.missing && spaced("or missing", share === undefined ? "" : printer.number(share));
  const origin = printOrigin(column.origin, printer);
  return column.origin?.kind === "written"
    ? spaced(type, origin, missing)
    : spaced(type, missing, origin);
}

/**
 * The type of a long choice over several lines, each of which begins with the sign: `room` is the
 * number of characters that fit beside the name, `margin` the column where the type begins.
 */
export function wrapChoice(
  column: ColumnNode,
  printer: ExpressionPrinter,
  margin: number,
  room: number,
): string {
  const whole = printColumnType(column, printer);
  if (whole.length <= room || column.type.kind !== "choice") return whole;
  const rest = whole.slice(printType(column.type, printer).length);
  const sign = column.type.ordered ? "<" : "|";
  const lines: string[] = [];
  let line = "";
  for (const part of choiceParts(column.type, printer)) {
    if (line !== "" && line.length + part.length + 3 > room) {
      lines.push(line);
      line = `${" ".repeat(Math.max(0, margin - 2))}${sign} ${part}`;
    } else line = line === "" ? part : `${line} ${sign} ${part}`;
  }
  return [...lines, line + rest].join("\n");
}

/** A rule of a table. */
export function printRule(rule: RuleNode, printer: ExpressionPrinter): string {
  return spaced(plainRule(rule, printer), rule.guessed && "guessed");
}

function plainRule(rule: RuleNode, printer: ExpressionPrinter): string {
  switch (rule.kind) {
    case "require":
      return `require ${printer.print(rule.condition)}`;
    case "when":
      return `when ${printer.print(rule.condition)} then ${printer.print(rule.consequence)}`;
    case "exactly-when":
      return `${printer.print(rule.left)} exactly when ${printer.print(rule.right)}`;
    case "expect":
      return `expect ${printer.print(rule.condition)}${rule.enforced ? " enforced" : ""}`;
    case "unique":
      return `unique ${list(rule.columns)}`;
    case "increases":
      return `require ${rule.column.text} of each ${rule.parent.text} increases`;
    case "determines":
      return `${list(rule.from)} determines ${list(rule.to)}`;
    case "correlate": {
      const strength = printer.print(rule.strength, 5);
      return `correlate ${rule.left.text} with ${rule.right.text} ${strength}`;
    }
  }
}
