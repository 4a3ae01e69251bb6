import { lineOf } from "../../kernels/network.js";
import type { NetworkMemory } from "../../kernels/network-memory.js";
import type { Layout } from "./layout.js";
import { type Product, productIn } from "./product.js";
import type { Tensors } from "./tensors.js";

/** Where the arrays of one block lie. */
interface BlockPlaces {
  readonly index: number;
  /** What goes into its two halves, normalised, with the factor of each row. */
  readonly first: number;
  readonly firstScales: number;
  readonly second: number;
  readonly secondScales: number;
  readonly packed: number;
  readonly mixed: number;
  readonly shares: number;
  readonly wide: number;
  readonly mergeMask: number;
  readonly narrowMask: number;
  readonly attendSlopes: number;
  readonly mergeSlopes: number;
  readonly widenSlopes: number;
  readonly narrowSlopes: number;
}

/** Where everything lies that a pass there and back needs, for batches of one size. */
export interface Places {
  readonly examples: number;
  readonly tokens: number;
  /** Examples × tokens. */
  readonly rows: number;
  readonly parameters: number;
  readonly gradient: number;
  /** Tokens × examples. */
  readonly words: number;
  /** What runs through the blocks, and on the way back its slopes: rows × width. */
  readonly stream: number;
  readonly features: number;
  readonly featureScales: number;
  readonly blocks: readonly BlockPlaces[];
  /** By slot: examples × words, padded to lines. */
  readonly logits: readonly number[];
  /** Rows × width. */
  readonly spare: number;
  readonly product: Product;
  /** Of attention. */
  readonly lines: number;
  readonly line: number;
  readonly factors: number;
  readonly sums: number;
}

/** The places for batches of that size: those of before where they fit, else all anew. */
export function placesFor(
  layout: Layout,
  memory: NetworkMemory,
  examples: number,
  tokens: number,
  before: Places | undefined,
  native: Tensors | undefined,
): Places {
  if (before?.examples === examples && before.tokens === tokens) return before;
  memory.clear();
  const { width, layers, heads, hidden, words } = layout.shape;
  const rows = examples * tokens;
  const claim = (length: number): number => memory.claim(length);
  const block = (index: number): BlockPlaces => ({
    index,
    first: claim(rows * width),
    firstScales: claim(rows),
    second: claim(rows * width),
    secondScales: claim(rows),
    packed: claim(rows * 3 * width),
    mixed: claim(rows * width),
    shares: claim(rows * heads * lineOf(tokens)),
    wide: claim(rows * hidden),
    mergeMask: claim(rows * width),
    narrowMask: claim(rows * width),
    attendSlopes: claim(rows * 3 * width),
    mergeSlopes: claim(rows * width),
    widenSlopes: claim(rows * hidden),
    narrowSlopes: claim(rows * width),
  });
  const most = Math.max(3 * width, hidden, ...words);
  const space = claim(memory.kernels.room(most));
  const room = native === undefined ? 0 : rows * Math.max(3 * width, hidden);
  return {
    ...{ examples, tokens, rows },
    product: productIn(memory, space, [claim(room), room], native),
    parameters: claim(layout.size),
    gradient: claim(layout.size),
    words: claim(rows),
    stream: claim(rows * width),
    features: claim(rows * width),
    featureScales: claim(rows),
    blocks: Array.from({ length: layers }, (_, index) => block(index)),
    logits: layout.columnOf.map((column) => claim(examples * lineOf(words[column] as number))),
    spare: claim(rows * width),
    lines: claim((width / heads + 1) * lineOf(tokens)),
    line: claim(lineOf(most)),
    factors: claim(examples),
    sums: claim(2 * examples),
  };
}
