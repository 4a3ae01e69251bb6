import type { ColumnDomain } from "../table/domain.js";

/** Of each code of a column, the code of another that it goes with; −1 where that is not clear. */
export interface Companion {
  readonly other: ColumnDomain;
  readonly goesWith: Int32Array;
  /** Codes of the other with which more rows have a value that was not told than one that was. */
  readonly mostlyUntold?: ReadonlySet<number>;
}

/** Pairs of codes that may be: 1 for each cell, row-major over two positions, ascending. */
export interface Tie {
  readonly clique: readonly [number, number];
  readonly allowed: Uint8Array;
}

/** Values of a column with which none of the told values of another goes that determines it. */
export interface Unreached {
  readonly key: string;
  readonly other: string;
  readonly values: readonly string[];
  /** Whether "other of …" stands there for the values of the key. */
  readonly standsIn: boolean;
}

/** By so many nats a value's companion must be likelier than the next to be held for it: e⁻⁵ is .007. */
const CLEAR = 5;
/** Cells of the largest pair whose zeros a model is told. */
const MOST_TIED = 20_000;

/**
 * What each told value goes with, by noisy counts of the two columns together: all rows of a value lie in one cell, and
 * how many they are is known, so cells with counts y₁ > y₂ are y₁ by rows · (y₁ − y₂)/σ² nats likelier than y₂.
 *
 * @param size of the column, and `across` of the other; `counts` is row-major over both.
 * @param codes of the told values, and `rows`, about how many have each.
 */
export function companionsOf(
  size: number,
  across: number,
  codes: readonly number[],
  rows: ArrayLike<number>,
  counts: Float64Array,
  sigma: number,
): Int32Array {
  const goesWith = new Int32Array(size).fill(-1);
  for (const [i, code] of codes.entries()) {
    if (code < 0) continue;
    const own = counts.subarray(code * across, (code + 1) * across);
    const [most = 0, next = Number.NEGATIVE_INFINITY] = [...own].sort((a, b) => b - a);
    const isClear = (rows[i] as number) * (most - next) >= CLEAR * sigma ** 2;
    goesWith[code] = isClear ? own.indexOf(most) : -1;
  }
  return goesWith;
}

/**
 * Codes of the other column with which more rows have a value that was not told than one of those that go with it,
 * clearly so for the noise: two standard deviations of the difference.
 *
 * @param untold by the other's codes the noisy number of rows whose value was not told; `counts` as above.
 */
export function mostlyUntold(
  goesWith: Int32Array,
  untold: Float64Array,
  counts: Float64Array,
  sigma: number,
): ReadonlySet<number> {
  const across = untold.length;
  const found = [...untold.keys()].filter((group) => {
    const told = [...goesWith.keys()].filter((code) => goesWith[code] === group);
    const rows = told.reduce((sum, code) => sum + (counts[code * across + group] as number), 0);
    return (untold[group] as number) - rows > 2 * sigma * Math.sqrt(told.length + 1);
  });
  return new Set(found);
}

/** What clear companions forbid, as structural zeros over positions in `domains`. */
export function tiesOf(
  companions: ReadonlyMap<string, readonly Companion[]>,
  domains: readonly ColumnDomain[],
): Tie[] {
  const at = (name: string) => domains.findIndex((domain) => domain.name === name);
  return [...companions].flatMap(([name, own]) =>
    own.flatMap(({ other, goesWith }) => {
      const [key, tied] = [at(name), at(other.name)];
      if (goesWith.length * other.size > MOST_TIED) return [];
      const across = key < tied ? other.size : goesWith.length;
      const allowed = Uint8Array.from({ length: goesWith.length * other.size }, (_, cell) => {
        const [first, second] = [Math.floor(cell / across), cell % across];
        const [code, beside] = key < tied ? [first, second] : [second, first];
        const only = goesWith[code] as number;
        return Number(only < 0 || only === beside);
      });
      return [{ clique: [Math.min(key, tied), Math.max(key, tied)] as const, allowed }];
    }),
  );
}

/** Listed values with which no told value clearly goes. */
export function unreachedOf(
  companions: ReadonlyMap<string, readonly Companion[]>,
): Omit<Unreached, "standsIn">[] {
  return [...companions].flatMap(([key, own]) =>
    own.flatMap(({ other, goesWith }) => {
      const values = other.labels.filter(
        (_, code) => code !== other.missingCode && !goesWith.includes(code),
      );
      return other.edges === undefined && values.length > 0
        ? [{ key, other: other.name, values }]
        : [];
    }),
  );
}
