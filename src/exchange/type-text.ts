import { quote } from "../ir/quote.js";
import { numberText } from "../ir/sketch.js";
import { type ColumnType, type NumberType, type RefType, UNBOUNDED } from "../table/column-type.js";
import { formatDate, formatDatetime } from "../table/format-value.js";

/** A type as a spec writes it after the colon. */
export function typeText(type: ColumnType): string {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
      return numberType(type);
    case "category":
      if (type.values.length === 0) return "category learned";
      return type.values.map(quote).join(type.ordered ? " < " : " | ");
    case "date":
    case "datetime": {
      const say = type.kind === "date" ? formatDate : formatDatetime;
      const { min, max } = type;
      const known = min !== undefined && max !== undefined;
      return `${type.kind} ${known ? `${say(min)}..${say(max)}` : "learned"}`;
    }
    case "duration":
      return type.min === undefined || type.max === undefined
        ? "duration"
        : `duration ${numberText(type.min)}..${numberText(type.max)} seconds`;
    case "ref":
      return refType(type);
    case "text":
      if (type.like !== undefined) return `text like ${quote(type.like)}`;
      return type.invented === undefined ? "text" : `text invented ${quote(type.invented)}`;
    case "bool":
    case "id":
      return type.kind;
  }
}

const words = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(" ");

function numberType(type: NumberType): string {
  const { kind, min, max, step, unit } = type;
  const range =
    min === undefined || max === undefined ? "learned" : `${numberText(min)}..${numberText(max)}`;
  const money = kind === "money";
  const every = step === undefined || (kind === "int" && step === 1) ? undefined : `step ${step}`;
  return words(kind, money ? unit : undefined, range, money ? undefined : unit, every);
}

function refType({ table, min, max }: RefType): string {
  if (max >= UNBOUNDED) return `ref ${table}`;
  return `ref ${table}, ${numberText(min)}..${numberText(max)} per ${table}`;
}
