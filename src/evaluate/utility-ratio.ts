/** How far two counted tables differ, in units of what chance would make. */
export interface UtilityRatio {
  readonly value: number;
  readonly freedom: number;
  /** What two samples of one population would be expected to give: 1/(1 − c). */
  readonly expected: number;
}

/**
 * The pMSE ratio of a table of counts (Raab, Nowok & Dibben 2021): Σ (s − o·c/(1−c))² / (c(o+s)) over
 * the degrees of freedom, with c the share of generated rows among all. 1 is what rows drawn from the
 * real shares give; below 3 is good, above 10 poor.
 */
export function utilityRatio(real: Float64Array, synthetic: Float64Array): UtilityRatio {
  let [n, m, cells] = [0, 0, 0];
  for (let cell = 0; cell < real.length; cell++) {
    n += real[cell] as number;
    m += synthetic[cell] as number;
    if ((real[cell] as number) + (synthetic[cell] as number) > 0) cells++;
  }
  const share = m / (n + m);
  let sum = 0;
  for (let cell = 0; cell < real.length; cell++) {
    const both = (real[cell] as number) + (synthetic[cell] as number);
    if (both === 0) continue;
    const expected = ((real[cell] as number) * share) / (1 - share);
    sum += ((synthetic[cell] as number) - expected) ** 2 / (both * share);
  }
  const freedom = cells - 1;
  const value = freedom < 1 ? Number.NaN : sum / freedom;
  return { value, freedom, expected: 1 / (1 - share) };
}
