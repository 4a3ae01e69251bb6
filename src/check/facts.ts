/** What is known of a learner before any data: its name, whether it keeps a privacy promise, and a line on it. */
export interface LearnerFact {
  readonly name: string;
  readonly private: boolean;
  /** Learns from noisy counts alone, so only under a budget. */
  readonly countsOnly?: true;
  readonly summary: string;
}

/** What a check may know besides the spec: public facts, never a data row. All may be left out. */
export interface CheckFacts {
  /** The headers of each source by its name, or of one of its tables by `source.table`. */
  readonly headers?: ReadonlyMap<string, readonly string[]>;
  /** Values of params given from outside: `adult.with({ eps: 1 })`, `--set eps=1`. */
  readonly params?: Readonly<Record<string, number | string | boolean>>;
  readonly learners?: readonly LearnerFact[];
}
