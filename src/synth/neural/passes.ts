import { lineOf } from "../../kernels/network.js";
import { NetworkMemory } from "../../kernels/network-memory.js";
import { type Batch, isSettled } from "./batch.js";
import { addEmbeddingNorms } from "./embedding-norms.js";
import { type Layout, pieceOf } from "./layout.js";
import { type Places, placesFor } from "./passes-places.js";
import type { Tensors } from "./tensors.js";
import { clippingShares, type Dropout, type Gradient, type Weighting } from "./weighting.js";

/** A dense layer where it lies: its weights, its gradient, what goes in and what comes back. */
interface Dense {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly input: number;
  readonly slopes: number;
}

/**
 * The network's passes there and back in kernels of our own over one memory: what `Network` and
 * `gradientOf` say in tensors, which tests hold it to, without a copy between two steps.
 */
export class Passes {
  private readonly layout: Layout;
  private readonly memory: NetworkMemory;
  private places: Places | undefined;

  private readonly native: Tensors | undefined;

  /** `native`: a library that has large products done faster than our kernel; `relaxed`: see `NetworkMemory`. */
  constructor(layout: Layout, native?: Tensors, relaxed = false) {
    this.memory = new NetworkMemory(relaxed);
    this.layout = layout;
    this.native = native;
  }

  /** As `gradientOf`. */
  gradient(
    parameters: Float32Array,
    batch: Batch,
    weighting: Weighting,
    dropout?: Dropout,
  ): Gradient {
    const at = this.begin(parameters, batch, batch.order.length);
    this.forward(at, dropout);
    const loss = this.headLoss(at, batch, weighting.kind === "even" ? weighting.weight : 1, true);
    this.backward(at, dropout);
    const norms = weighting.kind === "clipped" ? this.norms(at, batch) : undefined;
    if (norms !== undefined && weighting.kind === "clipped") {
      this.weigh(at, clippingShares(norms, weighting.norm));
    }
    this.sum(at, batch);
    const values = this.memory.floats(at.gradient, this.layout.size).slice();
    return { loss, values, ...(norms === undefined ? {} : { norms }) };
  }

  /** Sum of the examples' losses, without training. */
  loss(parameters: Float32Array, batch: Batch): number {
    const at = this.begin(parameters, batch, batch.order.length);
    this.forward(at);
    return this.headLoss(at, batch, 1, false);
  }

  /** Last features: examples × tokens × width. */
  features(parameters: Float32Array, batch: Batch, tokens: number): Float32Array {
    const at = this.begin(parameters, batch, tokens);
    this.forward(at);
    return this.memory.floats(at.features, at.rows * this.layout.shape.width).slice();
  }

  /** Parameters, words and inputs into the memory. */
  private begin(parameters: Float32Array, batch: Batch, tokens: number): Places {
    const { layout, memory } = this;
    const { examples, words, order } = batch;
    const at = placesFor(layout, memory, examples, tokens, this.places, this.native);
    this.places = at;
    memory.floats(at.parameters, layout.size).set(parameters);
    const slots = layout.columnOf.length;
    const told = memory.integers(at.words, at.rows);
    const { width } = layout.shape;
    for (let t = 0; t < tokens; t++) {
      const slot = order[t] as number;
      for (let i = 0; i < examples; i++) told[t * examples + i] = words[i * slots + slot] as number;
      const before = t === 0 ? undefined : (order[t - 1] as number);
      const table = before === undefined ? 0 : this.weight(at, `embed.${layout.columnOf[before]}`);
      memory.kernels.tell(
        at.words + 4 * Math.max(0, t - 1) * examples,
        table,
        this.weight(at, "ask") + 4 * slot * width,
        ...[examples, width, tokens * width, at.stream + 4 * t * width],
      );
    }
    return at;
  }

  private weight(at: Places, name: string): number {
    return at.parameters + 4 * pieceOf(this.layout, name).at;
  }

  private slope(at: Places, name: string): number {
    return at.gradient + 4 * pieceOf(this.layout, name).at;
  }

  private forward(at: Places, dropout?: Dropout): void {
    const { kernels } = this.memory;
    const { width, hidden, heads } = this.layout.shape;
    const { rows, examples, tokens, stream } = at;
    for (const block of at.blocks) {
      const [attend, merge, widen, narrow] = this.denses(at, block.index);
      kernels.normalise(stream, rows, width, block.first, block.firstScales);
      this.through(at, attend, block.packed, false);
      const sizes = [width, examples, tokens, heads] as const;
      kernels.attend(block.packed, ...sizes, block.mixed, block.shares, at.lines);
      this.addThinned(at, merge, block.mergeMask, dropout);
      kernels.normalise(stream, rows, width, block.second, block.secondScales);
      this.through(at, widen, block.wide, false);
      kernels.rectify(block.wide, rows * hidden);
      this.addThinned(at, narrow, block.narrowMask, dropout);
    }
    kernels.normalise(stream, rows, width, at.features, at.featureScales);
  }

  /** The dense layers of a block, in their order. */
  private denses(at: Places, index: number): [Dense, Dense, Dense, Dense] {
    const { width, hidden } = this.layout.shape;
    const block = at.blocks[index] as Places["blocks"][number];
    const dense = (part: string, from: number, to: number, input: number, slopes: number) => {
      return { name: `${index}.${part}`, from, to, input, slopes };
    };
    return [
      dense("attend", width, 3 * width, block.first, block.attendSlopes),
      dense("merge", width, width, block.mixed, block.mergeSlopes),
      dense("widen", width, hidden, block.second, block.widenSlopes),
      dense("narrow", hidden, width, block.wide, block.narrowSlopes),
    ];
  }

  private through(at: Places, { name, from, to, input }: Dense, out: number, adds: boolean): void {
    const weight = this.weight(at, name);
    const bias = this.weight(at, `${name}.bias`);
    at.product([at.rows, from, to], [input, from, 1], [weight, to, 1], [out, to, bias, adds]);
  }

  /** What a dense layer gives, thinned out, added to the stream. */
  private addThinned(at: Places, dense: Dense, place: number, dropout?: Dropout): void {
    const count = at.rows * dense.to;
    const mask = dropout?.(dense.name, count);
    if (mask === undefined) {
      this.through(at, dense, at.stream, true);
      return;
    }
    this.memory.floats(place, count).set(mask);
    this.through(at, dense, at.spare, false);
    this.memory.kernels.mask(at.spare, place, count, at.stream, 1);
  }

  /** Losses of all slots; where asked for, logits become slopes and the features' slopes lie in `stream`. */
  private headLoss(at: Places, batch: Batch, weight: number, slopes: boolean): number {
    const { memory, layout } = this;
    const { kernels } = memory;
    const { width } = layout.shape;
    const { examples, tokens } = at;
    const far = tokens * width;
    let loss = 0;
    batch.order.forEach((slot, t) => {
      const { head, bias, words, wide, logits } = this.head(at, slot);
      const features = at.features + 4 * t * width;
      const sizes = [examples, width, words] as const;
      at.product(sizes, [features, far, 1], [head, 1, width], [logits, wide, bias, false]);
      this.pad(logits, words, wide, examples);
      const aims = memory.integers(at.words + 4 * t * examples, examples);
      const slots = layout.columnOf.length;
      for (let i = 0; i < examples; i++) {
        if (isSettled(layout, batch.words, i * slots, slot)) aims[i] = -1;
      }
      loss += kernels.crossEntropy(logits, examples, wide, aims.byteOffset, weight);
      for (let i = 0; i < examples; i++) aims[i] = batch.words[i * slots + slot] as number;
      if (!slopes) return;
      const back = [at.stream + 4 * t * width, far, 0, false] as const;
      at.product([examples, words, width], [logits, wide, 1], [head, width, 1], back);
    });
    return loss;
  }

  private head(at: Places, slot: number) {
    const column = this.layout.columnOf[slot] as number;
    const words = this.layout.shape.words[column] as number;
    return {
      head: this.weight(at, `head.${column}`),
      bias: this.weight(at, `head.${column}.bias`),
      headSlope: this.slope(at, `head.${column}`),
      biasSlope: this.slope(at, `head.${column}.bias`),
      words,
      wide: lineOf(words),
      logits: at.logits[slot] as number,
    };
  }

  /** −∞ behind the words, up to the end of the line. */
  private pad(logits: number, words: number, wide: number, examples: number): void {
    if (wide === words) return;
    const all = this.memory.floats(logits, examples * wide);
    for (let i = 0; i < examples; i++) all.fill(-Infinity, i * wide + words, (i + 1) * wide);
  }

  /** From the features' slopes in `stream` to those of the inputs, there too; slopes of each dense layer on the way. */
  private backward(at: Places, dropout?: Dropout): void {
    const { kernels } = this.memory;
    const { width, hidden, heads } = this.layout.shape;
    const { rows, examples, tokens, stream, spare } = at;
    const scaled = [at.features, at.featureScales, rows, width] as const;
    kernels.normaliseBack(stream, ...scaled, stream, 0);
    for (const block of [...at.blocks].reverse()) {
      const [attend, merge, widen, narrow] = this.denses(at, block.index);
      this.thinBack(at, narrow, block.narrowMask, dropout);
      this.back(at, narrow, widen.slopes);
      kernels.rectifyBack(widen.slopes, block.wide, rows * hidden);
      this.back(at, widen, spare);
      kernels.normaliseBack(spare, block.second, block.secondScales, rows, width, stream, 1);
      this.thinBack(at, merge, block.mergeMask, dropout);
      this.back(at, merge, spare);
      const sizes = [width, examples, tokens, heads] as const;
      kernels.attendBack(block.packed, ...sizes, block.shares, spare, attend.slopes, at.lines);
      this.back(at, attend, spare);
      kernels.normaliseBack(spare, block.first, block.firstScales, rows, width, stream, 1);
    }
  }

  private thinBack(at: Places, { to, slopes }: Dense, place: number, dropout?: Dropout): void {
    const count = at.rows * to;
    const { memory } = this;
    if (dropout !== undefined) memory.kernels.mask(at.stream, place, count, slopes, 0);
    else memory.floats(slopes, count).set(memory.floats(at.stream, count));
  }

  /** Slopes of a dense layer's input from those of its output. */
  private back(at: Places, { name, from, to, slopes }: Dense, out: number): void {
    const weight = this.weight(at, name);
    at.product([at.rows, to, from], [slopes, to, 1], [weight, 1, to], [out, from, 0, false]);
  }

  /** As `squaredNorms`, roots taken. */
  private norms(at: Places, batch: Batch): Float64Array {
    const { memory, layout } = this;
    const { examples, tokens } = at;
    const { width } = layout.shape;
    const { pairNorms } = memory.kernels;
    memory.doubles(at.sums, examples).fill(0);
    for (const { from, to, input, slopes } of at.blocks.flatMap((b) => this.denses(at, b.index))) {
      for (let t = 0; t < tokens; t++) {
        for (let s = t; s < tokens; s++) {
          const inputs = [input + 4 * t * from, input + 4 * s * from, from, tokens * from] as const;
          const outputs = [slopes + 4 * t * to, slopes + 4 * s * to, to, tokens * to] as const;
          pairNorms(examples, ...inputs, ...outputs, s === t ? 1 : 2, at.sums);
        }
      }
    }
    batch.order.forEach((slot, t) => {
      const { logits, wide } = this.head(at, slot);
      for (let s = t; s < tokens; s++) {
        const other = batch.order[s] as number;
        if (layout.columnOf[other] !== layout.columnOf[slot]) continue;
        const [a, b] = [at.features + 4 * t * width, at.features + 4 * s * width];
        const outputs = [logits, at.logits[other] as number, wide, wide] as const;
        pairNorms(examples, a, b, width, tokens * width, ...outputs, s === t ? 1 : 2, at.sums);
      }
    });
    const sums = memory.doubles(at.sums, examples).slice();
    addEmbeddingNorms(layout, batch, memory.floats(at.stream, at.rows * width), sums);
    return sums.map((square) => Math.sqrt(Math.max(0, square)));
  }

  /** Each example's slopes times its share. */
  private weigh(at: Places, shares: Float32Array): void {
    const { memory, layout } = this;
    const { examples, tokens } = at;
    memory.floats(at.factors, examples).set(shares);
    const { scale } = memory.kernels;
    scale(at.stream, examples, tokens, layout.shape.width, at.factors);
    for (const { slopes, to } of at.blocks.flatMap((block) => this.denses(at, block.index))) {
      scale(slopes, examples, tokens, to, at.factors);
    }
    at.logits.forEach((logits, slot) => {
      scale(logits, examples, 1, this.head(at, slot).wide, at.factors);
    });
  }

  /** The sum over the examples of their gradients, in the memory. */
  private sum(at: Places, batch: Batch): void {
    const { memory, layout } = this;
    const { kernels } = memory;
    const { width } = layout.shape;
    const { rows, examples, tokens } = at;
    const far = tokens * width;
    memory.floats(at.gradient, layout.size).fill(0);
    for (const dense of at.blocks.flatMap((block) => this.denses(at, block.index))) {
      const { name, from, to, input, slopes } = dense;
      const into = [this.slope(at, name), to, 0, false] as const;
      at.product([from, rows, to], [input, 1, from], [slopes, to, 1], into);
      kernels.sumRows(slopes, rows, to, this.slope(at, `${name}.bias`));
    }
    batch.order.forEach((slot, t) => {
      const { headSlope, biasSlope, words, wide, logits } = this.head(at, slot);
      const features = [at.features + 4 * t * width, far, 1] as const;
      const into = [headSlope, width, 0, true] as const;
      at.product([words, examples, width], [logits, 1, wide], features, into);
      memory.floats(at.line, wide).fill(0);
      kernels.sumRows(logits, examples, wide, at.line);
      const [bias, sums] = [memory.floats(biasSlope, words), memory.floats(at.line, words)];
      for (let i = 0; i < words; i++) bias[i]! += sums[i] as number;
      const before = t === 0 ? undefined : (batch.order[t - 1] as number);
      kernels.tellBack(
        at.words + 4 * Math.max(0, t - 1) * examples,
        before === undefined ? 0 : this.slope(at, `embed.${layout.columnOf[before]}`),
        this.slope(at, "ask") + 4 * slot * width,
        ...[examples, width, far, at.stream + 4 * t * width],
      );
    });
  }
}
