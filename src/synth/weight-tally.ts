/** How likely `given` is under the model with its rules. */
export interface EventProbability {
  readonly estimate: number;
  /** 95 % interval; the estimate itself where it is exact. */
  readonly low: number;
  readonly high: number;
  /**
   * What the rows are worth in independent ones (Kish): of drawn rows by the weights that are left after
   * acceptance, of an estimate by those of the proposals; all of them where it is exact.
   */
  readonly effectiveRows: number;
  /** Computed from the model, not estimated from weighted rows. */
  readonly exact?: true;
}

/** How many of the rows that rules alone would have drawn come to no dead end. */
export interface Sound {
  readonly rows: number;
  readonly of: number;
}

/** Weights that rows keep after acceptance: 1, but more where a proposal's weight was above the ceiling. */
export class KeptTally {
  private accepted = 0;
  private sum = 0;
  private squares = 0;

  add(logWeights: Float64Array, logCeiling: number): void {
    for (const logWeight of logWeights) {
      const weight = Math.exp(logWeight - logCeiling);
      this.accepted += Math.min(1, weight);
      this.sum += weight;
      this.squares += weight * Math.max(1, weight);
    }
  }

  /** Kish's effective share of the accepted rows. */
  get share(): number {
    return this.sum ** 2 / (this.accepted * this.squares);
  }
}

/** Sums of weights relative to the largest seen, for the mean, its interval and the effective share. */
export class WeightTally {
  private count = 0;
  private top = -Infinity;
  private sum = 0;
  private squares = 0;

  get none(): boolean {
    return this.top === -Infinity;
  }

  add(logWeights: Float64Array): void {
    this.count += logWeights.length;
    for (const logWeight of logWeights) {
      if (logWeight === -Infinity) continue;
      if (logWeight > this.top) {
        const shrink = Math.exp(this.top - logWeight);
        this.sum *= shrink;
        this.squares *= shrink * shrink;
        this.top = logWeight;
      }
      const weight = Math.exp(logWeight - this.top);
      this.sum += weight;
      this.squares += weight * weight;
    }
  }

  /** The weight at which a proposal is always accepted: the largest, or less where that starves. */
  logCeiling(most: number): number {
    return this.top + Math.log(Math.min(1, (most * this.sum) / this.count));
  }

  /** Among the rows that the rules let stand. */
  probability(rows: number, sound: Sound): EventProbability {
    const mean = this.sum / this.count;
    const spread = Math.sqrt(Math.max(0, this.squares / this.count - mean * mean) / this.count);
    // None of them sound tells no more than that they are few.
    const share = Math.max(sound.rows, 0.5) / sound.of;
    const estimate = Math.min(1, (Math.exp(this.top) * mean) / share);
    // Weights are skewed, their logarithm less so: the interval is made there (delta method).
    const apart = Math.hypot(spread / mean, Math.sqrt((1 - share) / (share * sound.of)));
    const factor = Math.exp(1.959963984540054 * apart);
    const worth = (this.sum * this.sum) / this.squares / this.count;
    return {
      estimate,
      low: estimate / factor,
      high: Math.min(1, estimate * factor),
      effectiveRows: worth * rows,
    };
  }
}
