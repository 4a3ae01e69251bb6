import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

type Quantile = (share: number, first: number, second: number) => number;

/**
 * A quantile function of @stdlib, required when it is first called: it is up to a hundred small files, and most
 * runs call none.
 */
function later(name: string): Quantile {
  let known: Quantile | undefined;
  return (share, first, second) => {
    known ??= require(`@stdlib/stats-base-dists-${name}-quantile`) as Quantile;
    return known(share, first, second);
  };
}

/** The value below which a beta variable of shapes α and β lies with this probability. */
export const betaQuantile: Quantile = later("beta");

/** The value below which a normal variable of this mean and standard deviation lies with this probability. */
export const normalQuantile: Quantile = later("normal");
