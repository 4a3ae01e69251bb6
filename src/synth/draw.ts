import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { stream } from "../base/random.js";
import type { Cells, Guide } from "../constraint/guide.js";
import type { GuideRequest } from "../constraint/make-guide.js";
import type { ScopeColumn } from "../constraint/scope.js";
import { blockRows, type DrawnBlock } from "./draw-block.js";
import { ConditionedDrawer, sayEvent } from "./draw-given.js";
import { blankCells, type DrawPlan, type FixedColumns, planDrawing } from "./draw-plan.js";
import {
  drawOnThreads,
  type Pool,
  type PooledRequest,
  startThreads,
  threadsFor,
} from "./draw-pool.js";
import type { Tilts } from "./margin-tilts.js";
import { type Accept, RowDrawer } from "./row-drawer.js";
import type { RowModel } from "./synthesizer.js";
import type { EventProbability } from "./weight-tally.js";

/** Rows of a table to be drawn from a fitted model under the rules. */
export interface DrawRequest {
  /** Draws some of the table's columns; names tie its columns to the table's. */
  readonly model: RowModel;
  /** All columns of the table, in its order; those neither modelled nor computed stay missing. */
  readonly columns: readonly ScopeColumn[];
  /** The rules of the table, without `given`. */
  readonly guide: Guide;
  /** The rules together with `given`: rows then follow the model conditioned on the event. */
  readonly conditioned?: Guide;
  readonly rows: number;
  /** Columns that are not drawn but given, by position in the table, one value a row. */
  readonly fixed?: FixedColumns;
  /** The output's name: different outputs of one seed differ. */
  readonly name: string;
  readonly seed: number | string;
  readonly progress: Progress;
  /** Whether a finished row may stand; called once per row, in row order. */
  readonly accept?: Accept;
  /** Whether a row that can't be drawn may be left out; asked only then. */
  readonly mayGiveUp?: (row: number) => boolean;
  /** What `guide` was made from; where it is known, rows may be drawn on threads. */
  readonly rules?: GuideRequest;
  /** Threads to use; by default as many as there are cores, up to 8, where it pays. They change nothing. */
  readonly threads?: number;
  /** How readily drawn values stand, so that rules leave columns their shares. */
  readonly tilts?: Tilts;
}

export interface Drawn {
  /** One array a column, in the table's order. */
  readonly cells: Cells;
  /** Rows that were given up; their cells mean nothing. */
  readonly lost: readonly number[];
  /** Rows that a rule or key made the driver draw again. */
  readonly redrawn: number;
  /** Of `given`, where there is one. */
  readonly probability?: EventProbability;
}

/**
 * Draw `rows` rows. Every row obeys every rule of the guide; `given` is held by sequential importance
 * sampling with rejection control (Liu, Chen & Wong 1998), so rows follow the conditional distribution.
 * Throws P1401 where the rules leave too little room, P1402 where no row can meet `given`.
 */
export async function drawRows(request: DrawRequest): Promise<Drawn> {
  const cells = blankCells(request.columns, request.rows);
  const lost: number[] = [];
  let redrawn = 0;
  let done = 0;
  let probability: EventProbability | undefined;
  for await (const block of drawBlocks(request)) {
    block.cells.forEach((column, at) => {
      (cells[at] as Float64Array).set(column.subarray(0, block.rows) as Float64Array, done);
    });
    for (let row = 0; row < block.rows; row++) if (block.lost[row] === 1) lost.push(done + row);
    done += block.rows;
    redrawn = block.redrawn;
    probability = block.probability;
  }
  return { cells, lost, redrawn, ...(probability === undefined ? {} : { probability }) };
}

/** Draw block after block, so that ten million rows never need to be in memory. */
export async function* drawBlocks(request: DrawRequest): AsyncGenerator<DrawnBlock> {
  const { model, columns, rows, name, seed, progress } = request;
  const guide = request.conditioned ?? request.guide;
  if (rows > 0 && guide.impossible) throw tooTight(guide, name, 0);
  const plan = planDrawing(model, columns, guide, request);
  const conditioned = conditionedDrawer(request, plan);
  const drawer = conditioned?.output ?? new RowDrawer(plan, Math.min(blockRows, rows));
  const threads = threadsOf(request);
  let pool: Pool | undefined;
  try {
    for (let done = 0, index = 0; done < rows; index++) {
      progress.signal.throwIfAborted();
      const count = Math.min(blockRows, rows - done);
      const start = performance.now();
      const failed =
        conditioned?.fill(index, done, count, request.accept) ??
        drawer.draw(
          count,
          stream(seed, name, "draw", index),
          done,
          request.accept,
          request.mayGiveUp,
        );
      if (failed >= 0) throw tooTight(guide, name, done + failed, request.accept?.rules);
      done += count;
      const took = performance.now() - start;
      const left = (took * (rows - done)) / count;
      progress.report({ phase: `drawing ${name}`, done, total: rows, unit: "rows" });
      yield blockOf(drawer, count, conditioned?.drawn);
      if (threads > 1 && isWorth(request, index, left)) {
        const own = took < longestHere ? drawer : undefined;
        pool ??= startThreads(request as PooledRequest, threads, index + 1, own);
      }
      // While threads start, this one goes on, unless their number was asked for.
      if (pool !== undefined && (pool.isReady || request.threads !== undefined)) {
        yield* pooled(request, pool, index + 1, drawer.redrawn);
        return;
      }
      await breath(index, pool);
    }
  } finally {
    pool?.close();
  }
}

/** What draws under `given`, where it is asked for; says how likely that is. */
function conditionedDrawer(request: DrawRequest, plan: DrawPlan): ConditionedDrawer | undefined {
  const { conditioned, guide, name, seed, rows, progress } = request;
  if (conditioned === undefined || rows === 0) return undefined;
  const drawer = new ConditionedDrawer(plan, guide, { name, seed, rows });
  sayEvent(progress, name, rows, drawer.drawn);
  return drawer;
}

/** Let the shell breathe: interrupts, progress and threads are heard between blocks. */
async function breath(index: number, pool: Pool | undefined): Promise<void> {
  if (pool === undefined && index % 4 !== 3) return;
  await new Promise<void>((resolve) => setImmediate(resolve));
}

function blockOf(
  { cells, lost, redrawn }: RowDrawer,
  rows: number,
  probability: EventProbability | undefined,
): DrawnBlock {
  return { cells, rows, lost, redrawn, ...(probability === undefined ? {} : { probability }) };
}

/** Milliseconds of drawing from which threads are worth starting; first blocks, not compiled yet, take longer. */
const worthThreads = 300;
const worthThreadsCold = 6000;
const warmBlocks = 3;
/** Milliseconds of a block up to which it may be drawn here beside threads: until it ends, no interrupt is heard. */
const longestHere = 250;

function isWorth({ rows, threads }: DrawRequest, index: number, left: number): boolean {
  if ((index + 1) * blockRows >= rows) return false;
  return threads !== undefined || left > (index < warmBlocks ? worthThreadsCold : worthThreads);
}

/** Blocks that stand alone can be drawn on threads: no test sees them all, no column is given. */
function threadsOf({ model, rules, conditioned, accept, mayGiveUp, fixed, threads }: DrawRequest) {
  const alone = conditioned === undefined && accept === undefined && mayGiveUp === undefined;
  return rules === undefined || !alone || (fixed?.size ?? 0) > 0 ? 1 : threadsFor(model, threads);
}

/** The blocks from `first` on, drawn on threads. */
async function* pooled(
  request: DrawRequest,
  pool: Pool,
  first: number,
  redrawn: number,
): AsyncGenerator<DrawnBlock> {
  const { rows, name, progress, guide } = request;
  let done = first * blockRows;
  const blocks = drawOnThreads(request.rows, pool, first, (row) => tooTight(guide, name, row));
  for await (const block of blocks) {
    done += block.rows;
    progress.report({ phase: `drawing ${name}`, done, total: rows, unit: "rows" });
    yield { ...block, redrawn: block.redrawn + redrawn };
  }
}

function tooTight(guide: Guide, name: string, row: number, keys: readonly string[] = []): Error {
  if (guide.rules.includes("given") && guide.impossible) {
    return failure("P1402", { output: name });
  }
  return failure(
    "P1401",
    { output: name, row: row + 1 },
    { because: [...keys, ...guide.rules].map((rule) => `in force: ${rule}`).slice(0, 12) },
  );
}

/** Share of free proposals of the model that would obey the rules, with a 95 % interval. */
export interface Acceptance {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly proposals: number;
}

/**
 * How much of what the model draws freely obeys the rules: the acceptance that plain rejection would
 * have. From 2,000 free rows; Wilson's interval.
 */
export function estimateAcceptance(
  model: RowModel,
  columns: readonly ScopeColumn[],
  guide: Guide,
  seed: number | string,
  proposals = 2000,
): Acceptance {
  const plan = planDrawing(model, columns, guide);
  const drawer = new RowDrawer(plan, proposals);
  drawer.start(proposals, stream(seed, "acceptance"));
  for (const step of plan.steps) drawer.drawFree(step, 0, proposals);
  drawer.compute(0, proposals);
  let passed = 0;
  for (let row = 0; row < proposals; row++) if (guide.broken(drawer.cells, row) < 0) passed++;
  const [low, high] = wilson(passed, proposals);
  return { estimate: passed / proposals, low, high, proposals };
}

/** Wilson's interval (1927) for a share, 95 %. */
export function wilson(passed: number, trials: number): readonly [number, number] {
  const z = 1.959963984540054;
  const share = passed / trials;
  const spread = 1 + (z * z) / trials;
  const middle = (share + (z * z) / (2 * trials)) / spread;
  const half =
    (z / spread) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
