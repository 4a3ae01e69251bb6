import { impossible } from "../../base/failure.js";
import { lowerBound } from "../../base/lower-bound.js";
import type { Random } from "../../base/random.js";
import type { Allowed } from "../../constraint/guide.js";
import { distinctOf } from "../../kernels/distinct.js";
import { type Cell, countSorted, inSet, nthSorted, type Observed, pick } from "../observed.js";
import { ObservedCodes } from "../observed-codes.js";
import { numberFacts, ObservedNumbers } from "../observed-numbers.js";
import type { LearnedColumn, SavedModel } from "../synthesizer.js";
import { loadObserved, saveObserved } from "../tree/save-parts.js";
import type { Field, SavedArrays } from "./field.js";

/** A category has a word of its own while there are at most this many; the rarest share one. */
const mostWords = 1000;
/** A word of a number column stands for at least this many rows. */
const fewestRows = 5;

/**
 * Words from observed values: categories one each, numbers in runs of neighbouring values that about
 * equally many rows have (a frequent value is a run by itself). Each word is a slice of the observed
 * values, so a word turns back into numbers that are as round as the real ones, and rare figures are
 * drawn between their neighbours (`ObservedNumbers`).
 */
export class SeenField implements Field {
  readonly kind = "seen";
  readonly words: number;
  readonly shares: Float64Array;
  private readonly observed: Observed;
  /** Word w is the entries from starts[w] to starts[w + 1]. */
  private readonly starts: Int32Array;
  /** How many rows miss the value; they are the last word. */
  private readonly missing: number;
  /** Of codes: the word of each, −1 where it was never seen. */
  private readonly wordOfCode: Int32Array | undefined;
  /** Of numbers: the first number of each word. */
  private readonly firsts: Float64Array;

  constructor(observed: Observed, starts: Int32Array, missing: number, levels: number) {
    this.observed = observed;
    this.starts = starts;
    this.missing = missing;
    const present = starts.length - 1;
    // An empty column still has one word.
    this.words = Math.max(1, present + Number(missing > 0));
    const all = Math.max(1, observed.entries.length + missing);
    this.shares = Float64Array.from({ length: this.words }, (_, word) =>
      word < present
        ? ((starts[word + 1] as number) - (starts[word] as number)) / all
        : missing / all,
    );
    const { entries } = observed;
    if (observed instanceof ObservedNumbers) {
      const { distinct } = observed.facts;
      this.firsts = Float64Array.from(
        starts.subarray(0, present),
        (at) => distinct[entries[at] as number] as number,
      );
      return;
    }
    this.firsts = new Float64Array(0);
    this.wordOfCode = new Int32Array(levels).fill(-1);
    for (let word = 0; word < present; word++) {
      for (let i = starts[word] as number; i < (starts[word + 1] as number); i++) {
        this.wordOfCode[entries[i] as number] = word;
      }
    }
  }

  private get lacks(): boolean {
    return this.missing > 0 || this.starts.length === 1;
  }

  wordOf(value: number): number {
    const last = this.words - 1;
    if (this.wordOfCode !== undefined) {
      if (value < 0) return last;
      const word = this.wordOfCode[value] as number;
      return Math.max(word, 0);
    }
    if (Number.isNaN(value) || this.firsts.length === 0) return last;
    const at = lowerBound(this.firsts, value, 0, this.firsts.length);
    return this.firsts[at] === value ? at : Math.max(0, at - 1);
  }

  write(word: number, allowed: Allowed | undefined, cell: Cell, random: Random): void {
    if (this.lacks && word === this.words - 1) {
      cell.values[cell.row] = cell.values instanceof Float64Array ? Number.NaN : -1;
      return;
    }
    const from = this.starts[word] as number;
    const to = this.starts[word + 1] as number;
    if (allowed === undefined) {
      this.observed.draw(from, to, cell, random);
      return;
    }
    const set = this.observed.restrict(allowed);
    const count = countSorted(this.observed.entries, from, to, set);
    const entry = nthSorted(this.observed.entries, from, to, set, pick(count, random));
    this.observed.write(entry, allowed, cell, random);
  }

  openShares(allowed: Allowed, open: Float64Array): void {
    const { observed, starts, words } = this;
    const set = observed.restrict(allowed);
    for (let word = 0; word < starts.length - 1; word++) {
      const from = starts[word] as number;
      const to = starts[word + 1] as number;
      open[word] =
        to === from + 1
          ? Number(inSet(observed.entries[from] as number, set))
          : countSorted(observed.entries, from, to, set) / (to - from);
    }
    if (this.lacks) open[words - 1] = Number(allowed.missing);
  }

  invent(allowed: Allowed, cell: Cell, random: Random): void {
    const nothing = allowed.intervals?.length === 0 || allowed.codes?.includes(1) === false;
    if (nothing) cell.values[cell.row] = allowed.intervals === undefined ? -1 : Number.NaN;
    else this.observed.invent(allowed, cell, random);
  }

  save(arrays: SavedArrays, column: number): unknown {
    saveObserved(arrays, column, this.observed);
    arrays[`${column}.starts`] = this.starts;
    return { kind: this.kind, missing: this.missing };
  }
}

export function loadSeenField(
  arrays: SavedModel["arrays"],
  column: number,
  levels: readonly string[] | undefined,
  missing: number,
): SeenField {
  const starts = arrays[`${column}.starts`];
  if (!(starts instanceof Int32Array)) throw impossible("a saved model lacks words", column);
  return new SeenField(loadObserved(arrays, column, levels), starts, missing, levels?.length ?? 0);
}

/** The words of a column of training rows; numbers in at most `bins` runs. */
export function seenField(
  column: LearnedColumn,
  values: Float64Array | Int32Array,
  levels: readonly string[] | undefined,
  bins: number,
): SeenField {
  return values instanceof Int32Array
    ? seenCodes(values, levels ?? [])
    : seenNumbers(column, values, bins);
}

function seenCodes(codes: Int32Array, levels: readonly string[]): SeenField {
  const counts = new Float64Array(levels.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code] = (counts[code] as number) + 1;
  }
  const seen = [...counts.keys()].filter((code) => (counts[code] as number) > 0);
  const byCount = [...seen].sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const rare = new Set(seen.length > mostWords ? byCount.slice(mostWords - 1) : []);
  const order = [
    ...seen.filter((code) => !rare.has(code)),
    ...seen.filter((code) => rare.has(code)),
  ];
  const entries = new Int32Array(codes.length - missing);
  const starts = [0];
  let at = 0;
  for (const code of order) {
    const next = at + (counts[code] as number);
    entries.fill(code, at, next);
    at = next;
    if (!rare.has(code)) starts.push(at);
  }
  if (rare.size > 0) starts.push(at);
  const observed = new ObservedCodes(entries, levels.length);
  return new SeenField(observed, Int32Array.from(starts), missing, levels.length);
}

function seenNumbers(column: LearnedColumn, values: Float64Array, bins: number): SeenField {
  const found = distinctOf(values);
  const facts = numberFacts(found, column.type);
  const entries = found.positions.filter((position) => position >= 0).sort();
  const missing = values.length - entries.length;
  const starts = runsOf(found.counts, entries.length, bins);
  return new SeenField(new ObservedNumbers(entries, facts), starts, missing, 0);
}

/** Cut ascending values with these counts into runs; where each begins, and where the last ends. */
function runsOf(counts: Float64Array, rows: number, bins: number): Int32Array {
  const wanted = Math.max(fewestRows, rows / bins);
  const starts = [0];
  let at = 0;
  let run = 0;
  for (const count of counts) {
    // A value that would fill a run by itself doesn't share one, nor is it split.
    if (count >= wanted && run > 0) {
      starts.push(at);
      run = 0;
    }
    at += count;
    run += count;
    if (run >= wanted && at < rows) {
      starts.push(at);
      run = 0;
    }
  }
  if (at > (starts.at(-1) as number)) starts.push(at);
  return Int32Array.from(starts);
}
