import type { CheckedColumn, CheckedPrivacy, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice } from "../ir/plan.js";
import { publicDomain } from "../table/domain.js";

/** The part of a learner's budget that goes to the counts of single columns, at least. */
const SINGLES: Readonly<Record<string, number>> = {
  independent: 1,
  mst: 1 / 3,
  swift: 0.2,
  aim: 0.15,
};
/** Values assumed of a column whose values are still to be learned. */
const UNKNOWN = 16;
const BINS = 32;
/** So many different amounts are told one by one; more as a range. */
const TOLD = 5;

/**
 * The noise that a plan will add to each count, in rows (standard deviations), column by column, and for
 * joint counts: known before anything is spent, since it follows from price and domain alone. Columns
 * share by size^⅔, as `synth/marginal` measures them; joint counts get what is left, as many as columns.
 */
export function expectedError(
  table: CheckedTable,
  learner: LearnerChoice | undefined,
  rho: number,
  privacy: CheckedPrivacy | undefined,
): string {
  const columns = table.columns.filter(isCounted);
  const singles = SINGLES[learner?.name ?? ""] ?? 0.1;
  const contributions = contributionsOf(table, privacy);
  const sigma = (share: number): number => contributions / Math.sqrt(2 * rho * share);
  const widths = columns.map((column) => sizeOf(column, learner) ** (2 / 3));
  const all = widths.reduce((a, b) => a + b, 0);
  const amounts = new Map<number, string[]>();
  for (const [i, column] of columns.entries()) {
    const amount = rounded(sigma((singles * (widths[i] as number)) / all));
    amounts.set(amount, [...(amounts.get(amount) ?? []), column.name]);
  }
  const single = columns.length === 0 ? "" : `${told(amounts)} rows in each count of a column`;
  if (singles === 1 || columns.length < 2) return single;
  const joint = rounded(sigma((1 - singles) / columns.length));
  return `${single}; about ±${joint} in each joint count`;
}

function told(amounts: ReadonlyMap<number, readonly string[]>): string {
  const sorted = [...amounts].sort(([a], [b]) => a - b);
  if (sorted.length === 1) return `±${sorted[0]?.[0]}`;
  if (sorted.length <= TOLD) {
    return sorted.map(([amount, names]) => `±${amount} (${names.join(", ")})`).join(", ");
  }
  const [least, most] = [sorted[0], sorted.at(-1)] as [[number, string[]], [number, string[]]];
  return `±${least[0]} (${least[1].join(", ")}) to ±${most[0]} (${most[1].join(", ")})`;
}

/** Learned columns but keys and texts, which are made anew. */
function isCounted({ origin, type }: CheckedColumn): boolean {
  return origin.kind === "learned" && !["id", "ref", "text"].includes(type.kind);
}

function sizeOf(column: CheckedColumn, learner: LearnerChoice | undefined): number {
  const asked = learner?.options["bins"]?.find((each) => typeof each === "number");
  const bins = typeof asked === "number" ? asked : BINS;
  const isLearned = column.type.kind === "category";
  return publicDomain(column, bins)?.size ?? (isLearned ? UNKNOWN : bins);
}

function contributionsOf({ name }: CheckedTable, privacy: CheckedPrivacy | undefined): number {
  if (privacy?.unit.kind !== "entity") return 1;
  return privacy.unit.atMost.find(({ table }) => table === name)?.count ?? 1;
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
