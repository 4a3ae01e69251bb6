import { type Distinct, distinctOf } from "../../kernels/distinct.js";
import type { Observed } from "../observed.js";
import { ObservedCodes } from "../observed-codes.js";
import { type NumberFacts, numberFacts, ObservedNumbers } from "../observed-numbers.js";
import type { LearnedColumn } from "../synthesizer.js";
import { normalQuantile } from "./normal.js";

/** A column on the scale of its latent normal: states in order, cut at thresholds. */
export interface Margin {
  /** Rows in each state, and in all. */
  readonly counts: Float64Array;
  readonly rows: number;
  /** Share of missing values. */
  readonly missing: number;
  /** Below this the latent normal of missingness means missing. */
  readonly missingBelow: number;
  /** Chance of each state among the present values. */
  readonly chances: Float64Array;
  /** State s lies between thresholds s and s + 1; the first is −Infinity, the last Infinity. */
  readonly thresholds: Float64Array;
  readonly observed: Observed;
  /** The code of each state, and the state of each code; undefined for numbers, whose states are in order. */
  readonly codeOf?: Int32Array;
  readonly stateOf?: Int32Array;
}

const empty = new Int32Array(0);

/** The margin of a number column, and the state of each row (−1 missing). */
export function numberMargin(
  values: Float64Array,
  column: LearnedColumn,
  smooth: (found: Distinct) => Float64Array | undefined = () => undefined,
): { readonly margin: Margin; readonly states: Int32Array } {
  const found = distinctOf(values);
  const facts = numberFacts(found, column.type);
  const margin = numbersFrom(facts, smooth(found) ?? found.counts, values.length);
  return { margin, states: found.positions };
}

export function numbersFrom(facts: NumberFacts, counts: Float64Array, rows: number): Margin {
  const sum = (some: Iterable<number>) => [...some].reduce((all, at) => all + (counts[at] ?? 0), 0);
  const tally = { rare: sum(facts.rare), rows: sum(counts.keys()) };
  return { ...cut(counts, rows), observed: new ObservedNumbers(empty, facts, tally) };
}

/** The margin of a code column with its levels in this order. */
export function codeMargin(codeOf: Int32Array, counts: Float64Array, rows: number): Margin {
  const stateOf = new Int32Array(codeOf.length);
  codeOf.forEach((code, state) => {
    stateOf[code] = state;
  });
  const inOrder = Float64Array.from(codeOf, (code) => counts[code] as number);
  const observed = new ObservedCodes(empty, codeOf.length);
  return { ...cut(inOrder, rows), observed, codeOf, stateOf };
}

function cut(counts: Float64Array, rows: number) {
  const present = counts.reduce((sum, count) => sum + count, 0);
  // Expected counts sum to the rows only up to rounding.
  const gone = rows === 0 ? 0 : 1 - present / rows;
  const missing = gone < 1e-9 ? 0 : gone;
  const chances = counts.map((count) => (present === 0 ? 0 : count / present));
  const thresholds = new Float64Array(counts.length + 1);
  let below = 0;
  thresholds[0] = Number.NEGATIVE_INFINITY;
  for (let state = 0; state < counts.length; state++) {
    below += counts[state] as number;
    thresholds[state + 1] =
      below >= present * (1 - 1e-15) || state + 1 === counts.length
        ? Number.POSITIVE_INFINITY
        : normalQuantile(below / present);
  }
  return { counts, rows, missing, missingBelow: normalQuantile(missing), chances, thresholds };
}
