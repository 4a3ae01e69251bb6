import type { Tensor2D } from "@tensorflow/tfjs-core";
import { embed, gatherWords } from "./batch.js";
import { logitsOf } from "./heads.js";
import type { Network } from "./network.js";
import { valuesOf } from "./tensors.js";

/** Rows whose words are told slot after slot, with what attention needs of the slots before. */
export interface DecodeState {
  readonly rows: number;
  /** Rows × slots. */
  readonly words: Int32Array;
  /** By row: how many tokens its memory holds. */
  readonly told: Int32Array;
  /** By layer: keys and values, (token × rows + row) × width. */
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/**
 * Reads logits off a trained network one slot at a time for many rows together, remembering keys and
 * values, so that a slot costs one token and a row that is drawn again only the tokens that changed.
 */
export class Decoder {
  readonly network: Network;
  readonly parameters: Float32Array;
  /** Slots in the order of drawing. */
  readonly order: readonly number[];
  private readonly weights: ReadonlyMap<string, Tensor2D>;

  constructor(network: Network, parameters: Float32Array, order: readonly number[]) {
    this.network = network;
    this.parameters = parameters;
    this.order = order;
    this.weights = network.weights(parameters);
  }

  begin(rows: number): DecodeState {
    const { layers, width } = this.network.layout.shape;
    const slots = this.order.length;
    const room = () => Array.from({ length: layers }, () => new Float32Array(slots * rows * width));
    const told = new Int32Array(rows);
    return { rows, words: new Int32Array(rows * slots), told, keys: room(), values: room() };
  }

  /**
   * Logits of the `at`-th slot of the order for some rows, one line after the other. Tokens that their
   * memory lacks are caught up with first, all rows at the same token together.
   */
  logits(state: DecodeState, rows: Int32Array, at: number): Float32Array {
    let from = at;
    for (const row of rows) {
      if ((state.told[row] as number) > at) state.told[row] = at;
      from = Math.min(from, state.told[row] as number);
    }
    for (let token = from; token < at; token++) {
      this.advance(
        state,
        rows.filter((row) => state.told[row] === token),
        token,
      );
    }
    const { network, parameters, order } = this;
    const features = this.advance(state, rows, at);
    return logitsOf(network.tf, network.layout, parameters, order[at] as number, features);
  }

  /** Tell the rows token `at`: their memory grows by it. Returns the features behind it. */
  private advance(state: DecodeState, rows: Int32Array, at: number): Float32Array {
    const { network, order } = this;
    const { tf, layout } = network;
    const { layers, width } = layout.shape;
    const dense = (name: string, input: Tensor2D): Tensor2D =>
      tf.add(
        tf.matMul(input, this.weights.get(name) as Tensor2D),
        this.weights.get(`${name}.bias`) as Tensor2D,
      );
    const slot = order[at] as number;
    const words = gatherWords(state.words, order.length, rows);
    const pair = at === 0 ? [slot] : [order[at - 1] as number, slot];
    const both = embed(layout, this.parameters, { examples: rows.length, words, order: pair });
    const inputs = at === 0 ? both : lastOfPairs(both, width);
    const { operations } = network;
    const features = valuesOf(tf, () => {
      let stream = tf.tensor2d(inputs, [rows.length, width]);
      for (let layer = 0; layer < layers; layer++) {
        const packed = dense(`${layer}.attend`, operations.normalise(stream));
        const mixed = this.attend(packed.dataSync() as Float32Array, layer, state, rows, at);
        const merged = dense(`${layer}.merge`, tf.tensor2d(mixed, [rows.length, width]));
        stream = tf.add(stream, merged);
        const wide = operations.rectify(dense(`${layer}.widen`, operations.normalise(stream)));
        stream = tf.add(stream, dense(`${layer}.narrow`, wide));
      }
      return operations.normalise(stream);
    });
    for (const row of rows) state.told[row] = at + 1;
    return features;
  }

  /** Attention of the newest token of each row over itself and those remembered. */
  private attend(
    packed: Float32Array,
    layer: number,
    state: DecodeState,
    rows: Int32Array,
    at: number,
  ): Float32Array {
    const { width, heads } = this.network.layout.shape;
    const keys = state.keys[layer] as Float32Array;
    const values = state.values[layer] as Float32Array;
    const size = width / heads;
    const scale = 1 / Math.sqrt(size);
    const mixed = new Float32Array(rows.length * width);
    const shares = new Float64Array(at + 1);
    rows.forEach((row, line) => {
      const from = line * 3 * width;
      const newest = (at * state.rows + row) * width;
      keys.set(packed.subarray(from + width, from + 2 * width), newest);
      values.set(packed.subarray(from + 2 * width, from + 3 * width), newest);
      for (let head = 0; head < heads; head++) {
        const query = from + head * size;
        let top = -Infinity;
        for (let t = 0; t <= at; t++) {
          const key = (t * state.rows + row) * width + head * size;
          let dot = 0;
          for (let k = 0; k < size; k++) dot += packed[query + k]! * keys[key + k]!;
          shares[t] = dot * scale;
          top = Math.max(top, dot * scale);
        }
        let sum = 0;
        for (let t = 0; t <= at; t++) sum += shares[t] = Math.exp(shares[t]! - top);
        const out = line * width + head * size;
        for (let t = 0; t <= at; t++) {
          const value = (t * state.rows + row) * width + head * size;
          const share = shares[t]! / sum;
          for (let k = 0; k < size; k++) mixed[out + k]! += share * values[value + k]!;
        }
      }
    });
    return mixed;
  }
}

/** Of rows in pairs, the second of each. */
function lastOfPairs(values: Float32Array, width: number): Float32Array {
  const out = new Float32Array(values.length / 2);
  for (let at = 0; at < out.length; at += width) {
    out.set(values.subarray(2 * at + width, 2 * at + 2 * width), at);
  }
  return out;
}
