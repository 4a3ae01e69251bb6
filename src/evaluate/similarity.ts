/** How alike two counted distributions are, with what sampling alone would do. */
export interface Similarity {
  /** 1 − total variation distance of the two sets of shares. */
  readonly value: number;
  /** What two samples of these sizes from one distribution would be expected to score. */
  readonly ceiling: number;
  /** A 95 % interval for the similarity of what the samples were drawn from. */
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963984540054;

/**
 * 1 − ½ Σ|p − q| over shared cells. The ceiling is 1 − ½ Σ √(2/π · p(1−p)(1/n + 1/m)), the mean of
 * the half-normal per cell (MOSTLY QA's accuracy_max). The interval is closed-form: the delta method
 * for the signed sum (equal cells count as either sign), widened upwards by the noise that the ceiling measures, since |p̂ − q̂| is
 * biased away from zero.
 */
export function similarity(real: Float64Array, synthetic: Float64Array): Similarity {
  const n = total(real);
  const m = total(synthetic);
  if (n === 0 || m === 0) return { value: Number.NaN, ceiling: Number.NaN, low: 0, high: 1 };
  let distance = 0;
  let noise = 0;
  let signedReal = 0;
  let signedSynthetic = 0;
  for (let cell = 0; cell < real.length; cell++) {
    const p = (real[cell] as number) / n;
    const q = (synthetic[cell] as number) / m;
    distance += Math.abs(p - q);
    noise += Math.sqrt((2 / Math.PI) * p * (1 - p) * (1 / n + 1 / m));
    const sign = Math.sign(q - p);
    signedReal += sign * p;
    signedSynthetic += sign * q;
  }
  const variance =
    Math.max(0, 1 - signedReal ** 2) / (4 * n) + Math.max(0, 1 - signedSynthetic ** 2) / (4 * m);
  const deviation = Math.sqrt(variance);
  const value = 1 - distance / 2;
  const ceiling = 1 - noise / 2;
  return {
    value,
    ceiling,
    low: Math.max(0, value - Z * deviation),
    high: Math.min(1, value + (1 - ceiling) + Z * deviation),
  };
}

/** The mean of several similarities; ends of intervals are averaged, as if they moved together. */
export function meanSimilarity(parts: readonly Similarity[]): Similarity {
  const mean = (of: (part: Similarity) => number) =>
    parts.reduce((sum, part) => sum + of(part), 0) / Math.max(1, parts.length);
  return {
    value: mean((part) => part.value),
    ceiling: mean((part) => part.ceiling),
    low: mean((part) => part.low),
    high: mean((part) => part.high),
  };
}

function total(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
