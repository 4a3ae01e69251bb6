import type { Random } from "../base/random.js";
import { instantiate, type KernelMemory } from "./instance.js";
import { normalWasm } from "./normal-wasm.js";
import { edges, fillNormals, outsideCore, ratios } from "./ziggurat.js";

/** Finds the state of a latent value: state s lies between thresholds s and s + 1. */
export interface Locator {
  /** From −Infinity to Infinity, ascending. */
  readonly thresholds: Float64Array;
  /** For each small stretch of the line, the first threshold above its lower end. */
  readonly guide: Int32Array;
}

const reach = 6;

/** A table over −6..6 that narrows the search for a state to a few thresholds. */
export function locatorFor(thresholds: Float64Array): Locator {
  const cells = thresholds.length > 4096 ? 65_536 : 3072;
  const states = thresholds.length - 1;
  const guide = new Int32Array(cells + 2);
  let at = 1;
  for (let cell = 1; cell <= cells + 1; cell++) {
    const z = ((cell - 1) * 2 * reach) / cells - reach;
    while (at < states && (thresholds[at] as number) < z) at++;
    guide[cell] = Math.min(states, at);
  }
  guide[0] = Math.min(states, 1);
  return { thresholds, guide };
}

/** The state s with threshold s < z ≤ threshold s + 1, up to the rounding of z + 6. */
export function stateAt({ thresholds, guide }: Locator, z: number): number {
  const cells = guide.length - 2;
  const place = Math.floor((z + reach) * (cells / (2 * reach))) + 1;
  const cell = Math.min(cells, Math.max(0, place));
  let low = guide[cell] as number;
  let high = cell === cells ? thresholds.length - 1 : (guide[cell + 1] as number);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((thresholds[middle] as number) < z) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The latent normals of a batch of rows, made of independent ones by a lower triangular root. */
export interface LatentRows {
  readonly rows: number;
  /** By latent: the independent normals. */
  readonly noise: readonly Float64Array[];
  /** The latent normals that were combined last. */
  readonly mean: Float64Array;
  /** The states that were located last. */
  readonly states: Int32Array;
  /** Draw the independent normals of a latent for rows `from..to`, and the latent itself into `mean`. */
  draw(latent: number, from: number, to: number, random: Random): void;
  /** The states of `mean` in rows `from..to`, by the locator of that position. */
  locate(locator: number, from: number, to: number): void;
}

/** Fewer rows than this are drawn here: a call of the kernel would cost more. */
const few = 8;

/** Latent rows in plain TypeScript: what the kernel is held against, to the bit. */
export class PlainLatentRows implements LatentRows {
  readonly rows: number;
  readonly noise: readonly Float64Array[];
  readonly mean: Float64Array;
  readonly states: Int32Array;
  private readonly root: Float64Array;
  private readonly locators: readonly Locator[];

  /** `root`: row-major, as many columns as there are latents. */
  constructor(
    rows: number,
    root: Float64Array,
    locators: readonly Locator[],
    memory: Pick<LatentRows, "noise" | "mean" | "states"> = plainMemory(rows, root),
  ) {
    this.rows = rows;
    this.noise = memory.noise;
    this.mean = memory.mean;
    this.states = memory.states;
    this.root = root;
    this.locators = locators;
  }

  draw(latent: number, from: number, to: number, random: Random): void {
    const { mean, noise, root } = this;
    const own = noise[latent] as Float64Array;
    fillNormals(own, from, to, random);
    const first = latent * noise.length;
    for (let row = from; row < to; row++) {
      let sum = (root[first + latent] as number) * (own[row] as number);
      for (let k = 0; k < latent; k++) {
        sum += (root[first + k] as number) * ((noise[k] as Float64Array)[row] as number);
      }
      mean[row] = sum;
    }
  }

  locate(locator: number, from: number, to: number): void {
    const found = this.locators[locator] as Locator;
    for (let row = from; row < to; row++) {
      this.states[row] = stateAt(found, this.mean[row] as number);
    }
  }
}

function plainMemory(rows: number, root: Float64Array) {
  const size = Math.round(Math.sqrt(root.length));
  return {
    noise: Array.from({ length: size }, () => new Float64Array(rows)),
    mean: new Float64Array(rows),
    states: new Int32Array(rows),
  };
}

interface Kernel extends KernelMemory {
  dot(a: number, b: number, n: number): number;
  normals(
    words: number,
    into: number,
    n: number,
    edges: number,
    ratios: number,
    slow: number,
  ): number;
  combine(
    into: number,
    columns: number,
    stride: number,
    weights: number,
    count: number,
    n: number,
  ): void;
  locate(
    values: number,
    into: number,
    n: number,
    thresholds: number,
    guide: number,
    cells: number,
    scale: number,
    reach: number,
    last: number,
  ): void;
}

/** Latent rows by WebAssembly SIMD. */
export class KernelLatentRows implements LatentRows {
  readonly rows: number;
  readonly noise: readonly Float64Array[];
  readonly mean: Float64Array;
  readonly states: Int32Array;
  private readonly kernel: Kernel;
  private readonly place: ReturnType<typeof layOut>;
  private readonly words: Int32Array;
  private readonly slow: Int32Array;
  private readonly plain: PlainLatentRows;

  constructor(rows: number, root: Float64Array, locators: readonly Locator[]) {
    const place = layOut(rows, root, locators);
    const kernel = instantiate<Kernel>(normalWasm, place.end);
    const { buffer } = kernel.memory;
    const doubles = (at: number, length: number) => new Float64Array(buffer, at, length);
    doubles(place.edges, edges.length).set(edges);
    doubles(place.ratios, ratios.length).set(ratios);
    doubles(place.root, root.length).set(root);
    locators.forEach(({ thresholds, guide }, at) => {
      const own = place.locators[at] as Located;
      doubles(own.thresholds, thresholds.length).set(thresholds);
      new Int32Array(buffer, own.guide, guide.length).set(guide);
    });
    this.rows = rows;
    this.kernel = kernel;
    this.place = place;
    this.words = new Int32Array(buffer, place.words, 4);
    this.slow = new Int32Array(buffer, place.slow, 2 * rows);
    this.mean = doubles(place.mean, rows);
    this.states = new Int32Array(buffer, place.states, rows);
    this.noise = Array.from({ length: place.size }, (_, latent) =>
      doubles(place.noise + latent * place.stride, rows),
    );
    this.plain = new PlainLatentRows(rows, root, locators, this);
  }

  draw(latent: number, from: number, to: number, random: Random): void {
    if (to - from < few) {
      this.plain.draw(latent, from, to, random);
      return;
    }
    const { place, kernel, slow } = this;
    const own = this.noise[latent] as Float64Array;
    const into = place.noise + latent * place.stride + 8 * from;
    random.lend(this.words);
    const count = kernel.normals(
      place.words,
      into,
      to - from,
      place.edges,
      place.ratios,
      place.slow,
    );
    random.takeBack(this.words);
    for (let i = 0; i < 2 * count; i += 2) {
      const row = from + (slow[i] as number);
      own[row] = outsideCore(own[row] as number, slow[i + 1] as number, random);
    }
    const weights = place.root + 8 * latent * place.size;
    const columns = place.noise + 8 * from;
    kernel.combine(place.mean + 8 * from, columns, place.stride, weights, latent, to - from);
  }

  locate(locator: number, from: number, to: number): void {
    if (to - from < few) {
      this.plain.locate(locator, from, to);
      return;
    }
    const { place } = this;
    const { thresholds, guide, cells, last } = place.locators[locator] as Located;
    this.kernel.locate(
      place.mean + 8 * from,
      place.states + 4 * from,
      to - from,
      thresholds,
      guide,
      cells,
      cells / (2 * reach),
      reach,
      last,
    );
  }
}

interface Located {
  readonly thresholds: number;
  readonly guide: number;
  readonly cells: number;
  readonly last: number;
}

function layOut(rows: number, root: Float64Array, locators: readonly Locator[]) {
  let end = 1024;
  const take = (bytes: number): number => {
    const at = end;
    end += (bytes + 15) & ~15;
    return at;
  };
  const size = Math.round(Math.sqrt(root.length));
  // Four rows more, since the kernel works on four at a time, and then some: columns whose distance is a
  // power of two would fall on the same lines of the cache.
  const stride = (8 * (rows + 4) + 127) & ~63;
  return {
    size,
    stride,
    words: take(16),
    edges: take(edges.byteLength),
    ratios: take(ratios.byteLength),
    slow: take(8 * rows),
    mean: take(8 * (rows + 4)),
    states: take(4 * rows),
    root: take(root.byteLength),
    noise: take(stride * size),
    locators: locators.map(
      ({ thresholds, guide }): Located => ({
        thresholds: take(thresholds.byteLength),
        guide: take(guide.byteLength),
        cells: guide.length - 2,
        last: thresholds.length - 1,
      }),
    ),
    end,
  };
}

/** Columns of doubles side by side, and sums of their products. */
export interface Products {
  readonly columns: readonly Float64Array[];
  /** Σ a · b over the first `count` doubles of two columns. */
  dot(a: number, b: number, count: number): number;
}

/** `size` columns of `rows` doubles in the memory of the kernel. */
export function products(size: number, rows: number): Products {
  const stride = (8 * rows + 127) & ~63;
  const kernel = instantiate<Kernel>(normalWasm, 1024 + stride * size);
  const place = (column: number) => 1024 + stride * column;
  const columns = Array.from(
    { length: size },
    (_, column) => new Float64Array(kernel.memory.buffer, place(column), rows),
  );
  return { columns, dot: (a, b, count) => kernel.dot(place(a), place(b), count) };
}

/** The same in plain TypeScript. */
export function plainProducts(size: number, rows: number): Products {
  const columns = Array.from({ length: size }, () => new Float64Array(rows));
  return {
    columns,
    dot: (a, b, count) => dot(columns[a] as Float64Array, columns[b] as Float64Array, count),
  };
}

/** In four interleaved sums, as the kernel has them. */
function dot(a: Float64Array, b: Float64Array, count: number): number {
  const sums = [0, 0, 0, 0];
  const whole = count & ~3;
  for (let at = 0; at < whole; at++) {
    sums[at & 3] = (sums[at & 3] as number) + (a[at] as number) * (b[at] as number);
  }
  let [first, second, third, fourth] = sums as [number, number, number, number];
  for (let at = whole; at < count; at++) first += (a[at] as number) * (b[at] as number);
  return first + second + third + fourth;
}
