import { BINS, pointsOf, publicDomain } from "../table/domain.js";
import type { CheckedColumn, CheckedPrivacy, CheckedTable } from "./checked.js";

/** The part of a learner's budget that goes to the counts of single columns, at least. */
const SINGLES: Readonly<Record<string, number>> = {
  independent: 1,
  mst: 1 / 3,
  swift: 0.2,
  aim: 0.15,
};
/** The same where every column is counted within parts, too. */
const SINGLES_IN_PARTS: Readonly<Record<string, number>> = {
  ...SINGLES,
  independent: 0.2,
  mst: 1 / 6,
};
/**
 * So many sets of columns are counted for each column: by `swift` the median pair of Adult, NIST's excerpt, SD2011 and
 * diamonds (ε 1) had 1.6 to 2.4 times the noise of one a column.
 */
const JOINTS: Readonly<Record<string, number>> = { swift: 4 };
/** Values assumed of a column whose values are still to be learned. */
const UNKNOWN = 16;

/** The noise that counts will have, known before anything is spent: it follows from price and domain alone. */
export interface NoiseForecast {
  /** In each count of a column, in rows (standard deviations). */
  readonly columns: readonly {
    readonly column: CheckedColumn;
    readonly size: number;
    readonly sigma: number;
  }[];
  /** In each joint count, about; undefined where there are none. */
  readonly joint: number | undefined;
}

/**
 * The noise of a table's counts for `rho` of zero-concentrated differential privacy. Columns share by
 * size^⅔, as `synth/marginal` measures them; joint counts get what is left, `JOINTS` for each column.
 */
export function forecastNoise(
  table: CheckedTable,
  learner: { readonly name: string; readonly bins: number | undefined },
  rho: number,
  privacy: CheckedPrivacy | undefined,
): NoiseForecast {
  const columns = table.columns.filter(isCounted);
  const inParts = columns.some(({ name }) => name === privacy?.partitionBy);
  const singles = (inParts ? SINGLES_IN_PARTS : SINGLES)[learner.name] ?? 0.1;
  const contributions = contributionsOf(table, privacy);
  const sigma = (share: number): number => contributions / Math.sqrt(2 * rho * share);
  const isCoarse = countsCoarsely(learner.name, contributions);
  const sizes = columns.map((column) => sizeOf(column, learner.bins ?? BINS, isCoarse));
  const all = sizes.reduce((sum, size) => sum + size ** (2 / 3), 0);
  const pairs = (columns.length * (columns.length - 1)) / 2;
  const asked = JOINTS[learner.name];
  const joints = asked === undefined ? columns.length : Math.min(asked * columns.length, pairs);
  return {
    columns: columns.map((column, i) => {
      const size = sizes[i] as number;
      return { column, size, sigma: sigma((singles * size ** (2 / 3)) / all) };
    }),
    joint: singles === 1 || columns.length < 2 ? undefined : sigma((1 - singles) / joints),
  };
}

/** Learned columns but keys and texts, which are made anew. */
function isCounted({ origin, type }: CheckedColumn): boolean {
  return origin.kind === "learned" && !["id", "ref", "text"].includes(type.kind);
}

/**
 * Whether a number column of few steps is counted in bins all the same. `swift` and `independent` smooth what they
 * count and lose nothing by finer counts, `language` gains much (hours of 40 keep their share); `mst` and `aim` lose
 * where a unit's many rows make the noise large.
 */
export function countsCoarsely(learner: string, contributions: number): boolean {
  return contributions > 1 && (learner === "mst" || learner === "aim");
}

function sizeOf(column: CheckedColumn, bins: number, isCoarse: boolean): number {
  const isLearned = column.type.kind === "category";
  const cells = isCoarse ? bins : (pointsOf(column.type, bins) ?? bins);
  return publicDomain(column, cells)?.size ?? (isLearned ? UNKNOWN : bins);
}

function contributionsOf({ name }: CheckedTable, privacy: CheckedPrivacy | undefined): number {
  if (privacy?.unit.kind !== "entity") return 1;
  return privacy.unit.atMost.find(({ table }) => table === name)?.count ?? 1;
}
