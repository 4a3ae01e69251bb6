import { type Batch, gatherWords, slotOrder } from "./batch.js";
import { featuresOf } from "./forward.js";
import { logitsOf } from "./heads.js";
import { partOf, pieceOf } from "./layout.js";
import type { Network } from "./network.js";

/** Rows that are looked at, at most, and together. */
const mostRows = 8000;
const together = 512;
const rounds = 30;
/** Added to both sides of a ratio, in rows: a word that hardly any row has is not believed in full. */
const doubt = 0.5;

/** Rows as words, and the order of columns in which rows are drawn. */
export interface TaughtRows {
  /** Rows × slots. */
  readonly words: Int32Array;
  readonly rows: number;
  readonly drawing: readonly number[];
}

/**
 * The weights with heads' biases moved until each column's words are, told the columns before, expected as often as
 * the rows have them: the likeliest biases, found by iterative scaling (Darroch & Ratcliff 1972). Training that ends early
 * leaves shares of a small table off by several hundredths. Columns of several slots stay as they are.
 */
export function calibrated(
  network: Network,
  parameters: Float32Array,
  { words, rows, drawing }: TaughtRows,
): Float32Array {
  const { layout, tf } = network;
  const { width, slots } = layout.shape;
  const order = slotOrder(layout, drawing);
  const out = parameters.slice();
  const looked = Math.min(rows, mostRows);
  const features = order.map(() => new Float32Array(looked * width));
  for (let from = 0; from < looked; from += together) {
    const batch = batchOf(words, order, from, Math.min(together, looked - from));
    const found = featuresOf(network, parameters, batch);
    for (let row = 0; row < batch.examples; row++) {
      for (let t = 0; t < order.length; t++) {
        const at = (row * order.length + t) * width;
        features[t]?.set(found.subarray(at, at + width), (from + row) * width);
      }
    }
  }
  order.forEach((slot, t) => {
    const column = layout.columnOf[slot] as number;
    if (slots[column] !== 1) return;
    const logits = logitsOf(tf, layout, parameters, slot, features[t] as Float32Array);
    const seen = Int32Array.from({ length: looked }, (_, row) => words[row * order.length + slot]!);
    const bias = partOf(out, pieceOf(layout, `head.${column}.bias`));
    const moves = movesOf(logits, seen, bias.length);
    for (let word = 0; word < bias.length; word++) bias[word]! += moves[word] as number;
  });
  return out;
}

function batchOf(words: Int32Array, order: readonly number[], from: number, rows: number): Batch {
  const positions = Int32Array.from({ length: rows }, (_, i) => from + i);
  return { examples: rows, words: gatherWords(words, order.length, positions), order };
}

/** What to add to a column's biases; `logits`: rows × words. */
function movesOf(logits: Float32Array, seen: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const word of seen) counts[word]! += 1;
  const moves = new Float64Array(size);
  for (let round = 0; round < rounds; round++) {
    const expected = expectedOf(logits, moves, seen.length);
    let furthest = 0;
    for (let word = 0; word < size; word++) {
      const move = Math.log(
        ((counts[word] as number) + doubt) / ((expected[word] as number) + doubt),
      );
      moves[word]! += move;
      furthest = Math.max(furthest, Math.abs(move));
    }
    if (furthest < 1e-3) break;
  }
  return moves;
}

/** How often each word is expected in these rows. */
function expectedOf(logits: Float32Array, moves: Float64Array, rows: number): Float64Array {
  const size = moves.length;
  const expected = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    let top = -Infinity;
    for (let word = 0; word < size; word++) {
      weights[word] = (logits[row * size + word] as number) + (moves[word] as number);
      top = Math.max(top, weights[word] as number);
    }
    let sum = 0;
    for (let word = 0; word < size; word++) {
      sum += weights[word] = Math.exp((weights[word] as number) - top);
    }
    for (let word = 0; word < size; word++) expected[word]! += (weights[word] as number) / sum;
  }
  return expected;
}
