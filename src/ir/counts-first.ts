import type { CheckedColumn } from "./checked.js";
import type { LearnerChoice } from "./plan.js";

/** What `language` spends of a model's budget on noisy counts, unless `counts` says otherwise. */
const COUNTS = 0.8;

/**
 * The share of a model's budget that `language` spends on noisy counts of columns and pairs, whose rows it learns
 * before noisy gradients: none where there are no pairs, or texts, which no count tells; and unless it is asked for
 * none where the spec states the noise of gradients, thus what they cost.
 */
export function countsFirst(
  { options }: Pick<LearnerChoice, "options">,
  columns: readonly Pick<CheckedColumn, "origin" | "type">[],
): number {
  const learned = columns.filter(({ origin }) => origin.kind === "learned");
  if (learned.length < 2 || learned.some(({ type }) => type.kind === "text")) return 0;
  const number = (name: string) => options[name]?.find((each) => typeof each === "number");
  return number("counts") ?? (number("noise") === undefined ? COUNTS : 0);
}
