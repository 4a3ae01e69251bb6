/**
 * What a column means. The physical form follows from the kind: numbers, money, dates, datetimes and
 * durations are `NumberColumn`s; everything else is a `CodeColumn`.
 *
 * Bounds are inclusive and in the column's own scale: dates in whole days and datetimes in whole
 * seconds since 1970-01-01 (UTC, no zone), durations in seconds, money in its currency.
 */
export type ColumnType =
  | NumberType
  | CategoryType
  | { readonly kind: "bool" }
  | TemporalType
  | DurationType
  | { readonly kind: "id" }
  | RefType
  | TextType;

export interface NumberType {
  readonly kind: "int" | "real" | "money";
  /** Absent: not declared (learned, or bounded by a distribution or formula). */
  readonly min?: number;
  readonly max?: number;
  /** Values are multiples of `step` counted from 0; ints without one have step 1. */
  readonly step?: number;
  /** `years`, `hours/week`; of money the currency code. */
  readonly unit?: string;
  /** The bounds are taken from the data. */
  readonly learned: boolean;
  /** Half of a `place`: which angle it is. Latitude and longitude are two real columns. */
  readonly angle?: "latitude" | "longitude";
}

export interface CategoryType {
  readonly kind: "category";
  /** In declared order; empty while `learned` and not yet known. */
  readonly values: readonly string[];
  readonly ordered: boolean;
  readonly learned: boolean;
}

export interface TemporalType {
  readonly kind: "date" | "datetime";
  readonly min?: number;
  readonly max?: number;
  readonly learned: boolean;
}

export interface DurationType {
  readonly kind: "duration";
  readonly min?: number;
  readonly max?: number;
}

/** The `max` of a `ref` that says nothing about how many. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** More different numbers of children than this are not learned under a budget. */
export const MOST_COUNTED = 500;

/** A foreign key: every value is an id of `table`; each id occurs `min..max` times. */
export interface RefType {
  readonly kind: "ref";
  readonly table: string;
  readonly min: number;
  readonly max: number;
}

/** Strings: a pattern, an invented kind, left to a writer, or, with none of these, learned by `language` alone. */
export interface TextType {
  readonly kind: "text";
  /** A regular expression that every value matches in full. */
  readonly like?: string;
  /** `email`, `name`, `phone`, `iban`, `card` … */
  readonly invented?: string;
}

/** True for the types whose values are stored as numbers. */
export function isNumeric(type: ColumnType): type is NumberType | TemporalType | DurationType {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
    case "date":
    case "datetime":
    case "duration":
      return true;
    case "category":
    case "bool":
    case "id":
    case "ref":
    case "text":
      return false;
  }
}
