import type { Allowed } from "../constraint/guide.js";
import { inSet, type Observed } from "./observed.js";

/** Finds the real rows whose value in a column is allowed; the last question's answer is kept. */
export class AllowedRows {
  private readonly observed: readonly Observed[];
  private column = -1;
  private allowed: Allowed | undefined;
  private rows = new Int32Array(0);

  /** `observed` has one entry a real row, −1 where missing. */
  constructor(observed: readonly Observed[]) {
    this.observed = observed;
  }

  of(column: number, allowed: Allowed): Int32Array {
    if (this.allowed !== undefined && column === this.column && same(this.allowed, allowed)) {
      return this.rows;
    }
    const fits = this.test(column, allowed);
    const { entries } = this.observed[column] as Observed;
    const found: number[] = [];
    for (let row = 0; row < entries.length; row++) if (fits(row)) found.push(row);
    this.column = column;
    this.allowed = {
      missing: allowed.missing,
      ...(allowed.codes === undefined ? {} : { codes: allowed.codes.slice() }),
      ...(allowed.intervals === undefined ? {} : { intervals: allowed.intervals.slice() }),
    };
    this.rows = Int32Array.from(found);
    return this.rows;
  }

  /** Whether a real row's value is allowed. */
  test(column: number, allowed: Allowed): (row: number) => boolean {
    const observed = this.observed[column] as Observed;
    const set = observed.restrict(allowed);
    return (row) => {
      const entry = observed.entries[row] as number;
      return entry < 0 ? allowed.missing : inSet(entry, set);
    };
  }
}

function same(a: Allowed, b: Allowed): boolean {
  return (
    a.missing === b.missing && sameList(a.codes, b.codes) && sameList(a.intervals, b.intervals)
  );
}

function sameList(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
