import type { CheckedSpec } from "../ir/checked.js";

/** The share of real rows that is kept from learning, for honest evaluation, unless a report says otherwise. */
const HOLDOUT = 0.2;

/** The share held out before learning; 0 under privacy, where real rows are not set aside. */
export function holdoutShare(checked: CheckedSpec): number {
  if (checked.privacy !== undefined) return 0;
  const asked = checked.reports
    .map((report) => report.holdout)
    .find((share) => share !== undefined);
  return asked ?? HOLDOUT;
}
