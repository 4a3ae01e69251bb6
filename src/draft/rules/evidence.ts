import { MISSING } from "../../table/table.js";
import type { DraftColumn } from "../draft-column.js";

/** A rule that holds in all rows, and why it is more than chance. */
export interface FoundRule {
  readonly text: string;
  readonly note: string;
}

/**
 * How often a rule that holds in all rows would be broken if one side were taken from another row. A
 * rule that such a shuffle hardly breaks says nothing, and is not drafted.
 */
export const leastBroken = (rows: number): number => Math.max(10, rows / 200);

/** Shifts that pair each row with another one. */
export function shifts(rows: number): readonly number[] {
  return [0.37, 0.61, 0.83].map((part) => Math.max(1, Math.floor(rows * part)));
}

/** Whether a row lacks a value. */
export function missingAt({ values }: DraftColumn, row: number): boolean {
  return values.kind === "number"
    ? Number.isNaN(values.values[row] as number)
    : values.codes[row] === MISSING;
}

/** Each row's value as a number from 0, and −1 where it is missing; with how many there are. */
export interface Coded {
  readonly codes: Int32Array;
  readonly size: number;
}

export function coded({ values }: DraftColumn): Coded {
  if (values.kind === "code") return { codes: values.codes, size: values.levels.length };
  const known = new Map<number, number>();
  const codes = Int32Array.from(values.values, (value) => {
    if (Number.isNaN(value)) return MISSING;
    const code = known.get(value) ?? known.size;
    if (code === known.size) known.set(value, code);
    return code;
  });
  return { codes, size: known.size };
}

/** `a is present and b is present and …` for the columns that may be missing; empty for none. */
function guardOf(columns: readonly DraftColumn[]): string {
  const gaps = columns.filter((column) => column.optional);
  return gaps.map((column) => `${column.name} is present`).join(" and ");
}

/** A condition that holds wherever the columns have values. */
export function guarded(condition: string, columns: readonly DraftColumn[]): string {
  const guard = guardOf(columns);
  return guard === "" ? `require ${condition}` : `when ${guard} then ${condition}`;
}
