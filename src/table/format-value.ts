import type { ColumnType } from "./column-type.js";

/** How numbers of a type are written: the result reads back to the same number. */
export function numberFormat(type: ColumnType): (value: number) => string {
  switch (type.kind) {
    case "date":
      return formatDate;
    case "datetime":
      return formatDatetime;
    case "int":
    case "real":
    case "money":
      return plainFormat(type);
    default:
      return plain;
  }
}

/** A date from whole days since 1970-01-01, `2024-06-01`. */
export function formatDate(days: number): string {
  return isoOf(days * 86_400_000).slice(0, -14);
}

/** A datetime from whole seconds since 1970-01-01, `2024-06-01T12:00:00`. */
export function formatDatetime(seconds: number): string {
  return isoOf(seconds * 1_000).slice(0, -5);
}

function plainFormat(type: ColumnType & { kind: "int" | "real" | "money" }) {
  const decimals = decimalsOf(type);
  if (decimals === undefined) return plain;
  return (value: number): string => {
    const fixed = value.toFixed(decimals);
    return Number(fixed) === value ? fixed.replace(/^-(?=0(\.0*)?$)/, "") : plain(value);
  };
}

/** Decimals that a type is written with, or undefined for as many as the number needs. */
function decimalsOf(type: ColumnType & { kind: "int" | "real" | "money" }): number | undefined {
  if (type.step !== undefined) return decimalsOfStep(type.step);
  if (type.kind === "money") return 2;
  return type.kind === "int" ? 0 : undefined;
}

function decimalsOfStep(step: number): number {
  const [digits = "", exponent = "0"] = String(step).split("e");
  const point = digits.indexOf(".");
  const written = point < 0 ? 0 : digits.length - point - 1;
  return Math.min(20, Math.max(0, written - Number(exponent)));
}

/** Shortest text that reads back to the same number, never with an exponent that a reader may miss. */
function plain(value: number): string {
  return value === 0 ? "0" : String(value);
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
