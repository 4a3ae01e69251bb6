import type { Random } from "../../base/random.js";
import { stream } from "../../base/random.js";
import type { Neighbours } from "../../kernels/gower.js";
import { nearestTogether } from "../../kernels/gower-pool.js";
import { type Interval, Z } from "./intervals.js";
import { type Encoded, pick, samplePositions } from "./rows.js";

/** How near generated rows lie to learned rows, compared with held-out rows. */
export interface Closeness {
  /**
   * Share of generated rows that are nearer to a learned row than to any of equally many held-out rows
   * (equal distances count half): 0.5 when nothing was memorised. The interval is robust against many
   * generated rows sharing one nearest real row.
   */
  readonly nearerShare: Interval;
  /** The 5 % quantile of the distance to the closest learned row, of generated and of held-out rows. */
  readonly distance: Interval;
  readonly distanceReference: number;
  /** The 5 % quantile of nearest / second nearest distance: small where one real row stands out. */
  readonly ratio: Interval;
  readonly ratioReference: number;
  /** Rows that were compared. */
  readonly synthetic: number;
  readonly each: number;
}

const atMost = 50_000;
const resamples = 200;

/**
 * Distance to closest record and nearest-neighbour distance ratio under Gower's distance, each beside
 * what real rows that were never learned from score against the same learned rows.
 */
export async function closeness(
  encoded: Encoded,
  seed: number | string,
  signal?: AbortSignal,
): Promise<Closeness> {
  const each = Math.min(encoded.train.count, encoded.holdout.count, atMost);
  const some = (rows: Encoded["train"], count: number, what: string) =>
    rows.count <= count ? rows : pick(rows, samplePositions(rows.count, count, seed, what));
  const synthetic = some(encoded.synthetic, atMost, "closeness synthetic");
  const train = some(encoded.train, each, "closeness train");
  const holdout = some(encoded.holdout, each, "closeness holdout");
  const options = signal === undefined ? {} : { signal };
  const toTrain = await nearestTogether(synthetic, train, options);
  const toHoldout = await nearestTogether(synthetic, holdout, options);
  const between = await nearestTogether(holdout, train, options);
  const random = stream(seed, "attack", "closeness resamples");
  return {
    nearerShare: nearer(toTrain, toHoldout),
    distance: quantileInterval(toTrain.nearest, random),
    distanceReference: quantile(between.nearest.slice().sort()),
    ratio: quantileInterval(ratios(toTrain), random),
    ratioReference: quantile(ratios(between).sort()),
    synthetic: synthetic.count,
    each,
  };
}

/** Half the rows that lie equally near to both, and all that lie nearer to a learned row. */
function nearer(toTrain: Neighbours, toHoldout: Neighbours): Interval {
  const rows = toTrain.nearest.length;
  const sums = new Map<string, { share: number; rows: number }>();
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const learned = toTrain.nearest[row] as number;
    const apart = toHoldout.nearest[row] as number;
    const share = learned < apart ? 1 : learned === apart ? 0.5 : 0;
    total += share;
    const owner = share === 0 ? `h${toHoldout.row[row]}` : `t${toTrain.row[row]}`;
    const sum = sums.get(owner) ?? { share: 0, rows: 0 };
    sums.set(owner, { share: sum.share + share, rows: sum.rows + 1 });
  }
  const value = total / rows;
  // Rows with one nearest real row stand or fall together: the variance is taken between such groups,
  // against the 0.5 that holds when learned and held-out rows are alike, where that is the wider.
  let between = 0;
  let fair = 0;
  for (const sum of sums.values()) {
    between += (sum.share - value * sum.rows) ** 2;
    fair += (sum.rows / 2) ** 2;
  }
  const error = (Z * Math.sqrt(Math.max(between, fair * value * (1 - value) * 4))) / rows;
  return { value, low: Math.max(0, value - error), high: Math.min(1, value + error) };
}

/** Nearest over second nearest; two rows at distance 0 make 1, for neither stands out. */
function ratios(found: Neighbours): Float64Array {
  return found.nearest.map((nearest, row) => {
    const second = found.second[row] as number;
    return second === 0 ? 1 : nearest / second;
  });
}

function quantile(sorted: Float64Array, share = 0.05): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

/** The 5 % quantile with a bootstrap interval; order statistics stand in for whole resamples. */
function quantileInterval(values: Float64Array, random: Random): Interval {
  const sorted = values.slice().sort();
  const count = sorted.length;
  const found: number[] = [];
  for (let r = 0; r < resamples; r++) {
    // The place of a resample's quantile is binomial around its own place, nearly normal.
    const place = 0.05 * count + Math.sqrt(0.05 * 0.95 * count) * random.normal();
    found.push(sorted[Math.max(0, Math.min(count - 1, Math.round(place)))] as number);
  }
  found.sort((a, b) => a - b);
  return {
    value: quantile(sorted),
    low: found[Math.floor(0.025 * resamples)] as number,
    high: found[Math.ceil(0.975 * resamples) - 1] as number,
  };
}
