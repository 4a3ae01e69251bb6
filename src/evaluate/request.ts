import type { Progress } from "../base/progress.js";
import type { Audience, CheckedFairness, CheckedReport } from "../ir/checked.js";
import type { Expectation, LedgerLine, MeasuredTable, RuleOutcome } from "../ir/release.js";
import type { ReportSection } from "../ir/report.js";
import type { Cuts } from "../table/cuts.js";
import type { Table } from "../table/table.js";

/** One generated table and what it may be compared with. */
export interface EvaluatedOutput {
  readonly name: string;
  /** The generated rows. */
  readonly synthetic: Table;
  /** All rows as written, where real ones stand beside the generated (`beside`). */
  readonly written?: Table;
  /** The generated rows are the real ones, with what was missing filled in (`completed`). */
  readonly completed?: boolean;
  /** Real rows that were learned from. */
  readonly real?: Table;
  /** Real rows that were held out before learning. */
  readonly holdout?: Table;
  readonly rules?: readonly RuleOutcome[];
  readonly expectations?: readonly Expectation[];
  /** Rows of the whole, where `synthetic` is an even sample of it. */
  readonly sampledFrom?: number;
  /** Noisy counts of the table, where a privacy budget bought them. */
  readonly measured?: MeasuredTable;
  /** How attacks may have the learner run again on other rows. */
  readonly remaking?: Remaking;
  /** Texts that someone planted among the real rows before learning. */
  readonly canaries?: readonly DeclaredCanaries[];
  /** Drawn under a condition: its shares are not comparable with those of all real rows. */
  readonly given?: string;
  /** What of its files is not judged, and why. */
  readonly unjudged?: readonly string[];
  /** Where numbers were cut into groups when goals of fairness were met. */
  readonly cuts?: readonly Cuts[];
}

/** Texts that were put among the rows before a tool learned them, to see whether they come out. */
export interface DeclaredCanaries {
  readonly column: string;
  readonly canaries: readonly string[];
  /** Texts of the same kind that were never shown to it; without any, texts of the same shape are made. */
  readonly decoys?: readonly string[];
}

/** Rows that were made again, and what the model that made them knows. */
export interface Remade {
  readonly table: Table;
  /** Log-probabilities of texts in a column; undefined where the model doesn't spell it out. */
  readonly likelihoods: (column: string, texts: readonly string[]) => Float64Array | undefined;
}

/** Learns other rows as those of the output were, and draws as many; or why that can't be done. */
export type Remaking =
  | {
      readonly kind: "able";
      readonly learner: string;
      /** Learning takes minutes: once is affordable, many times is not. */
      readonly slow: boolean;
      readonly make: (rows: Table, seed: string) => Promise<Remade>;
    }
  | { readonly kind: "unable"; readonly reason: string };

export interface EvaluateRequest {
  readonly title: string;
  readonly audience: Audience;
  readonly inside: boolean;
  readonly seed: number | string;
  readonly outputs: readonly EvaluatedOutput[];
  /** As written in the spec; empty: fidelity of columns and pairs, and the rules. */
  readonly topics: CheckedReport["topics"];
  /** What the spec wants of groups and outcome; the topic `fairness` needs it. */
  readonly fairness?: CheckedFairness;
  /** What was spent of a privacy budget, and what it promises. */
  readonly spending?: Spending;
  readonly progress: Progress;
}

/** Charges in order, and the promise that they keep. */
export interface Spending {
  readonly lines: readonly LedgerLine[];
  readonly unit: string;
  readonly epsilon: number;
  readonly delta: number;
  /** The budget in ρ. */
  readonly rho: number;
}

/**
 * One topic of a report. `words` are those of the topic's line, empty where it was not written with
 * any. Gives undefined when it has nothing to say about these outputs.
 */
export interface Section {
  readonly topic: string;
  make(request: EvaluateRequest, words: readonly string[]): Promise<ReportSection | undefined>;
}
