import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import type { Access, ProtectedUnit } from "../../src/privacy/access.js";
import { openAccess } from "../../src/privacy/access-rows.js";
import { gaussianEpsilon } from "../../src/privacy/analytic-gaussian.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import type { Payer } from "../../src/privacy/mechanism.js";

/** The chance that one audit of a sound mechanism raises a false alarm. */
export const FALSE_ALARM = 1e-6;

/** Clopper–Pearson: a value that the true share undercuts with probability at most `chance`. */
export function shareAtLeast(hits: number, runs: number, chance: number): number {
  return hits === 0 ? 0 : betaQuantile(chance, hits, runs - hits + 1);
}

/** Clopper–Pearson: a value that the true share exceeds with probability at most `chance`. */
export function shareAtMost(hits: number, runs: number, chance: number): number {
  return hits === runs ? 1 : betaQuantile(1 - chance, hits + 1, runs - hits);
}

/** What the shares of one event on neighbouring data say: p at least `low` on one, at most `high` on the other. */
type Verdict = (low: number, high: number) => number;

/** ε at δ: P ≤ e^ε Q + δ for every event. */
const epsilonVerdict =
  (delta: number): Verdict =>
  (low, high) =>
    low > delta ? Math.log((low - delta) / high) : Number.NEGATIVE_INFINITY;

/** ρ of zCDP: the event's own Rényi divergence is at most αρ at every order α. */
const rhoVerdict: Verdict = (low, high) => {
  if (low <= high) return 0;
  const [p, q] = [Math.min(low, 1 - 1e-12), Math.max(high, 1e-12)];
  const kl = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  const others = [1.5, 2, 4, 8].map((order) => {
    const sum = p ** order * q ** (1 - order) + (1 - p) ** order * (1 - q) ** (1 - order);
    return Math.log(sum) / (order - 1) / order;
  });
  return Math.max(kl, ...others);
};

/**
 * A lower bound on ε at δ from what a mechanism answered on two neighbouring data sets: the first half
 * of the answers picks the threshold event that tells them apart best, the second half measures it.
 * A sound (ε, δ) mechanism gives a bound above ε with probability at most `FALSE_ALARM`.
 */
export function epsilonAtLeast(
  withUnit: readonly number[],
  without: readonly number[],
  delta: number,
): number {
  return strongest(withUnit, without, epsilonVerdict(delta));
}

/** The same for ρ-zCDP. */
export function rhoAtLeast(withUnit: readonly number[], without: readonly number[]): number {
  return strongest(withUnit, without, rhoVerdict);
}

function strongest(
  withUnit: readonly number[],
  without: readonly number[],
  verdict: Verdict,
): number {
  const half = Math.floor(withUnit.length / 2);
  const thresholds = [...withUnit.slice(0, half), ...without.slice(0, half)];
  let best = {
    threshold: 0,
    from: withUnit,
    to: without,
    sign: 1,
    value: Number.NEGATIVE_INFINITY,
  };
  const directions = [
    { from: withUnit, to: without, sign: 1 },
    { from: withUnit, to: without, sign: -1 },
    { from: without, to: withUnit, sign: 1 },
    { from: without, to: withUnit, sign: -1 },
  ];
  for (const threshold of thresholds.filter((_, i) => i % Math.ceil(half / 100) === 0)) {
    for (const { from, to, sign } of directions) {
      const shares = sharesOf(from.slice(0, half), to.slice(0, half), threshold, sign, 0.01);
      const value = verdict(...shares);
      if (value > best.value) best = { threshold, from, to, sign, value };
    }
  }
  const { from, to, threshold, sign } = best;
  return verdict(...sharesOf(from.slice(half), to.slice(half), threshold, sign, FALSE_ALARM / 2));
}

/**
 * By how much an event, fixed beforehand, beats a whole privacy curve δ(ε): the largest P − e^ε Q − δ(ε) over ε and
 * both directions, with P bounded from below and Q from above. Above 0 for a mechanism that keeps to the curve with
 * probability at most `FALSE_ALARM`. The event: the answer exceeds `threshold`.
 */
export function excessOverCurve(
  withUnit: readonly number[],
  without: readonly number[],
  threshold: number,
  curve: (epsilon: number) => number,
): number {
  let excess = Number.NEGATIVE_INFINITY;
  for (const [low, high] of bothWays(withUnit, without, threshold)) {
    for (let epsilon = 0; epsilon <= 8; epsilon += 1 / 8) {
      excess = Math.max(excess, low - Math.exp(epsilon) * high - curve(epsilon));
    }
  }
  return excess;
}

/**
 * A lower bound on ε at δ of Gaussian noise, whatever the number of steps: an event with chance p on one table and q
 * on the other shows that the tables are μ = Φ⁻¹(p) − Φ⁻¹(q) apart, in units of the noise (Nasr et al. 2023, "Tight
 * auditing"). Wrong with probability at most `FALSE_ALARM`.
 */
export function gaussianEpsilonAtLeast(
  withUnit: readonly number[],
  without: readonly number[],
  threshold: number,
  delta: number,
): number {
  const apart = bothWays(withUnit, without, threshold).map(([low, high]) =>
    low <= high ? 0 : normalQuantile(low, 0, 1) - normalQuantile(high, 0, 1),
  );
  const most = Math.max(...apart);
  return most > 0 ? gaussianEpsilon(1 / most, delta) : 0;
}

/** A lower bound on ρ of zCDP from the event that answers exceed `threshold`, wrong with probability at most `FALSE_ALARM`. */
export function rhoOfEvent(
  withUnit: readonly number[],
  without: readonly number[],
  threshold: number,
): number {
  return Math.max(...bothWays(withUnit, without, threshold).map(([p, q]) => rhoVerdict(p, q)));
}

/** P from below and Q from above: of the event with the unit, and of its contrary without. */
function bothWays(
  withUnit: readonly number[],
  without: readonly number[],
  threshold: number,
): [number, number][] {
  const chance = FALSE_ALARM / 4;
  return [
    sharesOf(withUnit, without, threshold, 1, chance),
    sharesOf(without, withUnit, threshold, -1, chance),
  ];
}

function sharesOf(
  from: readonly number[],
  to: readonly number[],
  threshold: number,
  sign: number,
  chance: number,
): [number, number] {
  const hits = (values: readonly number[]) =>
    values.filter((value) => sign * value >= sign * threshold).length;
  return [shareAtLeast(hits(from), from.length, chance), shareAtMost(hits(to), to.length, chance)];
}

/** An account that lets everything pass and notes it. */
export class OpenAccount {
  readonly spendings: Parameters<Payer["account"]["spend"]>[0][] = [];
  private readonly room: number;
  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
  }
  spend(spending: Parameters<Payer["account"]["spend"]>[0]): never {
    this.spendings.push(spending);
    return undefined as never;
  }
  remaining(): number {
    return this.room;
  }
}

export type Rows = readonly (readonly number[])[];

/** An access to a few rows with seeded noise. */
export function accessTo(
  rows: Rows,
  sizes: readonly number[],
  seed: string | number,
  more: { account?: Payer["account"]; unit?: ProtectedUnit; entities?: readonly number[] } = {},
): Access {
  return openAccess({
    columns: sizes.map((size, c) => ({
      name: `c${c}`,
      size,
      codes: rows.map((row) => row[c] as number),
    })),
    rows: rows.length,
    unit: more.unit ?? { name: "each row", contributions: 1 },
    account: more.account ?? new OpenAccount(),
    entropy: new SeededEntropy(seed),
    ...(more.entities === undefined ? {} : { entities: more.entities }),
  });
}
