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
    /** The mixture's quantile lies between the least and the greatest of its parts'; halved down to it. */
    quantile: (p) => {
      const ends = laws.map((law) => law.quantile(p));
      let [low, high] = [Math.min(...ends), Math.max(...ends)];
      if (discrete) low -= 1;
      for (
        let step = 0;
        step < 80 && high - low > (discrete ? 1 : 1e-12 * Math.abs(high));
        step++
      ) {
        const middle = discrete ? Math.floor((low + high) / 2) : (low + high) / 2;
        if (cdf(middle) < p) low = middle;
        else high = middle;
      }
      return high;
    },
  };
}
