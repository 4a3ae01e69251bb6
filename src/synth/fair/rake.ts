/** A marginal that the weighted rows must have. */
export interface Margin {
  /** The cell of each row. */
  readonly codes: Int32Array;
  /** Shares, summing to 1. */
  readonly target: Float64Array;
}

export interface Raked {
  /** For each margin a factor for each of its cells; a row's weight is the product of its factors. */
  readonly factors: readonly Float64Array[];
  readonly weights: Float64Array;
  /** The largest difference between a weighted share and its target that is left. */
  readonly residual: number;
  readonly rounds: number;
}

const ROUNDS = 500;
const TOLERANCE = 1e-7;

/**
 * Weights nearest to `base` in relative entropy under which the rows have all margins: iterative
 * proportional fitting (Csiszár 1975, "I-divergence geometry", theorem 3.2). Margins that contradict
 * each other leave a residual.
 */
export function rake(rows: number, margins: readonly Margin[], base?: Float64Array): Raked {
  const weights = base === undefined ? new Float64Array(rows).fill(1) : Float64Array.from(base);
  const factors = margins.map((margin) => new Float64Array(margin.target.length).fill(1));
  let residual = Number.POSITIVE_INFINITY;
  let rounds = 0;
  while (rounds < ROUNDS && residual > TOLERANCE) {
    residual = 0;
    for (const [m, margin] of margins.entries()) {
      residual = Math.max(residual, fitOne(margin, weights, factors[m] as Float64Array));
    }
    rounds++;
  }
  return { factors, weights, residual, rounds };
}

/** Scale each cell of one margin to its target; returns how far the worst cell was off. */
function fitOne(margin: Margin, weights: Float64Array, factors: Float64Array): number {
  const shares = sharesOf(margin.codes, weights, margin.target.length);
  const scale = new Float64Array(factors.length);
  let worst = 0;
  for (let cell = 0; cell < scale.length; cell++) {
    const share = shares[cell] as number;
    const target = margin.target[cell] as number;
    worst = Math.max(worst, Math.abs(share - target));
    scale[cell] = share > 0 ? target / share : 1;
    factors[cell] = (factors[cell] as number) * (scale[cell] as number);
  }
  for (let row = 0; row < weights.length; row++) {
    weights[row] = (weights[row] as number) * (scale[margin.codes[row] as number] as number);
  }
  return worst;
}

/** Weighted shares of the cells. */
export function sharesOf(codes: Int32Array, weights: Float64Array, size: number): Float64Array {
  const shares = new Float64Array(size);
  let total = 0;
  for (let row = 0; row < codes.length; row++) {
    const weight = weights[row] as number;
    const cell = codes[row] as number;
    shares[cell] = (shares[cell] as number) + weight;
    total += weight;
  }
  for (let cell = 0; cell < size; cell++) shares[cell] = (shares[cell] as number) / total;
  return shares;
}
