/** What is protected: neighbouring data sets differ by one such unit, added or removed. */
export interface ProtectedUnit {
  /** In the user's nouns: "each row of people", "each patient". */
  readonly name: string;
  /** The most rows of this table that one unit has; enforced on the data before anything is counted. */
  readonly contributions: number;
}

/** A column as a private learner sees it: a public name and a public number of codes. */
export interface AccessColumn {
  readonly name: string;
  /** Codes are 0 .. size−1; a missing value, where declared, is one of them. */
  readonly size: number;
}

/** Ask for the counts of all combinations of some columns. */
export interface MarginalRequest {
  /** Positions in `Access.columns`, ascending, each once; may be empty (then the total is counted). */
  readonly columns: readonly number[];
  /** The price in zero-concentrated differential privacy; the noise follows from it (`sigmaOf`). */
  readonly rho: number;
}

/** Counts with discrete Gaussian noise: integers, perhaps negative. */
export interface NoisyMarginal {
  readonly columns: readonly number[];
  /** Row-major over `columns`: the last column varies fastest. */
  readonly counts: Float64Array;
  /** Standard deviation of the noise in every cell. */
  readonly sigma: number;
}

/** Ask how far a model is from the data on a set of columns: w · (‖M(data) − M(model)‖₁ − penalty). */
export interface ErrorRequest {
  readonly columns: readonly number[];
  /** The model's expected counts, laid out as in `NoisyMarginal.counts`; must not come from the data. */
  readonly model: Float64Array;
  /** Default 1. */
  readonly weight?: number;
  /** Default 0. Enters the score only, never its sensitivity. */
  readonly penalty?: number;
}

/** Draws one of the requests whose positions it is given; throws once all that was paid for is drawn. */
export type Chooser = (open: readonly number[]) => number;

export interface NoisyErrors {
  readonly errors: Float64Array;
  readonly sigma: number;
}

/**
 * The only thing that a private learner receives. Behind it lie the rows, the noise and the ledger:
 * every method that looks at the data first writes its charge to the ledger, then draws exact noise,
 * then answers. Nothing else about the data comes out, not even how many rows there are.
 *
 * Prices are in ρ of zero-concentrated differential privacy (Bun & Steinke 2016) and add up. Every
 * method throws P0750 when the price is more than what is left, before anything is read or drawn.
 */
export interface Access {
  readonly columns: readonly AccessColumn[];
  readonly unit: ProtectedUnit;
  /** True where the noise comes from a seed, for teaching: then nothing here is private. */
  readonly seeded: boolean;
  /** What may still be spent, in ρ, rounded down. Depends on charges only, never on data. */
  remaining(): number;
  /** Standard deviation of the noise that `rho` buys for one marginal: contributions / √(2ρ), rounded up. */
  sigmaOf(rho: number): number;
  /** Count these sets of columns now, in one pass; costs nothing and returns nothing, later calls are fast. */
  prepare(cliques: readonly (readonly number[])[]): void;
  /** Noisy counts of one set of columns. */
  measureMarginal(request: MarginalRequest): NoisyMarginal;
  /** Noisy counts of several sets, each at its own price, as one charge of their sum. */
  measureMarginals(requests: readonly MarginalRequest[]): readonly NoisyMarginal[];
  /**
   * The L1 errors of a model on several sets (unweighted, without penalties), each with the same
   * Gaussian noise, for `rho` in all.
   */
  measureErrors(requests: readonly ErrorRequest[], rho: number): NoisyErrors;
  /**
   * The position of one request, drawn by the exponential mechanism with score
   * w · (‖M(data) − M(model)‖₁ − penalty): mostly one of the largest. Scores are on a grid of 2⁻²⁰.
   */
  select(requests: readonly ErrorRequest[], rho: number): number;
  /**
   * So many choices as `select` draws them, each at `rho` and among some of the same requests, paid for
   * together as one charge before the first is drawn.
   */
  choices(requests: readonly ErrorRequest[], count: number, rho: number): Chooser;
  /** The noisy number of rows. */
  noisyCount(rho: number): { readonly count: number; readonly sigma: number };
  /**
   * One access for each code of a column. A row is in one part only, so what is spent in different
   * parts costs as much as the dearest part. Only where each unit has at most one row (else P0753).
   */
  partition(column: number): readonly Access[];
  /**
   * The same rows with each code of each column replaced by its group, 0 .. groups − 1. Free, since
   * the groups are public and a row's groups depend on that row alone; what is asked of the answer is
   * charged as here.
   */
  merged(groups: readonly Int32Array[]): Access;
}
