/**
 * The coarsest of `step` × 1, 2, 5, 10 … of which all values are multiples, so that generated prices
 * are as round as the real ones. Without a step: a power of ten down to a millionth, or 0.
 */
export function coarsestStep(
  distinct: Float64Array,
  step: number | undefined,
  scales: readonly number[],
): number {
  const fits = (candidate: number) =>
    distinct.every((value) => {
      const index = value / candidate;
      return Math.abs(index - Math.round(index)) <= 1e-9 * Math.max(1, Math.abs(index));
    });
  let best = 0;
  if (step === undefined) {
    for (let power = -6; power <= 0; power++) if (fits(10 ** power)) best = 10 ** power;
    return best;
  }
  if (!fits(step)) return step;
  if (distinct.length < 10) return step;
  best = step;
  for (const scale of scales) if (fits(step * scale)) best = step * scale;
  return best;
}

/** How many steps people round to: by tens; of seconds, by the clock. */
export const decimalSteps = Array.from({ length: 7 }, (_, power) =>
  [1, 2, 5].map((d) => d * 10 ** power),
).flat();
export const clockSteps = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[1, 2, 3, 6, 12, 24].map((hours) => 3600 * hours),
];
