/** How the learning rate changes: up over the first steps, then constant or down along a cosine. */
export interface Schedule {
  readonly peak: number;
  readonly steps: number;
  readonly warmUp: number;
  readonly shape: "cosine" | "constant";
}

/** The rate of a step counted from 0 (Loshchilov & Hutter 2017 without restarts). */
export function rateAt({ peak, steps, warmUp, shape }: Schedule, step: number): number {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  if (shape === "constant") return peak;
  const share = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return peak * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * share)));
}

/** Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019). */
export class Adam {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly decay: number;
  private step = 0;

  constructor(size: number, decay = 0) {
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
    this.decay = decay;
  }

  /** Move the parameters against the gradient. */
  apply(parameters: Float32Array, gradient: ArrayLike<number>, rate: number): void {
    const [keepFirst, keepSecond] = [0.9, 0.98];
    this.step++;
    const fixFirst = 1 / (1 - keepFirst ** this.step);
    const fixSecond = 1 / (1 - keepSecond ** this.step);
    const { first, second, decay } = this;
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i] as number;
      const m = keepFirst * (first[i] as number) + (1 - keepFirst) * slope;
      const v = keepSecond * (second[i] as number) + (1 - keepSecond) * slope * slope;
      first[i] = m;
      second[i] = v;
      const value = parameters[i] as number;
      const move = (m * fixFirst) / (Math.sqrt(v * fixSecond) + 1e-8);
      parameters[i] = value - rate * (move + decay * value);
    }
  }
}

/** Scale a gradient down to an L2 norm where it is longer; returns the norm it had. */
export function clipNorm(gradient: Float32Array, most: number): number {
  let square = 0;
  for (const slope of gradient) square += slope * slope;
  const norm = Math.sqrt(square);
  if (norm > most) for (let i = 0; i < gradient.length; i++) gradient[i]! *= most / norm;
  return norm;
}
