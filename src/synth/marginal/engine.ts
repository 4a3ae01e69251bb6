import type { Progress } from "../../base/progress.js";
import type { Access, NoisyMarginal } from "../../privacy/access.js";
import type { MarginalModel, StructuralZeros } from "./estimate.js";
import type { Clique } from "./junction-tree.js";
import type { Measurement } from "./terms.js";
import type { WorkloadQuery } from "./workload.js";

/** What an engine is asked to do. Everything here is public. */
export interface EngineRequest {
  readonly access: Access;
  /** What may be spent, in ρ of zCDP; never more than `access.remaining()`. */
  readonly rho: number;
  readonly workload: readonly WorkloadQuery[];
  /** Pairs of columns that a rule ties together: measured before others where an engine chooses a tree of pairs. */
  readonly tied?: readonly Clique[];
  /** Columns of which a rule says that they determine another. */
  readonly keys?: readonly number[];
  /** A column within whose values everything is asked for (`partition by`); it is in every clique of the workload. */
  readonly parts?: number;
  readonly zeros: readonly StructuralZeros[];
  /** How many of the first codes of each column lie in an order, neighbours being alike; default none. */
  readonly ordered?: readonly number[];
  /** The most cells of the junction tree; default: more, the more the budget lets be told apart. */
  readonly cells?: number;
  /** Steps of each fit, at most. */
  readonly iterations: number;
  readonly progress: Progress;
}

export interface EngineResult {
  readonly model: MarginalModel;
  /** What was measured, with its noise, for error bars and the report. */
  readonly measurements: readonly Measurement[];
  readonly notes: readonly string[];
}

/** A mechanism that chooses what to measure, measures it under a budget, and fits one model. */
export interface Engine {
  readonly name: string;
  readonly summary: string;
  run(request: EngineRequest): Promise<EngineResult>;
}

/** The sizes of the attributes, in order. */
export function sizesOf(access: Access): number[] {
  return access.columns.map((column) => column.size);
}

export function measurementOf(noisy: NoisyMarginal): Measurement {
  return { clique: noisy.columns, counts: noisy.counts, sigma: noisy.sigma };
}

/**
 * The number of rows as the measurements tell it: the minimum-variance mean of their sums, at least 1
 * (McKenna, Sheldon & Miklau 2019, section 4.3).
 */
export function noisyTotal(measurements: readonly Measurement[]): number {
  let weighted = 0;
  let precision = 0;
  for (const { counts, sigma } of measurements) {
    const weight = 1 / (sigma * sigma * counts.length);
    weighted += weight * counts.reduce((sum, count) => sum + count, 0);
    precision += weight;
  }
  return Math.max(1, precision > 0 ? weighted / precision : 1);
}

/** Let the event loop breathe, tell where we are, and stop if asked to. */
export async function step(
  progress: Progress,
  phase: string,
  done: number,
  total: number,
): Promise<void> {
  progress.report({ phase, done, total });
  await new Promise((resolve) => setImmediate(resolve));
  progress.signal.throwIfAborted();
}
