/** One step forward of long work, for whoever shows it. */
export interface ProgressEvent {
  /** What is being done, in the user's words: "learning occupation". */
  readonly phase: string;
  /** Units done and in all (rows, columns, rounds); `total` is absent where it is unknown. */
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  /** Privacy loss spent so far, as epsilon at the spec's delta. */
  readonly epsilonSpent?: number;
  /** Of training: the mean loss of a row after each epoch, and on rows held out where there are any. */
  readonly losses?: readonly { readonly trained: number; readonly held?: number }[];
}

/** How long work speaks to its caller and hears that it should stop. */
export interface Progress {
  /** Cheap to call often; listeners thin it out. */
  report(event: ProgressEvent): void;
  /** Set when the user asked to stop; long loops call `throwIfAborted()` on it at safe points. */
  readonly signal: AbortSignal;
  /**
   * Take the stop that was asked for as obeyed and go on with what there is: `signal` is a fresh one
   * from then on. Absent where a stop ends everything.
   */
  resume?(): void;
}

/** Let the process hear and show between pieces of long work, and stop when asked to. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/** For work that nobody watches or stops. */
export const silent: Progress = { report: () => {}, signal: new AbortController().signal };
