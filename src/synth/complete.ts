import type { Progress } from "../base/progress.js";
import { type Random, stream } from "../base/random.js";
import { boundsOf } from "../constraint/grid.js";
import type { Allowed, Cells, Guide } from "../constraint/guide.js";
import type { ScopeColumn } from "../constraint/scope.js";
import { intersectSpans } from "../constraint/spans.js";
import { isNumeric } from "../table/column-type.js";
import { type DrawPlan, isNothing, planDrawing, type Step } from "./draw-plan.js";
import { NearKnown } from "./near-known.js";
import { RowDrawer } from "./row-drawer.js";
import type { RowModel } from "./synthesizer.js";

/** Real rows whose missing cells are to be filled in. */
export interface CompletionRequest {
  readonly model: RowModel;
  readonly columns: readonly ScopeColumn[];
  /** Levels of code columns by position; a completed category is one of them. */
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly guide: Guide;
  /** The real cells, in the positions and codes of `columns`; never changed. */
  readonly cells: Cells;
  readonly rows: number;
  readonly name: string;
  readonly seed: number | string;
  readonly progress: Progress;
}

export interface Completed {
  readonly cells: Cells;
  /** Cells that were missing and now have a value. */
  readonly filled: number;
  /** Cells that stay missing because a rule wants it. */
  readonly missing: number;
  /** Rows whose known cells already break a rule, or leave no value that keeps one: left as they were. */
  readonly unheld: readonly number[];
}

/** Proposals for each row: one is chosen by how well it agrees with the cells that are known. */
const proposals = 16;
const batch = 128;
/** Known numbers count as met within this share of their column's spread. */
const window = 0.05;

/**
 * Fill in the missing cells of real rows given their other cells: sampling importance resampling (Rubin
 * 1987). Missing cells are drawn column after column under the rules; each proposal is weighted by the
 * model's probability of the known cells that come later, numbers within a window.
 */
export async function completeRows(request: CompletionRequest): Promise<Completed> {
  const { rows, progress, name } = request;
  const work = new Completer(request);
  const open = work.incompleteRows();
  for (let done = 0; done < open.length; done += batch) {
    progress.signal.throwIfAborted();
    work.complete(open.slice(done, done + batch), done / batch);
    progress.report({ phase: `completing ${name}`, done, total: open.length, unit: "rows" });
    if (done % (8 * batch) === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  work.compute(rows);
  const { cells, filled, missing, unheld } = work;
  return { cells, filled, missing, unheld };
}

class Completer {
  readonly cells: Cells;
  readonly unheld: number[] = [];
  filled = 0;
  missing = 0;
  private readonly request: CompletionRequest;
  private readonly plan: DrawPlan;
  private readonly drawer: RowDrawer;
  private readonly widths: Float64Array;
  private readonly near: NearKnown;
  private readonly known: Uint8Array;
  private random!: Random;
  private readonly weights = new Float64Array(batch * proposals);

  constructor(request: CompletionRequest) {
    this.request = request;
    this.cells = request.cells.map((values) => values.slice());
    this.plan = planDrawing(request.model, request.columns, request.guide);
    this.drawer = new RowDrawer(this.plan, batch * proposals);
    this.known = new Uint8Array(request.columns.length);
    this.widths = Float64Array.from(request.cells, (values) => windowOf(values));
    this.near = new NearKnown(request, windowOf);
    for (const [at, width] of this.near.widths) this.widths[at] = width;
  }

  incompleteRows(): number[] {
    const found: number[] = [];
    for (let row = 0; row < this.request.rows; row++) {
      if (this.plan.steps.some((step) => isGap(this.cells, step.inTable, row))) found.push(row);
    }
    return found;
  }

  compute(rows: number): void {
    const { guide } = this.plan;
    for (const column of guide.computeOrder) guide.compute(this.cells, column, 0, rows);
  }

  complete(rows: readonly number[], block: number): void {
    const { drawer, weights, plan, request } = this;
    const random = stream(request.seed, request.name, "complete", block);
    this.random = random;
    const count = rows.length * proposals;
    weights.fill(0);
    drawer.start(count, random);
    this.place(rows);
    for (let turn = 0; turn < plan.steps.length; turn++) {
      for (let at = 0; at < count; at++) {
        const row = rows[Math.floor(at / proposals)] as number;
        if (at % proposals === 0) this.mark(row, turn);
        this.proposeCell(turn, row, at);
      }
    }
    drawer.compute(0, count);
    rows.forEach((row, i) => {
      let best = -1;
      let score = -Infinity;
      for (let at = i * proposals; at < (i + 1) * proposals; at++) {
        // The largest of log-weights with Gumbel noise is a draw in proportion to the weights.
        const noisy = (weights[at] as number) - Math.log(-Math.log(random.uniform()));
        if (noisy > score && plan.guide.broken(drawer.cells, at) < 0) {
          score = noisy;
          best = at;
        }
      }
      if (best < 0) this.unheld.push(row);
      else this.keep(row, best);
    });
  }

  /** Known in that row at that turn: what was there, and what was drawn before. */
  private mark(row: number, turn: number): void {
    this.known.fill(1);
    const { steps } = this.plan;
    for (let i = turn; i < steps.length; i++) {
      const { inTable } = steps[i] as Step;
      if (isGap(this.cells, inTable, row)) this.known[inTable] = 0;
    }
  }

  private place(rows: readonly number[]): void {
    this.drawer.cells.forEach((column, position) => {
      const source = this.cells[position] as Float64Array;
      rows.forEach((row, i) => {
        column.fill(source[row] as number, i * proposals, (i + 1) * proposals);
      });
    });
  }

  private keep(row: number, from: number): void {
    for (const { inTable } of this.plan.steps) {
      if (!isGap(this.cells, inTable, row)) continue;
      if (isGap(this.drawer.cells, inTable, from)) this.missing++;
      else this.filled++;
      (this.cells[inTable] as Float64Array)[row] = (this.drawer.cells[inTable] as Float64Array)[
        from
      ] as number;
    }
  }

  private proposeCell(turn: number, row: number, at: number): void {
    const { drawer, plan, weights } = this;
    const step = plan.steps[turn] as Step;
    const known = (this.cells[step.inTable] as Float64Array)[row] as number;
    if (!isGap(this.cells, step.inTable, row)) {
      const near = this.around(step.inTable, known);
      const logProbability = drawer.drawAllowed(step, at, near);
      weights[at] = (weights[at] as number) + Math.max(logProbability, -30);
      (drawer.cells[step.inTable] as Float64Array)[at] = known;
      return;
    }
    const allowed = this.plan.guide.allowed(drawer.cells, at, step.inTable, this.known);
    const present = this.present(step.inTable, allowed);
    if (!isNothing(present)) {
      const own = this.near.propose(step.inTable, row, present, this.random);
      const log = drawer.drawAllowed(step, at, own?.within ?? present);
      if (own === undefined) return;
      weights[at] = (weights[at] as number) + Math.max(log, -30) - Math.log(own.share);
    }
    // What a rule wants missing stays so.
    else if (allowed?.missing !== true) weights[at] = -Infinity;
  }

  /** What a missing cell may become: never missing. */
  private present(position: number, allowed: Allowed | undefined): Allowed {
    const { type } = this.request.columns[position] as ScopeColumn;
    if (isNumeric(type)) {
      const whole = boundsOf(type);
      return { missing: false, intervals: intersectSpans(allowed?.intervals ?? whole, whole) };
    }
    const levels = this.request.levels[position]?.length ?? 0;
    return { missing: false, codes: allowed?.codes ?? new Uint8Array(levels).fill(1) };
  }

  private around(position: number, known: number): Allowed {
    const levels = this.request.levels[position];
    if (levels !== undefined) {
      const codes = new Uint8Array(levels.length);
      codes[known] = 1;
      return { missing: false, codes };
    }
    const width = this.widths[position] as number;
    return { missing: false, intervals: [known - width, known + width] };
  }
}

function isGap(cells: Cells, position: number, row: number): boolean {
  const values = cells[position] as Float64Array | Int32Array;
  const value = values[row] as number;
  return values instanceof Float64Array ? Number.isNaN(value) : value < 0;
}

/** Half the width of the window around a known number: a share of the middle half of its column. */
function windowOf(values: Float64Array | Int32Array): number {
  if (values instanceof Int32Array) return 0;
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return window * (at(0.75) - at(0.25) || at(1) - at(0));
}
