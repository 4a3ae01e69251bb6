import type { ColumnType } from "../table/column-type.js";
import { formatDate, formatDatetime } from "../table/format-value.js";
import { parseDate, parseDatetime } from "../table/parse-value.js";
import { bounded } from "./schema.js";

/** Bounds of a date or datetime as texts. */
export function datedBounds(type: ColumnType & { kind: "date" | "datetime" }): {
  readonly minimum?: string;
  readonly maximum?: string;
} {
  const say = type.kind === "date" ? formatDate : formatDatetime;
  if (type.min === undefined || type.max === undefined) return {};
  return { minimum: say(type.min), maximum: say(type.max) };
}

/** A date or datetime between two texts, or taken from the data where they are none. */
export function datedType(kind: "date" | "datetime", low: unknown, high: unknown): ColumnType {
  const read = (value: unknown): number | undefined => {
    if (typeof value !== "string") return undefined;
    const number = kind === "date" ? parseDate(value) : parseDatetime(value);
    return Number.isNaN(number) ? undefined : number;
  };
  return bounded(kind, read(low), read(high));
}
