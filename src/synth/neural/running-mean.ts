/** A mean of weights over training steps, later ones counting more. */
export class RunningMean {
  private readonly sum: Float64Array;

  constructor(start: ArrayLike<number>) {
    this.sum = Float64Array.from(start);
  }

  /** The mean moves towards these weights by that share of the way. */
  add(parameters: ArrayLike<number>, share: number): void {
    const { sum } = this;
    for (let i = 0; i < sum.length; i++) {
      sum[i]! += share * ((parameters[i] as number) - (sum[i] as number));
    }
  }

  values(): Float32Array {
    return Float32Array.from(this.sum);
  }
}
