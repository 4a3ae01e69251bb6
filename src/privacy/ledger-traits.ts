import type { DataTraits } from "./ledger-entry.js";

/** Fewer columns than that may be alike by chance: a constant, a counter. */
const FEW = 2;

/**
 * Whether two sets of traits are of the same data: they lie in one place, or in files that are alike byte for byte,
 * or every column of the one is among the other's, in any order of rows and under any name. One column alone speaks
 * for nothing but a column alone.
 */
export function isLike(one: DataTraits | undefined, other: DataTraits | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const alike = (key: "place" | "content") => one[key] !== undefined && one[key] === other[key];
  if (alike("place") || alike("content")) return true;
  const [fewer, more] =
    one.columns.length <= other.columns.length
      ? [one.columns, other.columns]
      : [other.columns, one.columns];
  if (fewer.length === 0 || (fewer.length < FEW && more.length >= FEW)) return false;
  return fewer.every((column) => more.includes(column));
}
