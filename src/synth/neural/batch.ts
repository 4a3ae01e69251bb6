import type { Random } from "../../base/random.js";
import { type Layout, partOf, pieceOf } from "./layout.js";
import { GONE } from "./letters.js";

/** Some rows' words, and the order in which their slots are told. */
export interface Batch {
  readonly examples: number;
  /** Row-major: examples × all slots. */
  readonly words: Int32Array;
  /** Slots in order; token t asks for the t-th and is told the one before. */
  readonly order: readonly number[];
}

/** The slots of columns in that order. */
export function slotOrder(layout: Layout, columns: readonly number[]): number[] {
  return columns.flatMap((column) =>
    Array.from(
      { length: layout.shape.slots[column] as number },
      (_, place) => (layout.firstOf[column] as number) + place,
    ),
  );
}

/**
 * The order of a training batch: half of the time the one in which rows will be drawn, else any, so
 * that any columns can be given and the rest drawn (Uria, Murray & Larochelle 2014).
 */
export function drawOrder(
  layout: Layout,
  drawing: readonly number[],
  random: Random,
): readonly number[] {
  if (random.below(2) === 0) return slotOrder(layout, drawing);
  return slotOrder(layout, random.shuffle([...drawing]));
}

/** The rows at `positions` of all words. */
export function gatherWords(
  all: Int32Array,
  slots: number,
  positions: ArrayLike<number>,
): Int32Array {
  const words = new Int32Array(positions.length * slots);
  for (let i = 0; i < positions.length; i++) {
    const from = (positions[i] as number) * slots;
    words.set(all.subarray(from, from + slots), i * slots);
  }
  return words;
}

/** True where a slot's word is settled by the letter before: the text has ended. */
export function isSettled(layout: Layout, words: Int32Array, row: number, slot: number): boolean {
  return (layout.placeOf[slot] as number) > 0 && (words[row + slot - 1] as number) <= GONE;
}

/**
 * What goes into the network: token t is the embedding of the word told before it plus that of the slot
 * it asks for (as in σ-GPT, Pannatier, Courdier & Fleuret 2024).
 */
export function embed(
  layout: Layout,
  parameters: Float32Array,
  { examples, words, order }: Batch,
  tokens = order.length,
): Float32Array {
  const { width } = layout.shape;
  const slots = layout.columnOf.length;
  const ask = partOf(parameters, pieceOf(layout, "ask"));
  const out = new Float32Array(examples * tokens * width);
  for (let t = 0; t < tokens; t++) {
    const asked = (order[t] as number) * width;
    const told = t === 0 ? undefined : (order[t - 1] as number);
    const table =
      told === undefined
        ? undefined
        : partOf(parameters, pieceOf(layout, `embed.${layout.columnOf[told]}`));
    for (let example = 0; example < examples; example++) {
      const at = (example * tokens + t) * width;
      const word = told === undefined ? 0 : (words[example * slots + told] as number) * width;
      for (let i = 0; i < width; i++) {
        out[at + i] =
          (ask[asked + i] as number) + (table === undefined ? 0 : (table[word + i] as number));
      }
    }
  }
  return out;
}
