import { lineOf } from "../../kernels/network.js";
import { NetworkMemory } from "../../kernels/network-memory.js";
import { type Layout, pieceOf } from "./layout.js";

/** Rows whose words are told slot after slot, with what attention needs of the slots before. */
export interface DecodeState {
  readonly rows: number;
  /** Rows × all slots. */
  readonly words: Int32Array;
  /** By row: how many tokens its memory holds. */
  readonly told: Int32Array;
  /** By layer: keys and values, rows × slots of the order × width. */
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/** Rows that go through the kernels together, at most, and the floats of their keys. */
const mostTogether = 256;
const mostFloats = 2 ** 20;

/**
 * Reads logits off a trained network one slot at a time for many rows together, remembering keys and
 * values, so that a slot costs one token and a row that is drawn again only the tokens that changed.
 */
export class Decoder {
  private readonly layout: Layout;
  /** Slots in the order in which they are told; some may be left out. */
  private readonly order: readonly number[];
  private readonly memory = new NetworkMemory();
  private readonly together: number;
  private readonly parameters: number;
  private readonly places: Places;

  constructor(layout: Layout, parameters: Float32Array, order: readonly number[]) {
    const { memory } = this;
    this.layout = layout;
    this.order = order;
    const floats = order.length * layout.shape.width;
    this.together = Math.max(1, Math.min(mostTogether, Math.floor(mostFloats / floats)));
    this.parameters = memory.put(parameters);
    this.places = placesFor(memory, layout, this.together);
  }

  /** As many rows of which nothing is told yet, in the memory of `spent` ones where they were as many. */
  begin(rows: number, spent?: DecodeState): DecodeState {
    if (spent?.rows === rows) {
      spent.told.fill(0);
      spent.words.fill(0);
      return spent;
    }
    const { layers, width } = this.layout.shape;
    const floats = rows * this.order.length * width;
    const room = () => Array.from({ length: layers }, () => new Float32Array(floats));
    const words = new Int32Array(rows * this.layout.columnOf.length);
    return { rows, words, told: new Int32Array(rows), keys: room(), values: room() };
  }

  /**
   * Logits of the `at`-th slot of the order for some rows, one line after the other. Tokens that their
   * memory lacks are caught up with first, all rows at the same token together.
   */
  logits(state: DecodeState, rows: Int32Array, at: number): Float32Array {
    const column = this.layout.columnOf[this.order[at] as number] as number;
    const words = this.layout.shape.words[column] as number;
    const logits = new Float32Array(rows.length * words);
    for (let from = 0; from < rows.length; from += this.together) {
      const part = rows.subarray(from, from + this.together);
      this.catchUp(state, part, at);
      this.advance(state, part, at);
      this.readHead(part.length, column, logits.subarray(from * words));
    }
    return logits;
  }

  private catchUp(state: DecodeState, rows: Int32Array, at: number): void {
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
  }

  /** Tell the rows token `at`: their memory grows by it, and the features behind it lie in `normal`. */
  private advance(state: DecodeState, rows: Int32Array, at: number): void {
    const { kernels } = this.memory;
    const { layers, width, hidden } = this.layout.shape;
    const { stream, normal, scales, packed, mixed, wide } = this.places;
    const count = rows.length;
    this.tell(state, rows, at);
    for (let layer = 0; layer < layers; layer++) {
      kernels.normalise(stream, count, width, normal, scales);
      this.through(`${layer}.attend`, [count, width, 3 * width], normal, packed, false);
      this.attend(state, layer, rows, at);
      this.through(`${layer}.merge`, [count, width, width], mixed, stream, true);
      kernels.normalise(stream, count, width, normal, scales);
      this.through(`${layer}.widen`, [count, width, hidden], normal, wide, false);
      kernels.rectify(wide, count * hidden);
      this.through(`${layer}.narrow`, [count, hidden, width], wide, stream, true);
    }
    kernels.normalise(stream, count, width, normal, scales);
    for (const row of rows) state.told[row] = at + 1;
  }

  /** What goes in: the slot that is asked for, and the word before it. */
  private tell({ words }: DecodeState, rows: Int32Array, at: number): void {
    const { layout, order, memory, places } = this;
    const { width } = layout.shape;
    const slots = layout.columnOf.length;
    const slot = order[at] as number;
    const before = at === 0 ? undefined : (order[at - 1] as number);
    const table = before === undefined ? 0 : this.weight(`embed.${layout.columnOf[before]}`);
    if (before !== undefined) {
      const told = memory.integers(places.words, rows.length);
      for (let i = 0; i < rows.length; i++) {
        told[i] = words[(rows[i] as number) * slots + before] as number;
      }
    }
    const ask = this.weight("ask") + 4 * slot * width;
    memory.kernels.tell(places.words, table, ask, rows.length, width, width, places.stream);
  }

  /** Attention of the newest token of each row over itself and those remembered. */
  private attend(state: DecodeState, layer: number, rows: Int32Array, at: number): void {
    const { memory, places } = this;
    const { width, heads } = this.layout.shape;
    const [far, long] = [this.order.length * width, (at + 1) * width];
    const packed = memory.floats(places.packed, rows.length * 3 * width);
    for (const [all, part, to] of [
      [state.keys[layer] as Float32Array, 1, places.keys],
      [state.values[layer] as Float32Array, 2, places.values],
    ] as const) {
      const lying = memory.floats(to, rows.length * long);
      for (let i = 0; i < rows.length; i++) {
        const [own, newest] = [(rows[i] as number) * far, (3 * i + part) * width];
        all.set(packed.subarray(newest, newest + width), own + long - width);
        lying.set(all.subarray(own, own + long), i * long);
      }
    }
    memory.kernels.attendLast(
      ...([places.packed, 3 * width, places.keys, places.values] as const),
      ...([width, rows.length, at + 1, heads, places.mixed, places.shares] as const),
    );
  }

  private readHead(rows: number, column: number, into: Float32Array): void {
    const { memory, places, layout } = this;
    const { width } = layout.shape;
    const words = layout.shape.words[column] as number;
    memory.kernels.multiply(
      ...([rows, width, words, places.normal, width, 1] as const),
      ...([this.weight(`head.${column}`), 1, width, places.logits, words] as const),
      ...([this.weight(`head.${column}.bias`), 0, places.space] as const),
    );
    into.set(memory.floats(places.logits, rows * words));
  }

  private through(
    name: string,
    [rows, from, to]: readonly [number, number, number],
    input: number,
    out: number,
    adds: boolean,
  ): void {
    const [weight, bias] = [this.weight(name), this.weight(`${name}.bias`)];
    const factors = [input, from, 1, weight, to, 1] as const;
    const { kernels } = this.memory;
    kernels.multiply(rows, from, to, ...factors, out, to, bias, +adds, this.places.space);
  }

  private weight(name: string): number {
    return this.parameters + 4 * pieceOf(this.layout, name).at;
  }
}

/** Where the arrays of a token of some rows lie. */
type Places = Readonly<
  Record<
    | ("words" | "stream" | "normal" | "scales" | "packed" | "keys" | "values")
    | ("mixed" | "shares" | "wide" | "logits" | "space"),
    number
  >
>;

function placesFor(memory: NetworkMemory, { shape, columnOf }: Layout, rows: number): Places {
  const { width, hidden } = shape;
  const most = shape.words.reduce((a, b) => Math.max(a, b), 0);
  const floats = (each: number) => memory.claim(rows * each);
  return {
    ...{ words: floats(1), stream: floats(width), normal: floats(width), scales: floats(1) },
    ...{ packed: floats(3 * width), mixed: floats(width), wide: floats(hidden) },
    keys: floats(columnOf.length * width),
    values: floats(columnOf.length * width),
    shares: memory.claim(lineOf(columnOf.length)),
    logits: floats(most),
    space: memory.claim(memory.kernels.room(Math.max(3 * width, hidden, most))),
  };
}
