import type { Random } from "../base/random.js";
import type { Allowed } from "../constraint/guide.js";
import { type Cell, type EntrySet, type Observed, pick } from "./observed.js";

/** Observed codes of a category, boolean or key column. */
export class ObservedCodes implements Observed {
  readonly entries: Int32Array;
  private readonly levels: number;
  private readonly ranges: Int32Array;

  constructor(entries: Int32Array, levels: number) {
    this.entries = entries;
    this.levels = levels;
    this.ranges = new Int32Array(2 * levels + 2);
  }

  draw(from: number, to: number, cell: Cell, random: Random): void {
    cell.values[cell.row] = this.entries[from + pick(to - from, random)] as number;
  }

  writeAll(
    entries: Int32Array,
    rows: Int32Array,
    from: number,
    values: Float64Array | Int32Array,
  ): void {
    if (rows.length === entries.length) values.set(entries, from);
    else for (const row of rows) values[row] = entries[row - from] as number;
  }

  restrict(allowed: Allowed): EntrySet {
    const { ranges, levels } = this;
    const { codes } = allowed;
    if (codes === undefined) {
      ranges[0] = 0;
      ranges[1] = levels - 1;
      return { ranges, count: levels > 0 ? 1 : 0 };
    }
    let count = 0;
    let open = false;
    for (let code = 0; code < levels; code++) {
      const may = codes[code] === 1;
      if (may && !open) ranges[2 * count] = code;
      if (may) ranges[2 * count + 1] = code;
      if (!may && open) count++;
      open = may;
    }
    if (open) count++;
    return { ranges, count };
  }

  write(entry: number, _allowed: Allowed, cell: Cell): void {
    cell.values[cell.row] = entry;
  }

  invent(allowed: Allowed, cell: Cell, random: Random): number {
    const { codes } = allowed;
    const may: number[] = [];
    for (let code = 0; code < this.levels; code++) {
      if (codes === undefined || codes[code] === 1) may.push(code);
    }
    if (may.length > 0) cell.values[cell.row] = may[pick(may.length, random)] as number;
    return 0;
  }
}
