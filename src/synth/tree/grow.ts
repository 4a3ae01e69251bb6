import type { Random } from "../../base/random.js";
import { parentsOf, type Tree } from "../../kernels/decision-tree.js";
import { choosePredictors } from "./choose-predictors.js";
import type { Predictor } from "./predictors.js";
import { rankBuckets } from "./rank-levels.js";
import { type Codes, type Cut, type SplitSearch, splitSearch } from "./split.js";
import type { Target } from "./target.js";

export interface GrowOptions {
  /** The fewest training rows in a leaf. */
  readonly minLeaf: number;
  /** A split must take this many times the node's mean square off its sum of squares. */
  readonly worth: number;
  /** The most columns that one tree may ask about; the most telling ones are taken. */
  readonly mostPredictors: number;
  /** Try only this many predictors at each node, drawn anew, as random forests do. */
  readonly tryAt?: { readonly count: number; readonly random: Random };
}

/** A tree, and its training rows arranged so that each node is a slice. */
export interface Grown {
  readonly tree: Tree;
  readonly rows: Int32Array;
}

/** Grow a tree of `target` on `predictors` over `rows` (arranged anew, in place). Deterministic. */
export function grow(
  target: Target,
  predictors: readonly Predictor[],
  rows: Int32Array,
  options: GrowOptions,
): Grown {
  const chosen = choosePredictors(predictors, target, rows, options.mostPredictors);
  const grower = new Grower(target, chosen, rows, options);
  grower.run();
  return { tree: grower.finish(), rows };
}

class Grower {
  private readonly predictors: readonly Predictor[];
  private readonly rows: Int32Array;
  private readonly options: GrowOptions;
  private readonly search: SplitSearch;
  private readonly columns: readonly Codes[];
  private readonly rankOf: readonly (Uint8Array | undefined)[];
  private readonly spare: Int32Array;
  private readonly toTry: Int32Array;
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly missingLeft: number[] = [];
  private readonly child: number[] = [];
  private readonly start: number[] = [];
  private readonly end: number[] = [];

  constructor(
    target: Target,
    predictors: readonly Predictor[],
    rows: Int32Array,
    options: GrowOptions,
  ) {
    this.predictors = predictors;
    this.rows = rows;
    this.options = options;
    this.search = splitSearch(target, rows.length, options.minLeaf);
    this.spare = new Int32Array(rows.length);
    this.rankOf = predictors.map((predictor) =>
      predictor.numeric ? undefined : rankBuckets(predictor, target, rows),
    );
    this.toTry = Int32Array.from(predictors.keys());
    this.columns = predictors.map((predictor, at) => orderedCodes(predictor, this.rankOf[at]));
  }

  run(): void {
    this.add(0, this.rows.length);
    for (let node = 0; node < this.feature.length; node++) this.split(node);
  }

  /** Put the predictors to be tried at this node first; returns their number. */
  private shuffleTries(): number {
    const { toTry, options } = this;
    if (options.tryAt === undefined) return toTry.length;
    const { count, random } = options.tryAt;
    const tries = Math.min(count, toTry.length);
    for (let i = 0; i < tries; i++) {
      const j = i + random.below(toTry.length - i);
      const kept = toTry[i] as number;
      toTry[i] = toTry[j] as number;
      toTry[j] = kept;
    }
    return tries;
  }

  private add(start: number, end: number): void {
    this.feature.push(-1);
    this.threshold.push(0);
    this.missingLeft.push(0);
    this.child.push(-1);
    this.start.push(start);
    this.end.push(end);
  }

  private split(node: number): void {
    const start = this.start[node] as number;
    const end = this.end[node] as number;
    const size = end - start;
    if (size < 2 * this.options.minLeaf || size === 0) return;
    const { search } = this;
    search.enter(this.rows, start, end);
    const spread = search.spread();
    if (spread <= 1e-12 * size) return;
    const needed = search.base() + Math.max(1e-9 * spread, (this.options.worth * spread) / size);
    const cut: Cut = { predictor: -1, code: 0, missingLeft: false, score: needed };
    const tries = this.shuffleTries();
    for (let i = 0; i < tries; i++) {
      const at = this.toTry[i] as number;
      search.try(at, this.columns[at] as Codes, cut);
    }
    if (cut.predictor < 0) return;
    const middle = this.partition(start, end, cut);
    const predictor = this.predictors[cut.predictor] as Predictor;
    this.feature[node] = predictor.column;
    this.threshold[node] = predictor.numeric ? thresholdOf(predictor, cut.code) : cut.code;
    this.missingLeft[node] = cut.missingLeft ? 1 : 0;
    this.child[node] = this.feature.length;
    this.add(start, middle);
    this.add(middle, end);
  }

  /** Rows that go left first, each side in its old order. */
  private partition(start: number, end: number, cut: Cut): number {
    const { rows, spare } = this;
    const { codes, missingApart } = this.columns[cut.predictor] as Codes;
    const missingGoesRight = missingApart && !cut.missingLeft;
    let left = start;
    let kept = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i] as number;
      const code = codes[row] as number;
      if (code <= cut.code && !(missingGoesRight && code === 0)) rows[left++] = row;
      else spare[kept++] = row;
    }
    rows.set(spare.subarray(0, kept), left);
    return left;
  }

  finish(): Tree {
    const child = Int32Array.from(this.child);
    const ranks: (Int32Array | undefined)[] = [];
    const used = new Set(this.feature);
    this.predictors.forEach((predictor, at) => {
      const rank = this.rankOf[at];
      if (rank === undefined || !used.has(predictor.column)) return;
      ranks[predictor.column] = predictor.bucketOf.map((bucket) => rank[bucket] as number);
    });
    return {
      feature: Int32Array.from(this.feature),
      threshold: Float64Array.from(this.threshold),
      missingLeft: Uint8Array.from(this.missingLeft),
      child,
      parent: parentsOf(child),
      start: Int32Array.from(this.start),
      end: Int32Array.from(this.end),
      ranks,
    };
  }
}

function orderedCodes(predictor: Predictor, rank: Uint8Array | undefined): Codes {
  if (rank === undefined) return { codes: predictor.codes, missingApart: true };
  return {
    codes: predictor.codes.map((bucket) => rank[bucket] as number),
    missingApart: false,
  };
}

/** The number up to which codes `1..code` reach; −Infinity when only missing goes left. */
function thresholdOf(predictor: Predictor, code: number): number {
  if (code === 0) return Number.NEGATIVE_INFINITY;
  return predictor.cuts[code - 1] ?? Number.POSITIVE_INFINITY;
}
