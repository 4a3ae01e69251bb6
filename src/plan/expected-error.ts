import type { CheckedPrivacy, CheckedTable } from "../ir/checked.js";
import { forecastNoise } from "../ir/noise-forecast.js";
import type { LearnerChoice } from "../ir/plan.js";

/** So many different amounts are told one by one; more as a range. */
const TOLD = 5;

/**
 * The noise that a plan will add to each count, in rows (standard deviations), column by column, and for
 * joint counts: known before anything is spent.
 */
export function expectedError(
  table: CheckedTable,
  learner: LearnerChoice | undefined,
  rho: number,
  privacy: CheckedPrivacy | undefined,
): string {
  const asked = learner?.options["bins"]?.find((each) => typeof each === "number");
  const bins = typeof asked === "number" ? asked : undefined;
  const { columns, joint } = forecastNoise(
    table,
    { name: learner?.name ?? "", bins },
    rho,
    privacy,
  );
  const amounts = new Map<number, string[]>();
  for (const { column, sigma } of columns) {
    const amount = rounded(sigma);
    amounts.set(amount, [...(amounts.get(amount) ?? []), column.name]);
  }
  const single = columns.length === 0 ? "" : `${told(amounts)} rows in each count of a column`;
  return joint === undefined ? single : `${single}; about ±${rounded(joint)} in each joint count`;
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

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
