import type { CheckedReport, CheckedSpec } from "../ir/checked.js";
import { NEEDS_HOLDOUT } from "../ir/report-words.js";

/** The share of real rows that is kept from learning, for honest evaluation, unless a report says otherwise. */
const HOLDOUT = 0.2;

/**
 * The share held out before learning. Under privacy rows are set aside only for a report `inside` that has
 * a use for them: no other looks at real rows.
 */
export function holdoutShare(checked: CheckedSpec): number {
  const isPrivate = checked.privacy !== undefined;
  const reports = checked.reports.filter(({ inside }) => inside || !isPrivate);
  const asked = reports.map((report) => report.holdout).find((share) => share !== undefined);
  if (asked !== undefined) return asked;
  return !isPrivate || reports.some(needsHoldout) ? HOLDOUT : 0;
}

/** Attacks and trained models are judged on rows that nothing was learned from. */
function needsHoldout({ topics }: CheckedReport): boolean {
  return topics.some(
    ({ topic, items }) =>
      topic === "utility" ||
      (topic === "privacy" &&
        (items.length === 0 || items.some(({ word }) => NEEDS_HOLDOUT.has(word.text)))),
  );
}
