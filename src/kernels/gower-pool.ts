import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type DistanceRows, emptyNeighbours, NearestSearch, type Neighbours } from "./gower.js";

/** What a thread of a search works on: rows, answers and the next query, in memory that all share. */
export interface SearchTask {
  readonly queries: DistanceRows;
  readonly reference: DistanceRows;
  readonly found: Neighbours;
  /** The first query that nobody has taken. */
  readonly next: Int32Array;
}

export interface SearchOptions {
  readonly signal?: AbortSignal;
  /** How many threads look; without it one for each core, up to 8, where there is enough to do. */
  readonly threads?: number;
}

/** Queries that are taken at once. */
const TAKEN = 256;
/** Of fewer pairs of rows a thread takes longer to start than it saves. */
const MANY_PAIRS = 5e8;
/** Pairs that are looked at before other work of the process gets its turn. */
const PAIRS_A_TURN = 5e7;

/**
 * What `nearestRows` finds, looked for on several threads for large tables, and without blocking the process for long.
 * The number of threads changes nothing.
 *
 * @throws the signal's reason, soon after it is aborted
 */
export async function nearestTogether(
  queries: DistanceRows,
  reference: DistanceRows,
  options: SearchOptions = {},
): Promise<Neighbours> {
  const many = queries.count * reference.count >= MANY_PAIRS;
  const cores = many ? Math.min(availableParallelism(), 8) : 1;
  // Only compiled code can start threads.
  const threads = import.meta.url.endsWith(".ts") ? 1 : (options.threads ?? cores);
  const share = threads > 1;
  const task: SearchTask = {
    queries: share ? sharedRows(queries) : queries,
    reference: share ? sharedRows(reference) : reference,
    found: emptyNeighbours(queries.count, share),
    next: new Int32Array(share ? new SharedArrayBuffer(4) : new ArrayBuffer(4)),
  };
  const helpers = Array.from({ length: threads - 1 }, () => startHelper(task));
  try {
    const ended = Promise.all(helpers.map((helper) => helper.ended));
    ended.catch(() => undefined);
    await findOwnShare(task, options.signal);
    await ended;
    return task.found;
  } finally {
    for (const { worker } of helpers) void worker.terminate();
  }
}

async function findOwnShare(task: SearchTask, signal?: AbortSignal): Promise<void> {
  const turn = Math.max(1, Math.floor(PAIRS_A_TURN / Math.max(1, task.reference.count * TAKEN)));
  const search = new NearestSearch(task.queries, task.reference);
  do {
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  } while (lookUp(search, task, turn));
  signal?.throwIfAborted();
}

/** Take queries and look them up, `most` times; whether there may be more. */
export function lookUp(search: NearestSearch, task: SearchTask, most: number): boolean {
  const { queries, found, next } = task;
  for (let turn = 0; turn < most; turn++) {
    const from = Atomics.add(next, 0, TAKEN);
    if (from >= queries.count) return false;
    search.find(from, Math.min(from + TAKEN, queries.count), found);
  }
  return true;
}

function startHelper(task: SearchTask): { readonly worker: Worker; readonly ended: Promise<void> } {
  const worker = new Worker(new URL("./gower-worker.js", import.meta.url), { workerData: task });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
  return { worker, ended };
}

function sharedRows(rows: DistanceRows): DistanceRows {
  const values = new Float64Array(new SharedArrayBuffer(rows.values.byteLength));
  values.set(rows.values);
  return { ...rows, values };
}
