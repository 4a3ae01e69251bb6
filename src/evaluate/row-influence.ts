/**
 * How far a statistic of shares moves with the rows that happened to be drawn: by the infinitesimal jackknife (Jaeckel
 * 1972; Efron 1982, chapter 6), each row moves it by the derivatives by the shares of the cells that the row lies in.
 * Rows take part in every table of counts, so what the tables have in common counts.
 */
export interface RowInfluence {
  /** Add a table of counts: the cell of each row, and the statistic's derivative by the share of each cell. */
  readonly add: (cells: Int32Array, derivatives: Float64Array) => void;
  /** The variance of the statistic. */
  readonly variance: () => number;
}

export function rowInfluence(rows: number): RowInfluence {
  const moved = new Float64Array(rows);
  return {
    add(cells, derivatives) {
      for (let row = 0; row < rows; row++) {
        moved[row] = (moved[row] as number) + (derivatives[cells[row] as number] as number);
      }
    },
    variance() {
      let [sum, squares] = [0, 0];
      for (const value of moved) sum += value;
      for (const value of moved) squares += (value - sum / rows) ** 2;
      return squares / rows ** 2;
    },
  };
}
