import { multiplyPower, type Spectrum, signalOf, spectrumOf, transformSize } from "./fourier.js";

/** Width of the grid of losses, and the mass that truncation may move to an infinite loss. */
const WIDTH = 1e-4;
const TAIL = 1e-15;

/**
 * The distribution of the privacy loss ln(P(x)/Q(x)), x ~ P, on a grid: `mass[i]` at loss
 * (first + i) · width, `infinite` at +∞. Never optimistic: its curve δ(ε) lies on or above the true one
 * (Koskela, Jälkö & Honkela 2020; Doroshenko, Ghazi, Kamath, Kumar & Manurangsi 2022, "Connect the
 * dots").
 */
export interface LossDistribution {
  readonly width: number;
  readonly first: number;
  readonly mass: Float64Array;
  readonly infinite: number;
}

/** A mechanism's worst pair in both directions of "add or remove one unit". */
export interface LossPair {
  readonly remove: LossDistribution;
  readonly add: LossDistribution;
}

/**
 * The tightest distribution on the grid above a privacy curve δ(ε) given at the grid points from
 * `low` to `high`: between grid points δ is linear in e^ε.
 */
export function connectDots(
  delta: (epsilon: number) => number,
  low: number,
  high: number,
  width = WIDTH,
): LossDistribution {
  const first = Math.floor(low / width);
  const last = Math.max(first + 1, Math.ceil(high / width));
  const count = last - first + 1;
  const curve = Float64Array.from({ length: count }, (_, i) => delta((first + i) * width));
  const mass = new Float64Array(count);
  const growth = Math.expm1(width);
  let placed = 0;
  for (let i = count - 1; i > 0; i--) {
    const here = curve[i] as number;
    const before = (curve[i - 1] as number) - here;
    const after = i + 1 < count ? here - (curve[i + 1] as number) : 0;
    mass[i] = Math.max(0, (before * Math.exp(width) - after) / growth);
    placed += mass[i] as number;
  }
  const infinite = curve[count - 1] as number;
  mass[0] = Math.max(0, 1 - infinite - placed);
  return { width, first, mass, infinite };
}

/** δ at ε: the infinite mass and Σ (1 − e^(ε − loss)) over larger losses; rounded up. */
function lossDelta(distribution: LossDistribution, epsilon: number): number {
  const { width, first, mass, infinite } = distribution;
  let delta = 0;
  const from = Math.max(0, Math.floor(epsilon / width) - first);
  for (let i = mass.length - 1; i >= from; i--) {
    const loss = (first + i) * width;
    if (loss > epsilon) delta -= Math.expm1(epsilon - loss) * (mass[i] as number);
  }
  return Math.min(1, (delta + infinite) * (1 + 1e-12));
}

/** The least ε ≥ 0 with δ(ε) ≤ delta; rounded up. Infinite when too much loss is infinite. */
function lossEpsilon(distribution: LossDistribution, delta: number): number {
  const { width, first, mass, infinite } = distribution;
  if (infinite > delta) return Number.POSITIVE_INFINITY;
  let above = infinite;
  let weighted = 0;
  for (let i = mass.length - 1; i >= 0; i--) {
    const loss = (first + i) * width;
    if (loss < 0) break;
    const nextAbove = above + (mass[i] as number);
    const nextWeighted = weighted + (mass[i] as number) * Math.exp(-loss);
    const atNext = nextAbove - Math.exp(loss - width) * nextWeighted;
    if (atNext > delta || loss - width < 0) {
      const exact = nextAbove > delta ? Math.log((nextAbove - delta) / nextWeighted) : 0;
      return Math.max(0, exact) * (1 + 1e-12);
    }
    above = nextAbove;
    weighted = nextWeighted;
  }
  return 0;
}

/** One distribution, composed `times` times. */
export interface LossTerm {
  readonly distribution: LossDistribution;
  readonly times: number;
}

/**
 * The distribution of a sum of independent losses, by one Fourier transform. The window of the result
 * is chosen by Chernoff bounds; what may lie outside it counts as an infinite loss.
 */
function composeLosses(terms: readonly LossTerm[], tail = TAIL): LossDistribution {
  const [{ distribution, times: runs }] = terms as readonly [LossTerm];
  if (terms.length === 1 && runs === 1) return distribution;
  const { width } = distribution;
  const shift = terms.reduce((sum, term) => sum + term.times * term.distribution.first, 0);
  const longest = terms.reduce(
    (sum, { times, distribution: d }) => sum + times * (d.mass.length - 1),
    0,
  );
  const upper = Math.min(shift + longest, Math.ceil(chernoff(terms, tail / 2, 1) / width));
  const lower = Math.max(shift, Math.floor(-chernoff(terms, tail / 2, -1) / width));
  const count = Math.max(1, upper - lower + 1);
  const size = transformSize(count);
  let product: Spectrum | undefined;
  for (const { distribution: d, times } of terms) {
    const one = spectrumOf(d.mass, size);
    const start: Spectrum = product ?? { size, values: ones(size) };
    product = multiplyPower(start, one, times);
  }
  const wrapped = signalOf(product as Spectrum);
  const mass = Float64Array.from({ length: count }, (_, i) => {
    const at = (((lower - shift + i) % size) + size) % size;
    return Math.max(0, wrapped[at] as number);
  });
  const finite = terms.reduce((sum, t) => sum + t.times * Math.log1p(-t.distribution.infinite), 0);
  const cut = lower > shift || upper < shift + longest ? tail : 0;
  return { width, first: lower, mass, infinite: Math.min(1, -Math.expm1(finite) + cut) };
}

function ones(size: number): number[] {
  return Array.from({ length: 2 * size }, (_, i) => ((i & 1) === 0 ? 1 : 0));
}

/** A value that ±(sum of losses) exceeds with probability at most `tail`; one minimum over the orders. */
function chernoff(terms: readonly LossTerm[], tail: number, sign: 1 | -1): number {
  let least = Number.POSITIVE_INFINITY;
  for (let power = -8; power <= 12; power++) {
    for (const order of [2 ** power, 1.5 * 2 ** power]) {
      const log = terms.reduce(
        (sum, { distribution, times }) => sum + times * logMoment(distribution, sign * order),
        0,
      );
      const bound = (log - Math.log(tail)) / order;
      if (bound > least) return least;
      least = bound;
    }
  }
  return least;
}

/** ln Σ mass · e^(order · loss). */
function logMoment({ width, first, mass }: LossDistribution, order: number): number {
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < mass.length; i++) {
    const p = mass[i] as number;
    if (p > 0) peak = Math.max(peak, order * (first + i) * width + Math.log(p));
  }
  let sum = 0;
  for (let i = 0; i < mass.length; i++) {
    const p = mass[i] as number;
    if (p > 0) sum += Math.exp(order * (first + i) * width + Math.log(p) - peak);
  }
  return peak + Math.log(sum);
}

/** Compose mechanisms in both directions; `times` goes with each pair. */
export function composePairs(
  pairs: readonly { readonly pair: LossPair; readonly times: number }[],
): LossPair {
  const along = (side: keyof LossPair) =>
    composeLosses(pairs.map(({ pair, times }) => ({ distribution: pair[side], times })));
  const remove = along("remove");
  const symmetric = pairs.every(({ pair }) => pair.add === pair.remove);
  return { remove, add: symmetric ? remove : along("add") };
}

/** δ of the worse direction. */
export function pairDelta(pair: LossPair, epsilon: number): number {
  return Math.max(lossDelta(pair.remove, epsilon), lossDelta(pair.add, epsilon));
}

/** ε of the worse direction. */
export function pairEpsilon(pair: LossPair, delta: number): number {
  return Math.max(lossEpsilon(pair.remove, delta), lossEpsilon(pair.add, delta));
}
