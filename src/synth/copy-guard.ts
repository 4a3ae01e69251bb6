import { stream } from "../base/random.js";
import type { Cells } from "../constraint/guide.js";
import type { Accept } from "./row-drawer.js";

/** Refuses rows that are copies of real ones, and counts them. */
export interface CopyGuard {
  readonly accept: Accept;
  /** Proposals refused so far: equal to a real row, and all but equal to a rare one. */
  readonly counts: { exact: number; near: number };
}

/** A row is rare if its nearest neighbour is farther away than that of this share of rows. */
const rareShare = 0.95;
const mostRare = 1000;
/** A near copy lies within this share of the rare row's own distance to its nearest neighbour. */
const nearness = 0.2;
const sampled = 400;

/**
 * Guard against memorised rows, for models without a privacy budget (`forbid exact copies`). Compared
 * are the columns in `columns`, by their cells: a generated row may not equal a real one, nor lie much
 * nearer to a rare real row than any other real row does (Gower distance; missing differs from any
 * value). `cells` are the real rows in the positions and codes of the generated ones.
 */
export function copyGuard(cells: Cells, columns: readonly number[], rows: number): CopyGuard {
  const space = new RowSpace(cells, columns, rows);
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) seen.add(space.key(cells, row));
  const rare = rareRows(space, rows);
  const counts = { exact: 0, near: 0 };
  const accept: Accept = (made, row) => {
    if (seen.has(space.key(made, row))) {
      counts.exact++;
      return false;
    }
    for (const one of rare) {
      if (space.distance(made, row, one.row, one.reach) < one.reach) {
        counts.near++;
        return false;
      }
    }
    return true;
  };
  return { accept: Object.assign(accept, { rules: ["forbid exact copies"] }), counts };
}

/** Rows as points: numbers scaled by their range, categories equal or not. */
class RowSpace {
  private readonly cells: Cells;
  private readonly columns: readonly number[];
  private readonly scales: Float64Array;

  constructor(cells: Cells, columns: readonly number[], rows: number) {
    this.cells = cells;
    this.columns = columns;
    this.scales = Float64Array.from(columns, (column) => {
      const values = cells[column] as Float64Array | Int32Array;
      if (values instanceof Int32Array) return 0;
      let [low, high] = [Infinity, -Infinity];
      for (let row = 0; row < rows; row++) {
        const value = values[row] as number;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      return high > low ? 1 / (high - low) : 0;
    });
  }

  key(cells: Cells, row: number): string {
    let key = "";
    for (const column of this.columns) key += `${(cells[column] as Float64Array)[row]}|`;
    return key;
  }

  /** Distance of a row of `cells` to a real row; any number not below `limit` once that is passed. */
  distance(cells: Cells, row: number, real: number, limit: number): number {
    let sum = 0;
    for (let i = 0; i < this.columns.length && sum < limit; i++) {
      const column = this.columns[i] as number;
      const a = (cells[column] as Float64Array)[row] as number;
      const b = (this.cells[column] as Float64Array)[real] as number;
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const scale = this.scales[i] as number;
      const gap = Math.abs(a - b) * scale;
      sum += scale === 0 || Number.isNaN(gap) ? 1 : Math.min(1, gap);
    }
    return sum;
  }

  /** Distance to the nearest of the given real rows, itself left out. */
  nearest(row: number, others: Iterable<number>): number {
    let best = Infinity;
    for (const other of others) {
      if (other === row) continue;
      best = Math.min(best, this.distance(this.cells, row, other, best));
    }
    return best;
  }
}

interface Rare {
  readonly row: number;
  readonly reach: number;
}

/** The loneliest rows: sought by a sample of neighbours, then measured against all. */
function rareRows(space: RowSpace, rows: number): Rare[] {
  const random = stream("copies", "rare", rows);
  const sample = Array.from({ length: Math.min(sampled, rows) }, () => random.below(rows));
  const guessed = Float64Array.from({ length: rows }, (_, row) => space.nearest(row, sample));
  const wanted = Math.min(mostRare, Math.ceil((1 - rareShare) * rows));
  const order = Array.from(guessed.keys()).sort(
    (a, b) => (guessed[b] as number) - (guessed[a] as number) || a - b,
  );
  const all = Array.from(guessed.keys());
  return order
    .slice(0, wanted)
    .map((row) => ({ row, reach: nearness * space.nearest(row, all) }))
    .filter(({ reach }) => reach > 0 && Number.isFinite(reach));
}
