/** The topics of a report and the words that each knows; `predict` takes a column. */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  fidelity: ["marginals", "pairs", "triples", "sequences"],
  rules: ["all"],
  utility: ["predict"],
  fairness: ["before", "after"],
  privacy: [
    "ledger",
    "membership",
    "singling_out",
    "linkability",
    "inference",
    "copies",
    "canaries",
    "pii",
  ],
};

/** The words that need rows which the learner never saw. */
export const NEEDS_HOLDOUT: ReadonlySet<string> = new Set([
  "membership",
  "singling_out",
  "linkability",
  "inference",
  "copies",
]);

export const AUDIENCES = ["consumers", "regulators", "teachers"] as const;
