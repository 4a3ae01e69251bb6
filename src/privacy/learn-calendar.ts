import {
  type CalendarCounts,
  type CalendarPart,
  placeInCalendar,
  sizeOfPart,
} from "../base/calendar.js";
import { measure, type Payer, standardDeviation, varianceFor } from "./mechanism.js";
import { rational } from "./rational.js";

/** How the price is shared: a part that says more of a table, or whose counts are many and small, gets more. */
const WEIGHTS: Readonly<Record<CalendarPart, number>> = {
  month: 3,
  weekday: 2,
  day: 1,
  hour: 3,
  minute: 1,
  second: 0.5,
};

/**
 * Noisy counts of a column's dates by parts of the calendar, each with discrete Gaussian noise: (Σ ρ_part)-zCDP. The
 * values of a part are public; a unit with k rows moves each vector of counts by at most k.
 * Why it is private: docs/privacy/domains.md.
 *
 * @param values days, or seconds where `seconds`; missing ones (NaN) are not counted.
 */
export function learnCalendar(
  payer: Payer,
  column: string,
  values: ArrayLike<number>,
  seconds: boolean,
  parts: readonly CalendarPart[],
  rho: number,
): CalendarCounts[] {
  if (parts.length === 0) return [];
  const all = parts.reduce((sum, part) => sum + WEIGHTS[part], 0);
  const sensitivity2 = rational(BigInt(payer.contributions) ** 2n);
  const queries = parts.map((part) => ({
    answers: () => countParts(values, seconds, part),
    sensitivity2,
    sigma2: varianceFor((rho * (1 - 1e-9) * WEIGHTS[part]) / all, sensitivity2),
  }));
  const what = `${listed(parts.map((part) => `${part}s`))} of ${column}`;
  const noisy = measure(payer, what, queries);
  return parts.map((part, i) => ({
    part,
    counts: Array.from(noisy[i] as Float64Array),
    sigma: standardDeviation((queries[i] as (typeof queries)[number]).sigma2),
  }));
}

function countParts(values: ArrayLike<number>, seconds: boolean, part: CalendarPart): Float64Array {
  const counts = new Float64Array(sizeOfPart(part));
  const place = placeInCalendar(part, seconds);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    const at = place(value);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

function listed(names: readonly string[]): string {
  if (names.length === 1) return names[0] as string;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
