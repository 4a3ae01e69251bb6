import type { ColumnType } from "../table/column-type.js";

/** What a schema of another tool and a spec have in common: tables, and the domains of their columns. */
export interface Schema {
  readonly title?: string;
  readonly tables: readonly SchemaTable[];
}

export interface SchemaTable {
  readonly name: string;
  /** The file of its rows, where the schema says so. */
  readonly path?: string;
  /** Words that stand for a missing value. */
  readonly missing: readonly string[];
  readonly columns: readonly SchemaColumn[];
}

export interface SchemaColumn {
  /** As in the file. */
  readonly name: string;
  /** A `ref` names another table of the schema. */
  readonly type: ColumnType;
  readonly optional: boolean;
  readonly doc?: string;
}

/** Something that the target of a translation can't say. */
export interface Loss {
  readonly table: string;
  readonly column?: string;
  readonly what:
    | "range"
    | "step"
    | "unit"
    | "values"
    | "order"
    | "missing"
    | "key"
    | "ref"
    | "count"
    | "kind"
    | "pattern"
    | "doc"
    | "column"
    | "formula"
    | "rules"
    | "words";
  /** In a reader's words: "the unit (years)". */
  readonly text: string;
}

/** A schema as read from a foreign document. */
export interface SchemaRead {
  readonly schema: Schema;
  readonly losses: readonly Loss[];
}

/** A schema written as a foreign document. */
export interface SchemaWritten {
  readonly document: unknown;
  readonly losses: readonly Loss[];
}

/** One foreign format, both ways. */
export interface ExchangeFormat {
  readonly name: string;
  /** Whether a document is of this format, by what only this format has. */
  readonly knows: (document: Json) => boolean;
  readonly read: (document: Json, name: string) => SchemaRead;
  readonly write: (schema: Schema) => SchemaWritten;
}

/** A JSON object whose values are not yet known. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const objectAt = (json: Json, key: string): Json => {
  const value = json[key];
  return isJson(value) ? value : {};
};

export const listAt = (json: Json, key: string): readonly unknown[] => {
  const value = json[key];
  return Array.isArray(value) ? value : [];
};

export const textAt = (json: Json, key: string): string | undefined => {
  const value = json[key];
  return typeof value === "string" ? value : undefined;
};

export const numberAt = (json: Json, key: string): number | undefined => {
  const value = json[key];
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** A text or a list of texts as a list. */
export const textsAt = (json: Json, key: string): readonly string[] => {
  const value = json[key];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
};

export const category = (values: readonly unknown[], ordered = false): ColumnType => ({
  kind: "category",
  values: [...new Set(values.map(String))],
  ordered: ordered && new Set(values.map(String)).size > 1,
  learned: values.length === 0,
});

/** Bounds where both are known, else taken from the data. */
export function bounded(
  kind: "int" | "real" | "date" | "datetime",
  min: number | undefined,
  max: number | undefined,
): ColumnType {
  if (min === undefined || max === undefined || min > max) return { kind, learned: true };
  return { kind, min, max, learned: false };
}

/** Collects what one column loses. */
export function lossesOf(table: string, column: string): { all: Loss[]; add: AddLoss } {
  const all: Loss[] = [];
  return { all, add: (what, text) => void all.push({ table, column, what, text }) };
}

export type AddLoss = (what: Loss["what"], text: string) => void;

const rangeText = ({ min, max }: { readonly min?: number; readonly max?: number }): string =>
  `the range (${min}..${max})`;

/** What of a numeric or dated type is lost by a format that keeps its kind but not its domain. */
export function loseDomain(type: ColumnType, add: AddLoss): void {
  if ("min" in type && type.min !== undefined && type.kind !== "ref") add("range", rangeText(type));
  loseUnit(type, add);
  loseStep(type, add);
}

export function loseUnit(type: ColumnType, add: AddLoss): void {
  if ("unit" in type && type.unit !== undefined) add("unit", `the unit (${type.unit})`);
}

export function loseStep(type: ColumnType, add: AddLoss): void {
  if ("step" in type && type.step !== undefined && !(type.kind === "int" && type.step === 1))
    add("step", `the step (${type.step})`);
}

/** `minimum` and `maximum` where both bounds are known. */
export function limitsOf({ min, max }: { readonly min?: number; readonly max?: number }): Json {
  return min === undefined || max === undefined ? {} : { minimum: min, maximum: max };
}

/** Texts whose kind only a spec can say. */
export function loseText(type: { readonly invented?: string }, add: AddLoss): void {
  const { invented } = type;
  add(
    "kind",
    invented === undefined ? "that it is free text" : `that it is invented (${invented})`,
  );
}
