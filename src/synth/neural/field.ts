import type { Random } from "../../base/random.js";
import type { Allowed } from "../../constraint/guide.js";
import type { Cell } from "../observed.js";
import type { SavedModel } from "../synthesizer.js";

export type SavedArrays = Record<string, SavedModel["arrays"][string]>;

/** A column of one token a row: its values as words 0 .. words−1, and back. */
export interface Field {
  readonly kind: "seen" | "stated";
  readonly words: number;
  /** Of each word the probability before anything is learned; undefined where that may not be known. */
  readonly shares: Float64Array | undefined;
  /** The word of a value: a number or NaN, a code or −1. */
  wordOf(value: number): number;
  /** Write a value of the word; within `allowed`, where the word has such a value. */
  write(word: number, allowed: Allowed | undefined, cell: Cell, random: Random): void;
  /** Into `open`: the share, 0..1, of each word's values that are allowed. */
  openShares(allowed: Allowed, open: Float64Array): void;
  /** Write an allowed value where no word has one. */
  invent(allowed: Allowed, cell: Cell, random: Random): void;
  save(arrays: SavedArrays, column: number): unknown;
}
