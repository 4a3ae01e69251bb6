import { boundsOf } from "../constraint/grid.js";
import type { Allowed } from "../constraint/guide.js";
import { type ColumnType, isNumeric } from "../table/column-type.js";
import { FreeRuns, type Used } from "./free-runs.js";

/** What is still to be tried for one cell: what was allowed, less what led nowhere. */
export class Choices {
  private missing: boolean;
  private intervals: readonly number[] | undefined;
  private readonly codes: Uint8Array | undefined;
  private readonly step: number | undefined;

  constructor(
    allowed: Allowed | undefined,
    column: {
      readonly type: ColumnType;
      readonly optional: boolean;
      readonly levels: number | undefined;
      readonly step: number | undefined;
    },
  ) {
    this.missing = allowed?.missing ?? column.optional;
    this.step = column.step;
    if (isNumeric(column.type)) this.intervals = allowed?.intervals ?? boundsOf(column.type);
    else this.codes = allowed?.codes?.slice() ?? new Uint8Array(column.levels ?? 0).fill(1);
  }

  get allowed(): Allowed {
    if (this.intervals !== undefined) return { missing: this.missing, intervals: this.intervals };
    return { missing: this.missing, codes: this.codes as Uint8Array };
  }

  get isEmpty(): boolean {
    if (this.missing) return false;
    return this.intervals === undefined
      ? this.codes?.includes(1) !== true
      : this.intervals.length === 0;
  }

  /** Leave out what is used up. */
  leaveOut(used: Used): void {
    if (!(used instanceof FreeRuns)) this.removeAll(used);
    else if (this.intervals !== undefined) this.intervals = used.within(this.intervals);
  }

  /** Leave out many values. */
  removeAll(values: readonly number[]): void {
    const { intervals, step } = this;
    if (values.length === 0) return;
    if (intervals === undefined || step === undefined) {
      for (const value of values) this.remove(value);
      return;
    }
    const gone = Float64Array.from(values).sort();
    const kept: number[] = [];
    let next = 0;
    for (let i = 0; i < intervals.length; i += 2) {
      let low = intervals[i] as number;
      const high = intervals[i + 1] as number;
      while (next < gone.length && (gone[next] as number) < low - step / 2) next++;
      for (; next < gone.length && (gone[next] as number) < high + step / 2; next++) {
        const value = gone[next] as number;
        if (value - step / 2 > low) kept.push(low, value - step);
        low = value + step;
      }
      if (low < high + step / 2) kept.push(low, high);
    }
    this.intervals = kept;
  }

  /** Leave out a value; of a number without a grid nothing, since no value comes twice. */
  remove(value: number): void {
    if (this.intervals === undefined) {
      if (value < 0) this.missing = false;
      else if (this.codes !== undefined) this.codes[value] = 0;
    } else if (Number.isNaN(value)) this.missing = false;
    else if (this.step !== undefined) this.intervals = without(this.intervals, value, this.step);
  }
}

function without(intervals: readonly number[], value: number, step: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < intervals.length; i += 2) {
    const [low, high] = [intervals[i] as number, intervals[i + 1] as number];
    if (value < low || value > high) kept.push(low, high);
    else {
      if (value - step / 2 > low) kept.push(low, value - step);
      if (value + step / 2 < high) kept.push(value + step, high);
    }
  }
  return kept;
}
