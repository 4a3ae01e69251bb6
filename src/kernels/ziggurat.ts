import type { Random } from "../base/random.js";

/** Layers of the ziggurat in Doornik's form (2005, ZIGNOR), the edge of the last, and their area. */
const layers = 128;
const edge = 3.442619855899;
const area = 9.91256303526217e-3;

/** Edges of the layers, and the share of each layer that lies in its core. */
export const edges = new Float64Array(layers + 1);
export const ratios = new Float64Array(layers);
fillLayers();

function fillLayers(): void {
  let density = Math.exp(-0.5 * edge * edge);
  edges[0] = area / density;
  edges[1] = edge;
  for (let i = 2; i < layers; i++) {
    const x = Math.sqrt(-2 * Math.log(area / (edges[i - 1] as number) + density));
    edges[i] = x;
    density = Math.exp(-0.5 * x * x);
  }
  for (let i = 0; i < layers; i++) {
    ratios[i] = (edges[i + 1] as number) / (edges[i] as number);
  }
}

/**
 * Standard normals into `values[from..to]`: first two words of the stream for each, then, in order, those
 * that fell outside the core of their layer.
 */
export function fillNormals(values: Float64Array, from: number, to: number, random: Random): void {
  const slow: number[] = [];
  for (let at = from; at < to; at++) {
    const word = random.uint32();
    const layer = word & (layers - 1);
    // 25 bits of the word are left for the place within the layer; the low ones come from another.
    const u = ((word >>> 7) + random.uint32() * 2.3283064365386963e-10) * 2 ** -24 - 1;
    if (Math.abs(u) < (ratios[layer] as number)) values[at] = u * (edges[layer] as number);
    else {
      values[at] = u;
      slow.push(at, layer);
    }
  }
  for (let i = 0; i < slow.length; i += 2) {
    const at = slow[i] as number;
    values[at] = outsideCore(values[at] as number, slow[i + 1] as number, random);
  }
}

/** The normal for a place `u` of a layer that is not in its core. */
export function outsideCore(u: number, layer: number, random: Random): number {
  if (layer === 0) return u < 0 ? -tail(random) : tail(random);
  const x = u * (edges[layer] as number);
  const f0 = Math.exp(-0.5 * ((edges[layer] as number) ** 2 - x * x));
  const f1 = Math.exp(-0.5 * ((edges[layer + 1] as number) ** 2 - x * x));
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
