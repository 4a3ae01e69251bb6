import { lowerBound } from "../../base/lower-bound.js";
import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import {
  KernelLatentRows,
  type LatentRows,
  type Locator,
  locatorFor,
  PlainLatentRows,
  stateAt,
} from "../../kernels/normal.js";
import { rowsBetween } from "../observed.js";
import { ObservedNumbers } from "../observed-numbers.js";
import { ShapedRows } from "../shaped-rows.js";
import type { RowModel, SavedModel } from "../synthesizer.js";
import { absentMark } from "../tree/column-model.js";
import {
  loadFacts,
  loadShape,
  type SavedArray,
  type Shape,
  saveFacts,
  shapeOf,
} from "../tree/save-parts.js";
import { codeMargin, type Margin, numbersFrom } from "./margin.js";
import type { Square } from "./matrix.js";
import { normalMass, truncatedNormal } from "./normal.js";

export interface CopulaParts extends Shape {
  readonly margins: readonly Margin[];
  /** Cholesky root of the correlations of the latent normals, in drawing order. */
  readonly root: Square;
}

interface State {
  readonly rows: number;
  readonly latents: LatentRows;
  /** 1 for rows whose value is missing, of the column being drawn. */
  readonly gone: Uint8Array;
  /** By column: whether this batch drew it, or read it where the driver fixed it. */
  readonly known: Uint8Array;
  readonly before: Before;
}

/** What the columns before one say of its latents in one row; a cell is often drawn more than once. */
interface Before {
  /** The column's first latent; none while −1. */
  first: number;
  row: number;
  /** Of its latents, in their order; NaN where it was not asked for. */
  readonly sums: Float64Array;
}

/** Rows of a Gaussian copula, latent normal after latent normal. */
export class CopulaRows extends ShapedRows implements RowModel {
  readonly learner = "copula";
  private readonly margins: readonly Margin[];
  private readonly root: Square;
  private readonly locators: readonly Locator[];
  /** By column: the latent of its value; the one of its being missing comes just before. */
  private readonly latentOf: Int32Array;
  /** By latent: the first one of its column. */
  private readonly firstOf: Int32Array;

  constructor(parts: CopulaParts) {
    super(parts);
    this.margins = parts.margins;
    this.root = parts.root;
    this.locators = parts.margins.map((margin) => locatorFor(margin.thresholds));
    this.latentOf = new Int32Array(parts.columns.length);
    this.firstOf = new Int32Array(parts.root.size);
    let latent = 0;
    for (const column of parts.order) {
      const first = latent;
      if ((parts.margins[column] as Margin).missing > 0) latent++;
      this.latentOf[column] = latent++;
      this.firstOf.fill(first, first, latent);
    }
  }

  begin(rows: number, _random: Random, spent?: unknown): State {
    const known = new Uint8Array(this.columns.length);
    const last = spent as State | undefined;
    const before = { first: -1, row: 0, sums: new Float64Array(2) };
    if (last !== undefined && last.latents.rows >= rows) {
      return { ...last, rows, known, before };
    }
    const Latents = rows < worthKernel ? PlainLatentRows : KernelLatentRows;
    const latents = new Latents(rows, this.root.values, this.locators);
    return { rows, latents, gone: new Uint8Array(rows), known, before };
  }

  drawFree(
    given: unknown,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const state = this.catchUp(given as State, cells, column, random);
    const { latents, before } = state;
    before.first = -1;
    const { missing, missingBelow, codeOf, observed } = this.margins[column] as Margin;
    const latent = this.latentOf[column] as number;
    const isGone = missing > 0 ? state.gone : undefined;
    if (isGone !== undefined) {
      latents.draw(latent - 1, from, to, random);
      for (let row = from; row < to; row++) {
        isGone[row] = Number((latents.mean[row] as number) < missingBelow);
      }
    }
    latents.draw(latent, from, to, random);
    latents.locate(column, from, to);
    const { states } = latents;
    if (codeOf === undefined) {
      const values = cells[column] as Float64Array;
      const own = states.subarray(from, to);
      (observed as ObservedNumbers).writeAll(own, rowsBetween(from, to), from, values, random);
      if (isGone !== undefined) erase(values, isGone, from, to, Number.NaN);
      return;
    }
    const codes = cells[column] as Int32Array;
    for (let row = from; row < to; row++) codes[row] = codeOf[states[row] as number] as number;
    if (isGone !== undefined) erase(codes, isGone, from, to, -1);
  }

  /** Columns before this one that the driver fixed: infer their latent normals from their values. */
  private catchUp(state: State, cells: Cells, column: number, random: Random): State {
    if (state.known[column] === 1) return state;
    for (const before of this.order) {
      if (before === column) break;
      if (state.known[before] === 1) continue;
      state.known[before] = 1;
      for (let row = 0; row < state.rows; row++) this.infer(state, cells, before, row, random);
    }
    state.known[column] = 1;
    return state;
  }

  private infer(state: State, cells: Cells, column: number, row: number, random: Random): void {
    const margin = this.margins[column] as Margin;
    const latent = this.latentOf[column] as number;
    const value = cells[column]?.[row] as number;
    const missing = margin.codeOf === undefined ? Number.isNaN(value) : value < 0;
    if (margin.missing > 0) {
      const [low, high] = missing
        ? [-Infinity, margin.missingBelow]
        : [margin.missingBelow, Infinity];
      this.within(state, latent - 1, row, low, high, random);
    }
    const at = missing ? -1 : this.stateAt(margin, value);
    if (at < 0) this.within(state, latent, row, -Infinity, Infinity, random);
    else {
      const { thresholds } = margin;
      this.within(
        state,
        latent,
        row,
        thresholds[at] as number,
        thresholds[at + 1] as number,
        random,
      );
    }
  }

  private stateAt(margin: Margin, value: number): number {
    if (margin.stateOf !== undefined) return margin.stateOf[value] ?? -1;
    const { distinct } = (margin.observed as ObservedNumbers).facts;
    return Math.min(lowerBound(distinct, value, 0, distinct.length), distinct.length - 1);
  }

  /** Mean and scale of a latent normal, given those before it. */
  private conditional(state: State, latent: number, row: number): readonly [number, number] {
    const { size, values } = this.root;
    const { before } = state;
    const first = this.firstOf[latent] as number;
    if (before.first !== first || before.row !== row) {
      before.first = first;
      before.row = row;
      before.sums.fill(Number.NaN);
    }
    const sum = (from: number, to: number, start: number): number => {
      let mean = start;
      for (let at = from; at < to; at++) {
        mean += (values[latent * size + at] as number) * (state.latents.noise[at]?.[row] as number);
      }
      return mean;
    };
    const known = before.sums[latent - first] as number;
    const mean = Number.isNaN(known) ? sum(0, first, 0) : known;
    before.sums[latent - first] = mean;
    return [sum(first, latent, mean), values[latent * size + latent] as number];
  }

  /**
   * Draw a latent normal of one row between two bounds; returns it. What a rule forces against all odds
   * tells the later columns no more than the most surprising value that chance brings.
   */
  private within(
    state: State,
    latent: number,
    row: number,
    low: number,
    high: number,
    random: Random,
  ): number {
    const [mean, scale] = this.conditional(state, latent, row);
    const noise = truncatedNormal((low - mean) / scale, (high - mean) / scale, random);
    (state.latents.noise[latent] as Float64Array)[row] = Math.max(
      -mostNoise,
      Math.min(mostNoise, noise),
    );
    return mean + scale * noise;
  }

  /**
   * Sequential truncated normals (Geweke, Hajivassiliou & Keane): the latent normal is drawn within
   * what is allowed, given those before it, and the log mass is exact. Where a value may also be
   * missing, which of the two is drawn first and the mass is that of the branch: right on average.
   */
  drawAllowed(
    given: unknown,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const state = this.catchUp(given as State, cells, column, random);
    const margin = this.margins[column] as Margin;
    const values = cells[column] as Float64Array | Int32Array;
    const latent = this.latentOf[column] as number;
    const set = margin.observed.restrict(allowed);
    let log = 0;
    if (margin.missing > 0) {
      const canBePresent = set.count > 0;
      const low = allowed.missing ? -Infinity : margin.missingBelow;
      const high = canBePresent ? Infinity : margin.missingBelow;
      if (low < high) {
        const [mean, scale] = this.conditional(state, latent - 1, row);
        log = Math.log(normalMass((low - mean) / scale, (high - mean) / scale));
        const z = this.within(state, latent - 1, row, low, high, random);
        if (allowed.missing && (z < margin.missingBelow || !canBePresent)) {
          this.within(state, latent, row, -Infinity, Infinity, random);
          values[row] = absentMark(values);
          return log;
        }
      }
    }
    if (set.count === 0) return this.invented(state, values, column, row, allowed, random);
    return log + this.drawPresent(state, values, column, row, allowed, random);
  }

  private drawPresent(
    state: State,
    values: Float64Array | Int32Array,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const margin = this.margins[column] as Margin;
    const latent = this.latentOf[column] as number;
    const [mean, scale] = this.conditional(state, latent, row);
    const spans = stateSpans(margin, allowed);
    const cut = (at: number) => ((margin.thresholds[at] as number) - mean) / scale;
    let mass = 0;
    let chosen = 0;
    for (let i = 0; i < spans.length; i += 2) {
      const own = normalMass(cut(spans[i] as number), cut((spans[i + 1] as number) + 1));
      mass += own;
      if (own > 0 && random.uniform() * mass < own) chosen = i;
    }
    const first = spans[chosen] as number;
    const last = spans[chosen + 1] as number;
    const { thresholds } = margin;
    const z = this.within(
      state,
      latent,
      row,
      thresholds[first] as number,
      thresholds[last + 1] as number,
      random,
    );
    const located = stateAt(this.locators[column] as Locator, z);
    const at = Math.min(last, Math.max(first, located));
    const entry = margin.codeOf === undefined ? at : (margin.codeOf[at] as number);
    margin.observed.write(entry, allowed, { values, row }, random);
    return Math.log(Math.min(1, mass));
  }

  private invented(
    state: State,
    values: Float64Array | Int32Array,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const margin = this.margins[column] as Margin;
    values[row] = absentMark(values);
    const mass = margin.observed.invent(allowed, { values, row }, random);
    this.infer(state, arrayWith(values, column), column, row, random);
    return mass > 0 ? Math.log(mass) : Number.NEGATIVE_INFINITY;
  }

  save(): SavedModel {
    const arrays: Record<string, SavedArray> = { root: this.root.values };
    this.margins.forEach((margin, column) => {
      arrays[`${column}.counts`] = margin.counts;
      if (margin.codeOf !== undefined) arrays[`${column}.codes`] = margin.codeOf;
      if (margin.observed instanceof ObservedNumbers) {
        saveFacts(arrays, column, margin.observed.facts);
      }
    });
    const rows = this.margins.map((margin) => margin.rows);
    const json = { ...shapeOf(this), rows, size: this.root.size };
    return { learner: "copula", version: 1, json, arrays };
  }
}

/** Standard deviations; of free values 6 in 100,000 lie further out. */
const mostNoise = 4;

/** Smaller batches than this are drawn without the kernel, whose memory takes a while to fill. */
const worthKernel = 512;

function erase(
  values: Float64Array | Int32Array,
  isGone: Uint8Array,
  from: number,
  to: number,
  absent: number,
): void {
  for (let row = from; row < to; row++) if (isGone[row] === 1) values[row] = absent;
}

function arrayWith(values: Float64Array | Int32Array, column: number): Cells {
  const cells: (Float64Array | Int32Array)[] = [];
  cells[column] = values;
  return cells;
}

/** Allowed states as first, last, first, last … in the order of the latent normal. */
function stateSpans(margin: Margin, allowed: Allowed): number[] {
  const { codeOf } = margin;
  const spans: number[] = [];
  if (codeOf === undefined) {
    const set = margin.observed.restrict(allowed);
    for (let i = 0; i < 2 * set.count; i++) spans.push(set.ranges[i] as number);
    return spans;
  }
  for (let at = 0; at < codeOf.length; at++) {
    if (allowed.codes !== undefined && allowed.codes[codeOf[at] as number] !== 1) continue;
    if (spans.length > 0 && spans[spans.length - 1] === at - 1) spans[spans.length - 1] = at;
    else spans.push(at, at);
  }
  return spans;
}

/** A copula from what `save()` gave. */
export function loadCopulaRows(saved: SavedModel): CopulaRows {
  const { columns, levels, order } = loadShape(saved);
  const json = saved.json as { readonly rows: readonly number[]; readonly size: number };
  const { arrays } = saved;
  const margins = columns.map((_, column): Margin => {
    const counts = arrays[`${column}.counts`] as Float64Array;
    const rows = json.rows[column] as number;
    const codes = arrays[`${column}.codes`] as Int32Array | undefined;
    if (codes !== undefined) {
      const byCode = new Float64Array(counts.length);
      codes.forEach((code, at) => {
        byCode[code] = counts[at] as number;
      });
      return codeMargin(codes, byCode, rows);
    }
    return numbersFrom(loadFacts(arrays, column), counts, rows);
  });
  const root = { size: json.size, values: arrays["root"] as Float64Array };
  return new CopulaRows({ columns, levels, order, margins, root });
}
