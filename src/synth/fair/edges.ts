/**
 * Shares of (mediators, cause, effect) under which effect and cause are independent given the mediators,
 * with the shares of (mediators, cause) and of (mediators, effect) as they are: P(c, a) P(b | c). It is
 * the only such distribution, so weighting rows by it is the information projection. Cells without rows
 * stay empty; their mass goes to the other effects of the same (mediators, cause).
 *
 * @param shares cells in mixed radix: mediators slowest, then cause, then effect.
 */
export function independentGiven(
  shares: Float64Array,
  size: { readonly mediators: number; readonly causes: number; readonly effects: number },
): Float64Array {
  const { mediators, causes, effects } = size;
  const target = new Float64Array(shares.length);
  for (let c = 0; c < mediators; c++) {
    const from = c * causes * effects;
    const stratum = shares.subarray(from, from + causes * effects);
    target.set(independent(stratum, causes, effects), from);
  }
  return target;
}

function independent(shares: Float64Array, causes: number, effects: number): Float64Array {
  const target = new Float64Array(shares.length);
  const ofEffect = new Float64Array(effects);
  shares.forEach((share, cell) => {
    ofEffect[cell % effects] = (ofEffect[cell % effects] as number) + share;
  });
  for (let a = 0; a < causes; a++) {
    const row = shares.subarray(a * effects, (a + 1) * effects);
    const mass = row.reduce((sum, share) => sum + share, 0);
    const wanted = ofEffect.map((share, b) => ((row[b] as number) > 0 ? share : 0));
    const reachable = wanted.reduce((sum, share) => sum + share, 0);
    if (reachable === 0) continue;
    target.set(
      wanted.map((share) => (mass * share) / reachable),
      a * effects,
    );
  }
  return target;
}
