import type { Law, LawMaker } from "./law.js";

/** One part of a mixture: its maker, or undefined for an unknown name, and how many parameters it takes. */
export interface MixturePart {
  readonly make: LawMaker | undefined;
  readonly parameters: number;
}

/** A mixture of laws; parameters are each part's share followed by the part's own. */
export function mixtureLaw(parts: readonly MixturePart[]): LawMaker {
  return (parameters) => {
    const laws: Law[] = [];
    const shares: number[] = [];
    let at = 0;
    for (const part of parts) {
      const share = parameters[at++] as number;
      const law = part.make?.(parameters.slice(at, at + part.parameters));
      at += part.parameters;
      if (law === undefined || !(share >= 0)) return undefined;
      if (share === 0) continue;
      laws.push(law);
      shares.push(share);
    }
    const total = shares.reduce((sum, share) => sum + share, 0);
    return total > 0
      ? mix(
          laws,
          shares.map((share) => share / total),
        )
      : undefined;
  };
}

function mix(laws: readonly Law[], shares: readonly number[]): Law {
  const cdf = (x: number): number =>
    laws.reduce((sum, law, i) => sum + (shares[i] as number) * law.cdf(x), 0);
  const discrete = laws.every((law) => law.discrete);
  return {
    discrete,
    cdf,
    /** The mixture's quantile lies between the least and the greatest of its parts'. */
    quantile: (p) => {
      const ends = laws.map((law) => law.quantile(p));
      const [low, high] = [Math.min(...ends), Math.max(...ends)];
      return discrete ? byHalving(cdf, p, low - 1, high) : bySecants(cdf, p, low, high);
    },
  };
}

function byHalving(cdf: (x: number) => number, p: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}

/** False position in the Illinois form (Dowell & Jarratt 1971); every third step halves, come what may. */
function bySecants(cdf: (x: number) => number, p: number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [below, above] = [cdf(low) - p, cdf(high) - p];
  if (below >= 0) return low;
  let side = 0;
  for (let step = 1; step < 120 && high - low > 1e-12 * Math.abs(high); step++) {
    const cut = low - (below * (high - low)) / (above - below);
    const middle = step % 3 === 0 || !(cut > low && cut < high) ? (low + high) / 2 : cut;
    const gap = cdf(middle) - p;
    if (Math.abs(gap) < 1e-15) return middle;
    if (gap < 0) {
      [low, below] = [middle, gap];
      if (side < 0) above /= 2;
      side = -1;
    } else {
      [high, above] = [middle, gap];
      if (side > 0) below /= 2;
      side = 1;
    }
  }
  return high;
}
