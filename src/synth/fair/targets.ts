/**
 * Rates of the groups moved as little as their goal needs: every rate is drawn into one interval
 * [c, c + gap] (and [c, c / ratio]), and c is chosen so that the overall rate stays.
 *
 * @param rates share of favourable outcomes of each group; NaN for groups without rows.
 * @param weights share of each group among all rows.
 */
export function closeGap(
  rates: Float64Array,
  weights: Float64Array,
  goal: { readonly gap?: number; readonly ratio?: number },
): Float64Array {
  const present = rates.filter((rate) => !Number.isNaN(rate));
  const low = Math.min(...present);
  const high = Math.max(...present);
  const { gap = 1, ratio = 0 } = goal;
  const top = (c: number): number => Math.min(c + gap, ratio > 0 ? c / ratio : 1);
  if (present.length < 2 || high <= top(low)) return rates;
  const overall = mean(rates, weights);
  const clipped = (c: number): Float64Array =>
    rates.map((rate) => (Number.isNaN(rate) ? rate : Math.min(top(c), Math.max(c, rate))));
  let from = Math.min(0, low - gap);
  let to = high;
  for (let i = 0; i < 200; i++) {
    const middle = (from + to) / 2;
    if (mean(clipped(middle), weights) < overall) from = middle;
    else to = middle;
  }
  return clipped((from + to) / 2).map((rate) => Math.min(1, Math.max(0, rate)));
}

function mean(rates: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rates.length; i++) {
    if (Number.isNaN(rates[i] as number)) continue;
    sum += (rates[i] as number) * (weights[i] as number);
    total += weights[i] as number;
  }
  return total > 0 ? sum / total : 0;
}
