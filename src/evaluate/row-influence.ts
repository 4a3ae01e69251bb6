/** Rows from which a variance is estimated, at least, where there are so many: to about 3 %. */
const ENOUGH = 4000;

/**
 * How far a statistic of shares moves with the rows that happened to be drawn: by the infinitesimal jackknife (Jaeckel
 * 1972; Efron 1982, chapter 6), each row moves it by the derivatives by the shares of the cells that the row lies in.
 * Rows take part in every table of counts, so what the tables have in common counts. Of many rows every so manieth is
 * looked at.
 */
export interface RowInfluence {
  /** Add a table of counts: the cell of a row, and the statistic's derivative by the share of each cell. */
  readonly add: (cellOf: (row: number) => number, derivatives: Float64Array) => void;
  /** The variance of the statistic. */
  readonly variance: () => number;
}

export function rowInfluence(rows: number): RowInfluence {
  const step = Math.max(1, Math.floor(rows / ENOUGH));
  const moved = new Float64Array(Math.ceil(rows / step));
  return {
    add(cellOf, derivatives) {
      for (let at = 0; at < moved.length; at++) {
        moved[at] = (moved[at] as number) + (derivatives[cellOf(at * step)] as number);
      }
    },
    variance() {
      let [sum, squares] = [0, 0];
      for (const value of moved) sum += value;
      for (const value of moved) squares += (value - sum / moved.length) ** 2;
      return squares / moved.length / rows;
    },
  };
}
