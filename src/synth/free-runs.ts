/**
 * The values of a grid that a key has not used up, as runs: few where it is nearly full, which is when they are asked
 * for. So that rows drawn without replacement take no longer for the last values than for the first.
 */
export class FreeRuns {
  /** The first and the last value of each run, ascending. */
  readonly lows: number[] = [];
  readonly highs: number[] = [];
  private readonly step: number;

  constructor(min: number, max: number, step: number, used: Iterable<number>) {
    this.step = step;
    let low = min;
    for (const value of Float64Array.from(used).sort()) {
      if (value > max + step / 2) break;
      if (value - step / 2 > low) this.add(low, value - step);
      low = Math.max(low, value + step);
    }
    if (low < max + step / 2) this.add(low, max);
  }

  private add(low: number, high: number): void {
    this.lows.push(low);
    this.highs.push(high);
  }

  take(value: number): void {
    const { lows, highs, step } = this;
    const at = this.runOf(value);
    const [low, high] = [lows[at] as number, highs[at] as number];
    if (at < 0 || value > high + step / 2) return;
    const [isFirst, isLast] = [value - step / 2 < low, value + step / 2 > high];
    if (isFirst && isLast) {
      lows.splice(at, 1);
      highs.splice(at, 1);
    } else if (isFirst) lows[at] = value + step;
    else if (isLast) highs[at] = value - step;
    else {
      lows.splice(at + 1, 0, value + step);
      highs.splice(at, 0, value - step);
    }
  }

  /** The last run that begins at the value or below; −1 where none does. */
  private runOf(value: number): number {
    let from = 0;
    let to = this.lows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.lows[middle] as number) <= value + this.step / 2) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  /** What these runs and others, as `[low, high, low, high, …]` ascending, have in common, in that form. */
  within(intervals: readonly number[]): number[] {
    const kept: number[] = [];
    const { lows, highs, step } = this;
    for (let i = 0; i < intervals.length; i += 2) {
      const [from, to] = [intervals[i] as number, intervals[i + 1] as number];
      let at = Math.max(0, this.runOf(from));
      for (; at < lows.length && (lows[at] as number) < to + step / 2; at++) {
        const low = Math.max(from, lows[at] as number);
        const high = Math.min(to, highs[at] as number);
        if (low < high + step / 2) kept.push(low, Math.max(low, high));
      }
    }
    return kept;
  }
}

/** Values of a column that are used up, or those that are not. */
export type Used = readonly number[] | FreeRuns;
