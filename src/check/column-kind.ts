import { here, remedy } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import { suggest } from "../base/suggest.js";
import { inventedKinds, inventedLocales, readInvented } from "../ir/personal.js";
import type {
  ChoiceTypeNode,
  NumberTypeNode,
  RefTypeNode,
  TemporalTypeNode,
  TextTypeNode,
  TypeNode,
} from "../ir/spec.js";
import { type ColumnType, UNBOUNDED } from "../table/column-type.js";
import { formatDate, formatDatetime } from "../table/format-value.js";
import { constantNumber } from "./constant.js";
import type { Kind } from "./kind.js";
import { rangeOf, stepOf } from "./range.js";
import { sayUnknown } from "./resolve.js";
import type { Scope } from "./scope.js";
import { parseUnit, secondsOf, unitMeant } from "./unit.js";

/** A type node made out: the column's type and what its values are in a formula. */
export interface KnownType {
  readonly type: ColumnType;
  readonly kind: Kind;
  /** False where a part could not be understood; rules on the column are then not judged. */
  readonly sound: boolean;
}

const WHOLE_CURRENCIES = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "HUF"]);

/** Make out the type of a column or param. A `place` is handled by its column. */
export function knownType(
  node: Exclude<TypeNode, { kind: "place" }>,
  name: string,
  scope: Scope,
): KnownType {
  switch (node.kind) {
    case "number":
      return numberType(node, scope);
    case "choice":
      return choiceType(node, name, scope);
    case "category":
      return {
        type: { kind: "category", values: [], ordered: false, learned: true },
        kind: { kind: "choice", column: name, values: [], ordered: false, learned: true },
        sound: true,
      };
    case "bool":
      return { type: { kind: "bool" }, kind: { kind: "truth" }, sound: true };
    case "temporal":
      return temporalType(node, scope);
    case "duration":
      return durationType(node, scope);
    case "id":
      return {
        type: { kind: "id" },
        kind: { kind: "key", table: scope.table?.name ?? "" },
        sound: true,
      };
    case "ref":
      return refType(node, name, scope);
    case "text":
      return textType(node, scope);
  }
}

function numberType(node: NumberTypeNode, scope: Scope): KnownType {
  const whole = node.base === "int";
  const shape = {
    what: "the bound",
    wants: "a number",
    kind: { kind: "number", whole } as const,
    whole,
    say: String,
  };
  const range = node.range === undefined ? undefined : rangeOf(node.range, shape, scope);
  const written = stepOf(node.step, range, node.span, scope);
  const cents = WHOLE_CURRENCIES.has(node.currency?.text ?? "") ? 1 : 0.01;
  const step = written ?? (node.base === "money" ? cents : undefined);
  const unit = node.currency?.text ?? node.unit?.text;
  if (node.unit !== undefined) doubtUnit(node.unit, scope);
  const type: ColumnType = {
    kind: node.base,
    ...(range ?? {}),
    ...(step === undefined ? {} : { step }),
    ...(unit === undefined ? {} : { unit }),
    learned: node.learned,
  };
  const kind: Kind = {
    kind: "number",
    whole,
    ...(unit === undefined ? {} : { unit: parseUnit(unit) }),
  };
  return { type, kind, sound: node.range === undefined || range !== undefined };
}

function doubtUnit(
  { text, span }: { readonly text: string; readonly span: Span },
  scope: Scope,
): void {
  const meant = unitMeant(text);
  if (meant === undefined) return;
  scope.desk.say(
    "P0315",
    { unit: text, meant },
    { spans: [here(span)], try: [remedy(`write ${meant}`, span, meant)] },
  );
}

function choiceType(node: ChoiceTypeNode, name: string, scope: Scope): KnownType {
  const values: string[] = [];
  for (const { value } of node.values) {
    if (values.includes(value.value)) {
      scope.desk.say(
        "P0201",
        { what: "value", name: value.value, of: name },
        { spans: [here(value.span)] },
      );
    } else values.push(value.value);
  }
  return {
    type: { kind: "category", values, ordered: node.ordered, learned: false },
    kind: { kind: "choice", column: name, values, ordered: node.ordered, learned: false },
    sound: true,
  };
}

function temporalType(node: TemporalTypeNode, scope: Scope): KnownType {
  const date = node.base === "date";
  const shape = {
    what: "the bound",
    wants: `a ${node.base}`,
    kind: { kind: node.base } as const,
    say: date ? formatDate : formatDatetime,
  };
  const range = node.range === undefined ? undefined : rangeOf(node.range, shape, scope);
  const endOfDay = !date && node.range?.high.kind === "date" && !node.range.high.text.includes("T");
  const bounds =
    range === undefined || !endOfDay ? range : { min: range.min, max: range.max + 86_399 };
  return {
    type: { kind: node.base, ...(bounds ?? {}), learned: node.learned },
    kind: { kind: node.base },
    sound: node.range === undefined || range !== undefined,
  };
}

function durationType(node: Extract<TypeNode, { kind: "duration" }>, scope: Scope): KnownType {
  const scale = node.unit === undefined ? 1 : secondsOf(parseUnit(node.unit.text));
  if (scale === undefined && node.unit !== undefined) {
    const what = "a unit of time of fixed length (seconds, minutes, hours, days, weeks)";
    scope.desk.say(
      "P0314",
      { text: `\`${node.unit.text}\``, what },
      { spans: [here(node.unit.span)] },
    );
  }
  const kind: Kind = { kind: "duration", scale: scale ?? 1 };
  const say = (seconds: number): string => String(seconds / (scale ?? 1));
  const range =
    node.range === undefined
      ? undefined
      : rangeOf(node.range, { what: "the bound", wants: "a duration", kind, say }, scope);
  const sound = scale !== undefined && (node.range === undefined || range !== undefined);
  return { type: { kind: "duration", ...(range ?? {}) }, kind, sound };
}

function refType(node: RefTypeNode, name: string, scope: Scope): KnownType {
  const table = node.table.text;
  const known = scope.tables.has(table);
  if (!known) sayUnknown(scope, "table", node.table, [...scope.tables.keys()]);
  const low =
    node.count === undefined ? 0 : constantNumber(node.count.range.low, scope, "the count");
  const high =
    node.count === undefined
      ? UNBOUNDED
      : constantNumber(node.count.range.high, scope, "the count");
  const sound = low !== undefined && high !== undefined;
  const [min, max] = [Math.max(0, Math.round(low ?? 0)), Math.round(high ?? UNBOUNDED)];
  if (sound && min > max) {
    const parameters = { problem: "reversed", low: String(min), high: String(max) } as const;
    scope.desk.say("P0304", parameters, { spans: [here(node.count?.range.span ?? node.span)] });
  }
  const per = node.count?.per;
  if (known && per !== undefined && per.text !== name && !names(per.text, table)) {
    sayUnknown(scope, "table", per, [table]);
  }
  return {
    type: { kind: "ref", table, min, max: Math.max(min, max) },
    kind: { kind: "key", table },
    sound: known && sound,
  };
}

/** Whether a word is a table's name, or its singular: `patient` of `patients`. */
export function names(word: string, table: string): boolean {
  const plurals = [
    word,
    `${word}s`,
    `${word}es`,
    word.replace(/y$/, "ies"),
    word.replace(/person$/, "people"),
  ];
  return plurals.includes(table);
}

function textType(node: TextTypeNode, scope: Scope): KnownType {
  const like =
    node.like === undefined || isPattern(node.like.value, node.like.span, scope)
      ? node.like?.value
      : undefined;
  if (node.invented !== undefined) checkInvented(node.invented.value, node.invented.span, scope);
  return {
    type: {
      kind: "text",
      ...(like === undefined ? {} : { like }),
      ...(node.invented === undefined ? {} : { invented: node.invented.value }),
    },
    kind: { kind: "text" },
    sound: true,
  };
}

/** P0210 for a kind or a locale that nothing is invented of. */
function checkInvented(text: string, span: Span, scope: Scope): void {
  const { kind, locale } = readInvented(text);
  const say = (what: string, name: string, known: readonly string[], all: string) => {
    const suggestion = suggest(name, known);
    scope.desk.say(
      "P0210",
      { what, name, ...(suggestion === undefined ? {} : { suggestion }) },
      { spans: [here(span)], because: [`${all} are: ${known.join(", ")}`] },
    );
  };
  if (!inventedKinds.includes(kind)) say("invented text", kind, inventedKinds, "the kinds");
  if (!inventedLocales.includes(locale)) say("locale", locale, inventedLocales, "the locales");
}

function isPattern(text: string, span: Span, scope: Scope): boolean {
  try {
    new RegExp(`^(?:${text})$`);
    return true;
  } catch {
    scope.desk.say(
      "P0314",
      { text: `"${text}"`, what: "a pattern (a regular expression)" },
      { spans: [here(span)] },
    );
    return false;
  }
}
