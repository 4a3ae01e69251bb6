import type { MessagePort } from "node:worker_threads";
import type { CheckedSpec, Release, Table } from "../index.js";

/** What the spec worker is started with; through `io` it speaks straight to the I/O thread. */
export interface SpecWorkerStart {
  readonly shared: Int32Array;
  /** Shared with the main thread: whether this worker may be ended (worker-hold.ts). */
  readonly hold: Int32Array;
  readonly io: MessagePort;
}

/** One spec to carry out. */
export interface SpecJob {
  /** Also the mark that the worker sets behind all that it shows of the job. */
  readonly job: number;
  /** The I/O thread's number of the cell: where things are shown. */
  readonly id: number;
  readonly text: string;
  /** What messages call the text: "cell". */
  readonly origin: string;
  readonly folder: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly frames: ReadonlyMap<string, Table>;
  /** A quiet run shows its progress, and takes that away at the end. */
  readonly until: "check" | "plan" | "run" | "quiet run";
}

/** How it went; typed arrays of the release come by transfer. */
export type SpecOutcome =
  | { readonly kind: "refused"; readonly error: SpecError }
  | { readonly kind: "failed"; readonly error: SpecError }
  | { readonly kind: "stopped" }
  | { readonly kind: "checked"; readonly checked: CheckedSpec }
  | {
      readonly kind: "released";
      readonly release: Release;
      /** The TypeScript type of a row of each output, as the text of an object type. */
      readonly types: string;
    };

export interface SpecError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** What the worker says: once that it has loaded the library, then how each job went. */
export type FromSpecWorker = "ready" | "goes on" | SpecDone;

export interface SpecDone {
  readonly job: number;
  readonly outcome: SpecOutcome;
}
