import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Progress } from "../base/progress.js";
import type { Cells } from "../constraint/guide.js";
import type { GuideRequest } from "../constraint/make-guide.js";
import { isNumeric } from "../table/column-type.js";
import { blockRows, type DrawnBlock } from "./draw-block.js";
import { type BlockDone, fillBlock } from "./fill-block.js";
import type { Tilts } from "./margin-tilts.js";
import type { RowDrawer } from "./row-drawer.js";
import type { RowModel, SavedModel } from "./synthesizer.js";

/** All that a thread needs to draw blocks of a table, as data. */
export interface BlockTask {
  readonly saved: SavedModel;
  readonly rules: GuideRequest;
  readonly rows: number;
  readonly name: string;
  readonly seed: number | string;
  readonly tilts?: Tilts | undefined;
  /** Where this thread leaves its blocks: `ahead` runs of them, each block with one array a column. */
  readonly slots: readonly (readonly Cells[])[];
}

/** The blocks that a thread is asked for: `count` of them from `first` on. */
export interface RunOrder {
  readonly first: number;
  readonly count: number;
  readonly slot: number;
}
/** What it answers once the slot is filled; a run ends with the first block that failed. */
export interface RunDone extends RunOrder {
  readonly blocks: readonly BlockDone[];
}

/** What a thread says once it has made the model and the guide. */
export type ThreadReady = "ready";

/** Runs of blocks that a thread may be ahead of whoever takes them. */
const ahead = 2;
/** A quick model draws a block in less time than ten messages take: this many are asked for at once. */
const longestRun = 8;
const mostBytesARun = 2 ** 21;
/** What this process may keep of blocks that it drew before their turn. */
const mostBytesAhead = 2 ** 23;

/** Threads that blocks may be drawn on, this process among them; 1 where only it can draw from the model. */
export function threadsFor(model: RowModel, asked: number | undefined): number {
  // Only compiled code can start threads. A model that writes texts adds to its levels while it draws.
  const growing = model.columns.some(({ type }) => type.kind === "text");
  if (import.meta.url.endsWith(".ts") || model.isBound === true || growing) return 1;
  return asked ?? Math.min(availableParallelism(), 8);
}

export interface PooledRequest {
  readonly model: RowModel;
  /** What the guide is made from. */
  readonly rules: GuideRequest;
  readonly rows: number;
  readonly name: string;
  readonly seed: number | string;
  readonly tilts?: Tilts;
  readonly progress: Progress;
}

/**
 * Start threads for a request, from block `first` on: all, or with a `drawer` all but one, whose share is drawn here.
 * Whoever starts them closes them.
 */
export function startThreads(
  request: PooledRequest,
  threads: number,
  first: number,
  drawer?: RowDrawer,
): Pool {
  const { model, rules, rows, name, seed, tilts } = request;
  const blocks = Math.ceil(rows / blockRows);
  const saved = shared(model.save());
  const run = runLength(rules, (blocks - first) / threads);
  const here = drawer === undefined ? 0 : 1;
  const tasks = Array.from({ length: Math.min(threads, blocks - first) - here }, () => ({
    ...{ saved, rules, rows, name, seed, tilts },
    slots: Array.from({ length: ahead }, () =>
      Array.from({ length: run }, () => sharedCells(rules)),
    ),
  }));
  return new Pool(tasks, request, blocks, drawer);
}

/** Bytes of a block. */
function bytesOf({ columns }: GuideRequest): number {
  return columns.reduce((sum, { type }) => sum + (isNumeric(type) ? 8 : 4), 0) * blockRows;
}

/** Blocks to ask for at once: a thread has at least four runs, and a run doesn't take much memory. */
function runLength(rules: GuideRequest, blocksAThread: number): number {
  const most = Math.min(longestRun, mostBytesARun / Math.max(1, bytesOf(rules)), blocksAThread / 4);
  return Math.max(1, Math.floor(most));
}

/** Blocks from `first` on, in their order; `failed` is called for a row that can't be drawn. */
export async function* drawOnThreads(
  rows: number,
  pool: Pool,
  first: number,
  failed: (row: number) => Error,
): AsyncGenerator<DrawnBlock> {
  const blocks = Math.ceil(rows / blockRows);
  pool.begin(first);
  const lost = new Uint8Array(blockRows);
  let redrawn = 0;
  for (let index = first; index < blocks; ) {
    const run = await pool.take(index);
    for (const [at, block] of run.blocks.entries()) {
      if (block.failed >= 0) throw failed(index * blockRows + block.failed);
      redrawn += block.redrawn;
      const count = Math.min(blockRows, rows - index * blockRows);
      yield { cells: run.cells[at] as Cells, rows: count, lost, redrawn };
      index++;
    }
    pool.giveBack(run);
  }
}

interface Finished extends RunDone {
  /** Undefined where it was drawn here. */
  readonly thread?: number;
  readonly cells: readonly Cells[];
}

/** Threads that draw the next blocks as soon as a slot of theirs is free; who waits for them draws as well. */
export class Pool {
  private readonly workers: readonly Worker[];
  private readonly finished = new Map<number, Finished>();
  private readonly request: PooledRequest;
  private readonly blocks: number;
  /** Blocks in a run. */
  private readonly run: number;
  /** What draws here while others are waited for. */
  private readonly drawer: RowDrawer | undefined;
  /** Where this process leaves blocks before their turn; made when first needed. */
  private readonly free: Cells[] = [];
  /** How many of these may still be made. */
  private makeable: number;
  private next = 0;
  private ready = 0;
  private readonly signal: AbortSignal;
  private fault: unknown;
  private wake: () => void = () => {};
  private readonly stop = () => this.fail(this.signal.reason);

  constructor(
    tasks: readonly BlockTask[],
    request: PooledRequest,
    blocks: number,
    drawer: RowDrawer | undefined,
  ) {
    this.drawer = drawer;
    this.request = request;
    this.signal = request.progress.signal;
    this.blocks = blocks;
    this.run = tasks[0]?.slots[0]?.length ?? 1;
    this.makeable = Math.max(1, Math.floor(mostBytesAhead / Math.max(1, bytesOf(request.rules))));
    this.signal.addEventListener("abort", this.stop, { once: true });
    this.workers = tasks.map((task, thread) => this.start(task, thread));
  }

  /** Whether nobody would wait for the threads to start. */
  get isReady(): boolean {
    return this.ready === this.workers.length || this.fault !== undefined;
  }

  /** Let them draw the blocks from `first` on. */
  begin(first: number): void {
    this.next = first;
    for (let slot = 0; slot < ahead; slot++) {
      for (let thread = 0; thread < this.workers.length; thread++) this.order(thread, slot);
    }
  }

  private start(task: BlockTask, thread: number): Worker {
    const worker = new Worker(new URL("./draw-worker.js", import.meta.url), { workerData: task });
    worker.on("error", (error) => this.fail(error));
    worker.on("message", (done: RunDone | ThreadReady) => {
      if (done === "ready") {
        this.ready++;
        return;
      }
      const cells = task.slots[done.slot] as readonly Cells[];
      this.finished.set(done.first, { ...done, thread, cells });
      this.wake();
    });
    return worker;
  }

  private order(thread: number, slot: number): void {
    if (this.next >= this.blocks) return;
    const first = this.next;
    // Runs grow shorter towards the end, so that all end together (Polychronopoulos & Kuck 1987).
    const drawers = this.workers.length + (this.drawer === undefined ? 0 : 1);
    const fair = Math.ceil((this.blocks - first) / (2 * drawers));
    this.next = first + Math.min(this.run, fair);
    const order: RunOrder = { first, count: this.next - first, slot };
    this.workers[thread]?.postMessage(order);
  }

  private fail(reason: unknown): void {
    this.fault = reason ?? new Error("stopped");
    this.wake();
  }

  /** The run that begins with a block; until it is there, this process draws others. */
  async take(first: number): Promise<Finished> {
    for (;;) {
      if (this.fault !== undefined) throw this.fault;
      const found = this.finished.get(first);
      if (found !== undefined) {
        this.finished.delete(first);
        return found;
      }
      const isDrawn = this.drawHere();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (isDrawn) setImmediate(resolve);
      });
    }
  }

  /** Draw the next block here, if there is one and room for it. */
  private drawHere(): boolean {
    const { drawer, request } = this;
    if (drawer === undefined || this.next >= this.blocks) return false;
    const cells = this.free.pop() ?? this.newCells(drawer);
    if (cells === undefined) return false;
    const first = this.next++;
    const blocks = [fillBlock(drawer, request, first, cells)];
    this.finished.set(first, { first, count: 1, slot: 0, blocks, cells: [cells] });
    return true;
  }

  private newCells({ cells }: RowDrawer): Cells | undefined {
    if (this.makeable === 0) return undefined;
    this.makeable--;
    return cells.map((values) => values.slice());
  }

  giveBack({ thread, slot, cells }: Finished): void {
    if (thread === undefined) this.free.push(...cells);
    else this.order(thread, slot);
  }

  close(): void {
    this.signal.removeEventListener("abort", this.stop);
    for (const worker of this.workers) void worker.terminate();
  }
}

function sharedCells({ columns }: GuideRequest): Cells {
  return columns.map(({ type }) =>
    isNumeric(type)
      ? new Float64Array(new SharedArrayBuffer(8 * blockRows))
      : new Int32Array(new SharedArrayBuffer(4 * blockRows)),
  );
}

/** The model in memory that threads share. */
function shared(saved: SavedModel): SavedModel {
  const arrays = Object.entries(saved.arrays).map(([name, values]) => {
    const bytes = new Uint8Array(new SharedArrayBuffer(values.byteLength));
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    if (values instanceof Float64Array) return [name, new Float64Array(bytes.buffer)] as const;
    if (values instanceof Int32Array) return [name, new Int32Array(bytes.buffer)] as const;
    return [name, bytes] as const;
  });
  return { ...saved, arrays: Object.fromEntries(arrays) };
}
