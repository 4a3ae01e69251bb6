import { failure } from "../base/failure.js";
import type { AccessColumn } from "./access.js";
import { type Codes, cellsOf, countByteColumns, countCells, countPairs } from "./count.js";

/** One marginal may have this many cells, and all that are kept together so many. */
const MOST_CELLS = 2 ** 27;
const KEPT_CELLS = 2 ** 25;
/** From so many pairs and rows on, fusing columns first is faster. */
const MANY_PAIRS = 8;
const MANY_ROWS = 120_000;
/** Of fewer rows so many cells are counted in one go. */
const CELLS_AT_ONCE = 2 ** 22;

type Pair = readonly [number, number];

/** Exact counts of sets of columns, counted once and kept; they never leave the privacy layer bare. */
export class MarginalCounts {
  private readonly columns: readonly AccessColumn[];
  private readonly codes: readonly Codes[];
  private readonly rows: number;
  private readonly known = new Map<string, Float64Array>();
  private kept = 0;

  constructor(columns: readonly AccessColumn[], codes: readonly Codes[], rows: number) {
    this.columns = columns;
    this.codes = codes;
    this.rows = rows;
  }

  /** Throw P0758 when the set has too many cells to be counted at all. */
  check(columns: readonly number[]): void {
    const size = cellsOf(this.pick(columns));
    if (size <= MOST_CELLS) return;
    const column = columns.map((c) => (this.columns[c] as AccessColumn).name).join(" × ");
    throw failure("P0758", { column, size });
  }

  of(columns: readonly number[]): Float64Array {
    const key = columns.join(",");
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.check(columns);
    const counts = countCells(this.pick(columns), this.rows);
    this.keep(key, counts);
    return counts;
  }

  prepare(cliques: readonly (readonly number[])[]): void {
    const fresh = cliques.filter((columns) => !this.known.has(columns.join(",")));
    const pairs = fresh.filter((columns): columns is Pair => columns.length === 2);
    const fused = pairs.length >= MANY_PAIRS && this.rows >= MANY_ROWS;
    if (fused) this.preparePairs(pairs);
    else this.prepareBytes(pairs);
    for (const columns of fresh) {
      if (this.known.has(columns.join(",")) || (fused && columns.length === 2)) continue;
      if (cellsOf(this.pick(columns)) <= KEPT_CELLS - this.kept) this.of(columns);
    }
  }

  private preparePairs(pairs: readonly Pair[]): void {
    const involved = [...new Set(pairs.flat())].sort((a, b) => a - b);
    const place = new Map(involved.map((column, i) => [column, i]));
    const pairOf = countPairs(this.pick(involved), this.rows);
    for (const [a, b] of pairs) {
      if (cellsOf(this.pick([a, b])) > KEPT_CELLS - this.kept) continue;
      this.keep(`${a},${b}`, pairOf(place.get(a) as number, place.get(b) as number));
    }
  }

  /** Pairs of columns of bytes, as long as there is place for them. */
  private prepareBytes(pairs: readonly Pair[]): void {
    const left = pairs.filter((pair) =>
      this.pick(pair).every(({ codes }) => codes instanceof Uint8Array),
    );
    while (left.length > 0) {
      let cells = 0;
      const fits = (pair: Pair): boolean => {
        cells += cellsOf(this.pick(pair));
        return cells > CELLS_AT_ONCE;
      };
      const end = left.findIndex(fits);
      const batch = left.splice(0, end === -1 ? left.length : Math.max(1, end));
      if (batch.reduce((sum, pair) => sum + cellsOf(this.pick(pair)), this.kept) > KEPT_CELLS)
        return;
      const counts = countByteColumns(this.codes, batch, this.rows);
      for (const [at, pair] of batch.entries())
        this.keep(pair.join(","), counts[at] as Float64Array);
    }
  }

  private keep(key: string, counts: Float64Array): void {
    if (this.kept + counts.length > KEPT_CELLS) return;
    this.known.set(key, counts);
    this.kept += counts.length;
  }

  private pick(columns: readonly number[]): Codes[] {
    return columns.map((column) => this.codes[column] as Codes);
  }
}
