import type { CheckedSpec } from "../ir/checked.js";

/** The share of real rows that is kept from learning, for honest evaluation, unless a report says otherwise. */
const HOLDOUT = 0.2;

/** The share held out before learning; under privacy only where a report `inside` asks for it. */
export function holdoutShare({ privacy, reports }: CheckedSpec): number {
  const may = reports.filter((report) => privacy === undefined || report.inside);
  const asked = may.map((report) => report.holdout).find((share) => share !== undefined);
  return asked ?? (privacy === undefined ? HOLDOUT : 0);
}
