/**
 * What was done to protected data, as mathematics. An event is plain JSON; fractions are written
 * "num/den" and exact. Neighbouring data differ by one protected unit, added or removed.
 */
export type PrivacyEvent =
  | GaussianEvent
  | ExponentialEvent
  | PureEvent
  | ApproximateEvent
  | SampledGaussianEvent
  | SequenceEvent;

/**
 * Independent discrete Gaussian noise of variance parameter σ² on each element of a whole-number
 * vector f with ‖f(D) − f(D′)‖₂² ≤ Δ². For every order α the Rényi divergence is at most αΔ²/(2σ²):
 * (Δ²/2σ²)-zCDP (Canonne, Kamath & Steinke 2020, Theorems 4 and 14).
 * Why it is private: docs/privacy/counts.md.
 */
export interface GaussianEvent {
  readonly kind: "gaussian";
  readonly sigma2: string;
  /** Δ², in the same units as σ². */
  readonly sensitivity2: string;
  /** Of a release above a threshold: the chance that a value held by one unit alone passes. */
  readonly delta?: number;
}

/**
 * One of finitely many candidates, r with probability ∝ e^(ε q_r / 2Δ), where no score changes by more
 * than Δ. The privacy loss lies in an interval of length ε, hence (ε²/8)-zCDP
 * (Cesar & Rogers 2021, "Bounding, concentrating, and truncating", section 3).
 * Why it is private: docs/privacy/selection.md.
 */
export interface ExponentialEvent {
  readonly kind: "exponential";
  readonly epsilon: string;
}

/**
 * Any ε-DP mechanism; discrete Laplace noise of scale Δ/ε on a count of L1 sensitivity Δ is one.
 * Why it is private: docs/privacy/noise.md.
 */
export interface PureEvent {
  readonly kind: "pure";
  readonly epsilon: string;
}

/**
 * Any (ε, δ)-DP mechanism: but for an event of probability δ it is ε-DP.
 * Why it is private: docs/privacy/accounting.md.
 */
export interface ApproximateEvent {
  readonly kind: "approximate";
  readonly epsilon: string;
  readonly delta: number;
}

/**
 * `steps` times: a Poisson sample of rate q, a sum of contributions clipped to L2 norm C, Gaussian
 * noise of standard deviation `noise`·C (Abadi et al. 2016; Mironov, Talwar & Zhang 2019).
 * Why it is private: docs/privacy/descent.md.
 */
export interface SampledGaussianEvent {
  readonly kind: "sampled-gaussian";
  readonly rate: number;
  readonly noise: number;
  readonly steps: number;
  /** δ at which losses are added as (ε, δ), with ε from the loss distribution; see `sampled-cost`. */
  readonly delta?: number;
}

/**
 * One after the other, each perhaps chosen by the answers before it: divergences add.
 * Why it is private: docs/privacy/accounting.md.
 */
export interface SequenceEvent {
  readonly kind: "sequence";
  readonly parts: readonly PrivacyEvent[];
}

/** The mechanism's name for people. */
export function mechanismName(event: PrivacyEvent): string {
  switch (event.kind) {
    case "gaussian":
      return event.delta === undefined ? "discrete Gaussian" : "discrete Gaussian, thresholded";
    case "exponential":
      return "exponential mechanism";
    case "pure":
      return "discrete Laplace";
    case "approximate":
      return "approximate";
    case "sampled-gaussian":
      return "sampled Gaussian";
    case "sequence":
      return event.parts[0] === undefined ? "nothing" : mechanismName(event.parts[0]);
  }
}
