import cdfOf from "@stdlib/stats-base-dists-normal-cdf";
import quantileOf from "@stdlib/stats-base-dists-normal-quantile";
import type { Random } from "../../base/random.js";

/** Φ. */
export const normalCdf: (z: number) => number = cdfOf.factory(0, 1);

/** Φ⁻¹; ∓Infinity at 0 and 1. */
export const normalQuantile: (p: number) => number = quantileOf.factory(0, 1);

const rootTwoPi = Math.sqrt(2 * Math.PI);

/** The standard normal density; 0 at ±Infinity. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / rootTwoPi;
}

/** P(low < Z < high), exact in both tails. */
export function normalMass(low: number, high: number): number {
  if (!(low < high)) return 0;
  return low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);
}

/** Beyond this the density is 0 in double precision. */
const farthest = 38;

/** A standard normal within `low..high`, by inversion in the nearer tail; always finite. */
export function truncatedNormal(low: number, high: number, random: Random): number {
  const u = random.uniform();
  const flip = low > 0;
  const [a, b] = flip ? [-high, -low] : [low, high];
  const from = normalCdf(a);
  const to = normalCdf(b);
  const z = to - from < 1e-300 ? b : normalQuantile(from + (to - from) * u);
  const inside = Math.max(-farthest, Math.min(farthest, b, Math.max(a, z)));
  return flip ? -inside : inside;
}

const layers = 128;
const edge = 3.442619855899;
const area = 9.91256303526217e-3;
const layerX = new Float64Array(layers + 1);
const ratio = new Float64Array(layers);
fillLayers();

function fillLayers(): void {
  let density = Math.exp(-0.5 * edge * edge);
  layerX[0] = area / density;
  layerX[1] = edge;
  for (let i = 2; i < layers; i++) {
    const x = Math.sqrt(-2 * Math.log(area / (layerX[i - 1] as number) + density));
    layerX[i] = x;
    density = Math.exp(-0.5 * x * x);
  }
  for (let i = 0; i < layers; i++) {
    ratio[i] = (layerX[i + 1] as number) / (layerX[i] as number);
  }
}

/** Standard normals into `values[from..to]`: the ziggurat in Doornik's form (2005, ZIGNOR). */
export function fillNormals(values: Float64Array, from: number, to: number, random: Random): void {
  for (let at = from; at < to; at++) {
    const word = random.uint32();
    const layer = word & (layers - 1);
    // 25 bits of the word are left for the place within the layer; the low ones come from another.
    const u = ((word >>> 7) + random.uint32() * 2.3283064365386963e-10) * 2 ** -24 - 1;
    if (Math.abs(u) < (ratio[layer] as number)) values[at] = u * (layerX[layer] as number);
    else values[at] = slowNormal(u, layer, random);
  }
}

function slowNormal(u: number, layer: number, random: Random): number {
  if (layer === 0) return u < 0 ? -tail(random) : tail(random);
  const x = u * (layerX[layer] as number);
  const f0 = Math.exp(-0.5 * ((layerX[layer] as number) ** 2 - x * x));
  const f1 = Math.exp(-0.5 * ((layerX[layer + 1] as number) ** 2 - x * x));
  if (f1 + random.uniform() * (f0 - f1) < 1) return x;
  const one = new Float64Array(1);
  fillNormals(one, 0, 1, random);
  return one[0] as number;
}

/** A normal beyond the last layer (Marsaglia 1964). */
function tail(random: Random): number {
  for (;;) {
    const x = Math.log(1 - random.uniform()) / edge;
    const y = Math.log(1 - random.uniform());
    if (-2 * y >= x * x) return edge - x;
  }
}
