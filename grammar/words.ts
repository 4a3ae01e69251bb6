/**
 * Every word that the language knows, by what it does. `reserved` words join others and can name
 * nothing; all the rest may also be names, since their place in the line decides.
 */
export const blockWords = {
  Spec: "spec",
  Source: "source",
  Param: "param",
  Table: "table",
  Privacy: "privacy",
  Fairness: "fairness",
  Learn: "learn",
  Writer: "writer",
  Generate: "generate",
  Report: "report",
  Show: "show",
  Sweep: "sweep",
} as const;

export const statementWords = {
  Require: "require",
  When: "when",
  Expect: "expect",
  Unique: "unique",
  Correlate: "correlate",
  Protect: "protect",
  Budget: "budget",
  Spend: "spend",
  Forbid: "forbid",
  Partition: "partition",
  May: "may",
  Outcome: "outcome",
  Keep: "keep",
  Rebalance: "rebalance",
} as const;

export const typeWords = {
  Int: "int",
  Real: "real",
  Money: "money",
  Bool: "bool",
  Date: "date",
  Datetime: "datetime",
  Duration: "duration",
  Category: "category",
  Id: "id",
  Ref: "ref",
  Text: "text",
  Place: "place",
} as const;

/** Words inside a statement that may still be names elsewhere. */
export const innerWords = {
  Step: "step",
  Like: "like",
  Invented: "invented",
  By: "by",
  On: "on",
  To: "to",
  At: "at",
  Most: "most",
  Row: "row",
  Exactly: "exactly",
  Exact: "exact",
  Copies: "copies",
  Increases: "increases",
  Determines: "determines",
  Enforced: "enforced",
  See: "see",
  Except: "except",
  Through: "through",
  Beside: "beside",
  Completed: "completed",
  Prior: "prior",
  Epsilon: "epsilon",
  Delta: "delta",
  Cap: "cap",
  Delimiter: "delimiter",
  Encoding: "encoding",
  Public: "public",
  Model: "model",
  For: "for",
  Inside: "inside",
  Over: "over",
} as const;

export const reservedWords = {
  And: "and",
  Or: "or",
  Not: "not",
  In: "in",
  Is: "is",
  Then: "then",
  From: "from",
  Given: "given",
  Of: "of",
  Per: "per",
  Each: "each",
  With: "with",
  Across: "across",
  Missing: "missing",
  Present: "present",
  Learned: "learned",
  Written: "written",
  Seed: "seed",
  True: "true",
  False: "false",
} as const;

/** Topics of a report; after a comma they start a line of their own. */
export const topicWords: readonly string[] = [
  "fidelity",
  "rules",
  "utility",
  "fairness",
  "privacy",
  "holdout",
];
