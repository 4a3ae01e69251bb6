import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { isNumeric } from "../table/column-type.js";
import { boundsOf, gridValue, indexAtLeast, indexAtMost, stepOf } from "./grid.js";
import type { Interval } from "./interval.js";

/** What one column of a row may be: a set of labels, as bits, or numbers between two bounds. */
export type Domain = LabelDomain | NumberDomain;

/** Bit 0 stands for missing, bit i + 1 for the label at position i. */
export interface LabelDomain {
  readonly kind: "labels";
  readonly mask: bigint;
}

/** No present value is left where `low > high`. */
export interface NumberDomain extends Interval {
  readonly kind: "number";
  readonly missing: boolean;
}

/** A column in the rules: of the table, of a parent row (`via.name`), or a part of a formula that stands for itself. */
export interface Variable {
  readonly key: string;
  readonly domain: Domain;
  /** Of labels: what they are; of an open one the last stands for every other value. */
  readonly labels: readonly string[];
  readonly open: boolean;
  readonly step: number | undefined;
  /** Datetimes count seconds. */
  readonly seconds: boolean;
  readonly column?: CheckedColumn;
  /** Of a part of a formula: what it stands for. */
  readonly formula?: Formula;
}

/** Stands for every label that the spec does not mention. */
export const OTHER = "\u0000";
export const MISSING_BIT = 1n;

export const labelBit = (position: number): bigint => 1n << BigInt(position + 1);

/** The columns that rules of a table can speak of, with their domains. */
export class Columns {
  private readonly table: CheckedTable;
  private readonly tables: readonly CheckedTable[];
  /** Labels that a column without a list of its own may have, besides others. */
  private readonly mentioned: readonly string[];

  constructor(table: CheckedTable, tables: readonly CheckedTable[], formulas: readonly Formula[]) {
    this.table = table;
    this.tables = tables;
    const texts = new Set<string>();
    for (const formula of formulas) collectTexts(formula, texts);
    const all = [table, ...tables].flatMap((t) => t.columns);
    for (const { type } of all)
      if (type.kind === "category") for (const v of type.values) texts.add(v);
    this.mentioned = [...texts];
  }

  /** The variable of a column, or undefined for one that the table does not have. */
  variable(name: string, via: string | undefined): Variable | undefined {
    const column = via === undefined ? named(this.table, name) : this.parentColumn(name, via);
    if (column === undefined) return undefined;
    const key = via === undefined ? name : `${via}.${name}`;
    return variableOf(key, column, this.mentioned);
  }

  private parentColumn(name: string, via: string): CheckedColumn | undefined {
    const type = named(this.table, via)?.type;
    const parent =
      type?.kind === "ref" ? this.tables.find((t) => t.name === type.table) : undefined;
    return parent === undefined ? undefined : named(parent, name);
  }
}

const named = (table: CheckedTable, name: string): CheckedColumn | undefined =>
  table.columns.find((column) => column.name === name);

function collectTexts(formula: Formula, into: Set<string>): void {
  if (formula.op === "text") into.add(formula.value);
  if (formula.op === "in") for (const value of formula.values) into.add(String(value));
  if ("arg" in formula) collectTexts(formula.arg, into);
  if ("args" in formula) for (const arg of formula.args) collectTexts(arg, into);
  if ("left" in formula) {
    collectTexts(formula.left, into);
    collectTexts(formula.right, into);
  }
}

function variableOf(key: string, column: CheckedColumn, mentioned: readonly string[]): Variable {
  const { type, optional } = column;
  if (isNumeric(type)) {
    const [low, high] = boundsOf(type);
    const step = stepOf(type);
    const domain = snapped({ kind: "number", low, high, missing: optional }, step);
    return {
      key,
      domain,
      labels: [],
      open: false,
      step,
      seconds: type.kind === "datetime",
      column,
    };
  }
  const { labels, open } = labelsOf(column, mentioned);
  const present = (1n << BigInt(labels.length + 1)) - 2n;
  const mask = optional ? present | MISSING_BIT : present;
  return {
    key,
    domain: { kind: "labels", mask },
    labels,
    open,
    step: undefined,
    seconds: false,
    column,
  };
}

function labelsOf(
  { type }: CheckedColumn,
  mentioned: readonly string[],
): { labels: readonly string[]; open: boolean } {
  if (type.kind === "bool") return { labels: ["false", "true"], open: false };
  if (type.kind === "category" && !type.learned) return { labels: type.values, open: false };
  return { labels: [...mentioned, OTHER], open: true };
}

/** Bounds drawn in to the nearest values of the grid. */
function snapped(domain: NumberDomain, step: number | undefined): NumberDomain {
  if (step === undefined) return domain;
  const low = Number.isFinite(domain.low)
    ? gridValue(indexAtLeast(domain.low, step), step)
    : domain.low;
  const high = Number.isFinite(domain.high)
    ? gridValue(indexAtMost(domain.high, step), step)
    : domain.high;
  return low === domain.low && high === domain.high ? domain : { ...domain, low, high };
}

/** True where no value at all is left. */
export function isEmpty(domain: Domain): boolean {
  if (domain.kind === "labels") return domain.mask === 0n;
  return domain.low > domain.high && !domain.missing;
}
