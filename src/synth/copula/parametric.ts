import gammaCdf from "@stdlib/stats-base-dists-gamma-cdf";
import type { Distinct } from "../../kernels/distinct.js";
import { normalCdf } from "./normal.js";

type Cdf = (value: number) => number;

/** A value that this share of rows have is a peak: no smooth family fits. */
const peak = 0.05;
/** The largest distance (Kolmogorov's) at which a family is taken for the data's own. */
const farthest = 0.05;

/**
 * Expected counts of a column's values under the family that fits it best: normal, lognormal, gamma or
 * uniform, by moments, between the smallest and the largest value. Undefined where the column has a
 * peak or few values, or no family comes close: then its own counts are better.
 */
export function parametricCounts({ values, counts }: Distinct): Float64Array | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (values.length < 20 || counts.some((count) => count >= peak * total)) return undefined;
  const fits = families(values, counts, total).map((cdf) => ({
    cdf,
    distance: distanceTo(cdf, values, counts, total),
  }));
  const best = fits.reduce((a, b) => (b.distance < a.distance ? b : a));
  if (best.distance > farthest) return undefined;
  const edges = edgesOf(values).map(best.cdf);
  const first = edges[0] as number;
  const span = (edges[edges.length - 1] as number) - first;
  return values.map(
    (_, at) => (total * ((edges[at + 1] as number) - (edges[at] as number))) / span,
  );
}

function families(values: Float64Array, counts: Float64Array, total: number): Cdf[] {
  const low = values[0] as number;
  const high = values[values.length - 1] as number;
  const [mean, spread] = moments(values, counts, total);
  const found: Cdf[] = [
    (value) => normalCdf((value - mean) / spread),
    (value) => Math.min(1, Math.max(0, (value - low) / (high - low))),
  ];
  if (low > 0) {
    const [logMean, logSpread] = moments(values.map(Math.log), counts, total);
    found.push((value) => (value <= 0 ? 0 : normalCdf((Math.log(value) - logMean) / logSpread)));
    const rate = mean / (spread * spread);
    found.push((value) => (value <= 0 ? 0 : gammaCdf(value, mean * rate, rate)));
  }
  return found;
}

function moments(
  values: Float64Array,
  counts: Float64Array,
  total: number,
): readonly [number, number] {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] as number) * (counts[at] as number);
  const mean = sum / total;
  let squares = 0;
  for (let at = 0; at < values.length; at++) {
    squares += (counts[at] as number) * ((values[at] as number) - mean) ** 2;
  }
  return [mean, Math.sqrt(squares / total)];
}

/** The largest gap between the family's and the data's share below the edges between values. */
function distanceTo(cdf: Cdf, values: Float64Array, counts: Float64Array, total: number): number {
  const edges = edgesOf(values);
  let below = 0;
  let most = 0;
  for (let at = 0; at + 1 < values.length; at++) {
    below += counts[at] as number;
    most = Math.max(most, Math.abs(cdf(edges[at + 1] as number) - below / total));
  }
  return most;
}

/** Midpoints between neighbouring values, and as far outside at both ends. */
function edgesOf(values: Float64Array): Float64Array {
  const last = values.length - 1;
  const edges = new Float64Array(values.length + 1);
  for (let at = 1; at <= last; at++) {
    edges[at] = ((values[at - 1] as number) + (values[at] as number)) / 2;
  }
  edges[0] = (values[0] as number) - ((edges[1] as number) - (values[0] as number));
  edges[last + 1] = (values[last] as number) + ((values[last] as number) - (edges[last] as number));
  return edges;
}
