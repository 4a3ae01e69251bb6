/** Draws of the same rates of several groups, one array a group; all arrays are of one length. */
export type RateDraws = readonly Float64Array[];

type Interval = readonly [number, number];

/** Share of draws outside an interval. */
const OUTSIDE = 0.05;

/**
 * 95 % intervals of a comparison of any two groups, which hold for all pairs at once: as many draws are cut off
 * at either end of every pair as leave 95 % of the draws inside all of them (simultaneous credible bands;
 * Besag, Green, Higdon & Mengersen 1995, section 6.3). Of one pair it is the percentile interval.
 *
 * @param families rates within which groups are compared, such as those of true and of false positives.
 */
function pairBands(
  families: readonly RateDraws[],
  compare: (one: number, other: number) => number,
): readonly Interval[] {
  const pairs = families.flatMap((groups) =>
    groups.flatMap((one, i) =>
      groups.slice(i + 1).map((other) => one.map((rate, d) => compare(rate, other[d] as number))),
    ),
  );
  return bands(pairs);
}

function bands(compared: readonly Float64Array[]): readonly Interval[] {
  const count = compared[0]?.length ?? 0;
  const depth = new Uint32Array(count).fill(count);
  const sorted = compared.map((values) => {
    const order = Uint32Array.from(values.keys()).sort(
      (a, b) => (values[a] as number) - (values[b] as number),
    );
    order.forEach((draw, rank) => {
      depth[draw] = Math.min(depth[draw] as number, rank, count - 1 - rank);
    });
    return order;
  });
  const level = depth.slice().sort()[Math.floor(count * OUTSIDE)] ?? 0;
  // The level is found from the same draws, which flatters it where many pairs share them.
  const cut = Math.max(0, compared.length > 1 ? level - 1 : level);
  return compared.map((values, p): Interval => {
    const order = sorted[p] as Uint32Array;
    return [
      values[order[cut] as number] as number,
      values[order[count - 1 - cut] as number] as number,
    ];
  });
}

/** Pairs grow with the square of the groups; beyond so many, bands of the groups themselves do as well. */
const MOST_GROUPS = 12;

/**
 * 95 % interval of the largest difference of rates between groups. A spread of noisy rates is larger than that
 * of the true ones, the more so the more groups there are: percentiles of its draws would leave a true gap of 0
 * outside always. Here the lower end is what the surest of all pairs differs by at least.
 */
export function differenceInterval(families: readonly RateDraws[]): Interval {
  const ends = familyIntervals(families);
  return [Math.max(0, ...ends.map(([low]) => low)), Math.max(0, ...ends.map(([, high]) => high))];
}

/** The same for each family of rates, together true for 95 % of the draws. */
export function familyIntervals(families: readonly RateDraws[]): readonly Interval[] {
  const many = families.some((groups) => groups.length > MOST_GROUPS);
  const own = many ? bands(families.flat()) : pairBands(families, (one, other) => one - other);
  let at = 0;
  return families.map((groups): Interval => {
    const count = many ? groups.length : (groups.length * (groups.length - 1)) / 2;
    const mine = own.slice(at, at + count);
    at += count;
    if (!many) {
      return [
        Math.max(0, ...mine.map(([low, high]) => Math.max(low, -high))),
        Math.max(0, ...mine.map(([low, high]) => Math.max(high, -low))),
      ];
    }
    const [lows, highs] = [mine.map(([low]) => low), mine.map(([, high]) => high)];
    return [
      Math.max(0, Math.max(...lows) - Math.min(...highs)),
      Math.max(0, Math.max(...highs) - Math.min(...lows)),
    ];
  });
}

/** 95 % interval of the smallest ratio of rates between groups, in the same way. */
export function ratioInterval(groups: RateDraws): Interval {
  if (groups.length > MOST_GROUPS) {
    const own = bands(groups);
    const [lows, highs] = [own.map(([low]) => low), own.map(([, high]) => high)];
    return [
      Math.min(...lows) / Math.max(...highs),
      Math.min(1, Math.min(...highs) / Math.max(...lows)),
    ];
  }
  const pairs = pairBands([groups], (one, other) => Math.log(one / other));
  const worst = (end: (pair: Interval) => number) => Math.exp(-Math.max(...pairs.map(end)));
  return [
    worst(([low, high]) => Math.max(high, -low)),
    Math.min(
      1,
      worst(([low, high]) => Math.max(low, -high)),
    ),
  ];
}

/**
 * 95 % interval of the largest of several distances, each a sum of absolute values that noise only makes larger:
 * by the triangle inequality the true one lies within the noise's own distance of the value.
 *
 * @param noises for each distance draws of the noise's.
 */
export function distanceInterval(
  values: readonly number[],
  noises: readonly Float64Array[],
): Interval {
  const count = noises[0]?.length ?? 0;
  const depth = new Uint32Array(count);
  const sorted = noises.map((noise) => {
    const order = Uint32Array.from(noise.keys()).sort(
      (a, b) => (noise[a] as number) - (noise[b] as number),
    );
    order.forEach((draw, rank) => {
      depth[draw] = Math.max(depth[draw] as number, rank);
    });
    return order;
  });
  const cut = depth.slice().sort()[Math.ceil(count * (1 - OUTSIDE)) - 1] ?? 0;
  const radii = noises.map(
    (noise, g) => noise[(sorted[g] as Uint32Array)[cut] as number] as number,
  );
  return [
    Math.max(0, ...values.map((value, g) => value - (radii[g] as number))),
    Math.max(...values.map((value, g) => value + (radii[g] as number))),
  ];
}
