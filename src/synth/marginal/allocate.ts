import type { Clique } from "./junction-tree.js";

const NOISE_L1 = Math.sqrt(2 / Math.PI);
/** The share of a swamped cell that still errs; chosen by measurement on Adult. */
const SWAMPED = 0.4;

/** A marginal that may be measured. */
export interface Scored {
  readonly clique: Clique;
  readonly weight: number;
  /** L1 error while it is not measured, in rows. */
  readonly error: number;
  /** Rows expected in each cell. */
  readonly expected: Float64Array;
}

/** A marginal to measure, and its price. */
export interface Choice<T extends Scored> {
  readonly candidate: T;
  readonly rho: number;
}

export interface Allocation<T extends Scored> {
  readonly choices: readonly Choice<T>[];
  /** Weighted error explained less weighted error that noise adds. */
  readonly value: number;
}

/**
 * Which marginals to measure, and at what price, so that the sum of weighted expected L1 errors is
 * least: with y = (w·s·√(2/π))^(2/3) a set costs (Σy)^1.5/√(2ρ) when each gets ρ·y/Σy (Lagrange), and a
 * marginal joins while what it explains is more than what it adds. Cells that noise would swamp count
 * in part, because the fit keeps counts non-negative; how many depends on the price, hence the passes.
 *
 * @param sigmaOf standard deviation of the noise that a price buys.
 */
export function allocate<T extends Scored>(
  scored: readonly T[],
  rho: number,
  sigmaOf: (rho: number) => number,
): Allocation<T> {
  let prices = new Map<T, number>();
  let allocation: Allocation<T> = { choices: [], value: 0 };
  for (let pass = 0; pass < 3; pass++) {
    const entries = scored.map((candidate) => {
      const sigma = sigmaOf(prices.get(candidate) ?? rho / 20);
      const cells = effectiveCells(candidate.expected, sigma);
      return { candidate, y: (candidate.weight * cells * NOISE_L1) ** (2 / 3) };
    });
    allocation = fill(entries, rho, sigmaOf(rho));
    prices = new Map(allocation.choices.map((choice) => [choice.candidate, choice.rho]));
  }
  return allocation;
}

interface Entry<T> {
  readonly candidate: T;
  readonly y: number;
}

/** @param unit noise that the whole price would buy for one marginal. */
function fill<T extends Scored>(
  entries: readonly Entry<T>[],
  rho: number,
  unit: number,
): Allocation<T> {
  const gain = ({ candidate, y }: Entry<T>): number => (candidate.weight * candidate.error) / y;
  let sum = 0;
  let value = 0;
  const chosen: Entry<T>[] = [];
  for (const entry of [...entries].sort((a, b) => gain(b) - gain(a))) {
    const next = value + entry.candidate.weight * entry.candidate.error;
    if (next - (sum + entry.y) ** 1.5 * unit <= value - sum ** 1.5 * unit) continue;
    chosen.push(entry);
    sum += entry.y;
    value = next;
  }
  const choices = chosen.map(({ candidate, y }) => ({
    candidate,
    rho: (rho * y * (1 - 1e-9)) / sum,
  }));
  return { choices, value: value - sum ** 1.5 * unit };
}

/** The expected L1 error of measuring a marginal at this noise, in rows. */
export function noiseError(expected: Float64Array, sigma: number): number {
  return NOISE_L1 * sigma * effectiveCells(expected, sigma);
}

/** How many cells carry the noise of a measurement, once negative and empty cells are cut off. */
function effectiveCells(expected: Float64Array, sigma: number): number {
  let cells = 0;
  for (const count of expected) cells += Math.min(1, count / sigma + SWAMPED);
  return Math.max(cells, 1);
}
