import { here, remedy } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import type { CheckedParam } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { blocksOf, type ParamBlock } from "../ir/spec.js";
import type { ColumnType } from "../table/column-type.js";
import { parseDate, parseDatetime } from "../table/parse-value.js";
import { agreeLabels, agreeScale } from "./agree.js";
import { knownType } from "./column-kind.js";
import { constant, sayWrong } from "./constant.js";
import type { Desk } from "./desk.js";
import { domainText } from "./domain-text.js";
import { constantOf, truth } from "./fold.js";
import { type Kind, UNKNOWN } from "./kind.js";
import type { ParamEntry, Scope, TableEntry } from "./scope.js";

export type ParamValue = number | string | boolean;

export interface KnownParams {
  readonly entries: Map<string, ParamEntry>;
  readonly checked: CheckedParam[];
}

/** Make out the params in the order written; each may use those above it. */
export function knownParams(
  desk: Desk,
  overrides: Readonly<Record<string, ParamValue>>,
): KnownParams {
  const entries = new Map<string, ParamEntry>();
  const checked: CheckedParam[] = [];
  const tables = new Map<string, TableEntry>();
  for (const block of blocksOf(desk.spec, "param")) {
    const name = block.name.text;
    const scope: Scope = { desk, params: entries, tables, present: "all" };
    if (entries.has(name)) {
      desk.say("P0201", { what: "param", name }, { spans: [here(block.name.span)] });
      continue;
    }
    const known = paramOf(block, scope, overrides[name]);
    entries.set(name, { name, kind: known.kind, formula: known.formula });
    const value = constantOf(known.formula);
    if (value !== undefined) {
      checked.push({
        name,
        type: known.type,
        value,
        ...(block.doc === undefined ? {} : { doc: block.doc }),
      });
    }
  }
  return { entries, checked };
}

interface KnownParam {
  readonly type: ColumnType;
  readonly kind: Kind;
  readonly formula: Formula;
}

function paramOf(block: ParamBlock, scope: Scope, override: ParamValue | undefined): KnownParam {
  if (block.type.kind === "place" || block.type.kind === "ref" || block.type.kind === "id") {
    const found: Kind = { kind: "key", table: "a table" };
    sayWrong(
      found,
      block.type.span,
      scope,
      `the type of ${block.name.text}`,
      "a number, choice, date, text or bool",
    );
    return { type: { kind: "text" }, kind: UNKNOWN, formula: truth(true) };
  }
  const { type, kind, sound } = knownType(block.type, block.name.text, scope);
  const formula = override === undefined ? written(block, kind, scope) : given(override, kind);
  if (formula === undefined || !sound) {
    if (formula === undefined && override !== undefined)
      sayOutside(block, type, String(override), block.name.span, scope);
    return { type, kind: UNKNOWN, formula: truth(true) };
  }
  const value = constantOf(formula);
  if (value !== undefined && !insideType(value, type)) {
    sayOutside(block, type, scope.desk.text(block.value.span), block.value.span, scope, override);
  }
  return { type, kind, formula };
}

function sayOutside(
  block: ParamBlock,
  type: ColumnType,
  text: string,
  span: Span,
  scope: Scope,
  override?: ParamValue,
): void {
  const value = override === undefined ? text : String(override);
  scope.desk.say(
    "P0311",
    { param: block.name.text, value, domain: domainText(type) },
    {
      spans: [here(override === undefined ? span : block.name.span)],
      because: override === undefined ? [] : ["this value was given from outside the spec"],
      try: [remedy(`give a value in ${domainText(type)}`)],
    },
  );
}

function written(block: ParamBlock, kind: Kind, scope: Scope): Formula | undefined {
  const value = constant(block.value, scope, `the value of ${block.name.text}`);
  if (value === undefined) return undefined;
  const model = { formula: { op: "number", value: 0 } as const, kind, span: block.type.span };
  const pair = agreeScale(model, value, scope, "compared");
  if (pair !== undefined) return pair.right;
  if (
    agreeLabels({ ...model, formula: { op: "missing", arg: model.formula } }, value, scope) === true
  )
    return value.formula;
  if (kind.kind !== "choice")
    sayWrong(
      value.kind,
      value.span,
      scope,
      `the value of ${block.name.text}`,
      domainText(knownType(block.type as never, block.name.text, scope).type),
    );
  return undefined;
}

function given(value: ParamValue, kind: Kind): Formula | undefined {
  if (typeof value === "number") {
    return kind.kind === "number" || kind.kind === "duration" ? { op: "number", value } : undefined;
  }
  if (typeof value === "boolean") return kind.kind === "truth" ? truth(value) : undefined;
  const parsed = fromText(value, kind);
  if (parsed !== undefined)
    return Number.isNaN(parsed) ? undefined : { op: "number", value: parsed };
  if (kind.kind === "truth")
    return value === "true" || value === "false" ? truth(value === "true") : undefined;
  return { op: "text", value };
}

/** A number from text, for the kinds that are numbers (`--set day=2024-06-01`). */
function fromText(text: string, kind: Kind): number | undefined {
  if (kind.kind === "date") return parseDate(text);
  if (kind.kind === "datetime") return parseDatetime(text);
  if (kind.kind === "number" || kind.kind === "duration")
    return text.trim() === "" ? Number.NaN : Number(text);
  return undefined;
}

/** Whether a param of this type may have the value. */
export function insideType(value: ParamValue, type: ColumnType): boolean {
  if (typeof value === "number") {
    if (type.kind === "int" && !Number.isInteger(value)) return false;
    const { min, max } = type as { min?: number; max?: number };
    return (min === undefined || value >= min) && (max === undefined || value <= max);
  }
  if (typeof value === "string" && type.kind === "category" && !type.learned)
    return type.values.includes(value);
  return true;
}
