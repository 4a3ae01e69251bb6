/** A line of help: how it is written, and what it says. */
export interface Help {
  readonly syntax: string;
  readonly summary: string;
}

const help = (syntax: string, summary: string): Help => ({ syntax, summary });

/** Statements and the words inside them. */
export const wordHelp: Readonly<Record<string, Help>> = {
  spec: help('spec NAME "title"', "names the spec; the name is its TypeScript variable"),
  source: help(
    'source NAME = csv "file.csv"',
    "where real data are; headers are read, rows only when the plan says so",
  ),
  param: help(
    "param NAME: TYPE = value",
    "a knob: set it from TypeScript, from the shell, or with `sweep`",
  ),
  table: help(
    "table NAME [from SOURCE] { … }",
    "columns, one a line, and the rules that hold in every row",
  ),
  privacy: help(
    "privacy { … }",
    "whom to protect, and how much the generated data may tell of them",
  ),
  fairness: help("fairness { … }", "groups, an outcome, and the gap between them that is allowed"),
  learn: help(
    "learn [TABLE] with NAME { … }",
    "which learner, and its options; left out, the plan chooses",
  ),
  writer: help(
    'writer NAME = openai "url" model "…" [parallel 8] [price 0.15, 0.60] [may see COLUMN, …]',
    "a language model that writes texts, values and rows",
  ),
  generate: help(
    "generate [NAME:] N rows [given EXPR] [seed S]",
    "how many rows to make; the name is a typed variable",
  ),
  report: help(
    'report "title" [for consumers] { … }',
    "what to measure of the made rows, and for whom",
  ),
  show: help("show COLUMN [by COLUMN] [of OUTPUT]", "a plot or table in its place"),
  sweep: help(
    "sweep PARAM over 1, 2, 3 [and PARAM over …] { … }",
    "runs the spec for several values of one or two params and plots what they cost",
  ),
  require: help(
    "require EXPR",
    "holds in every generated row, exactly, or the spec does not compile",
  ),
  when: help("when EXPR then EXPR", "in every row where the first holds, the second holds too"),
  expect: help("expect EXPR [enforced]", "about so; measured and reported, never forced silently"),
  unique: help("unique COLUMN, …", "no two rows share these values"),
  correlate: help(
    "correlate A with B 0.6",
    "how strongly two drawn columns go together, from -1 to 1",
  ),
  protect: help(
    "protect each row of TABLE",
    "the unit whose presence no one may learn: a row, or an entity with all its rows",
  ),
  budget: help(
    "budget epsilon E, delta D",
    "how much the result may depend on any one protected unit",
  ),
  spend: help(
    "spend 10% on domains, 90% on model",
    "how the budget is divided; left out, the plan divides it",
  ),
  forbid: help(
    "forbid exact copies of TABLE",
    "no generated row equals a real one; in fairness: `forbid A -> B`",
  ),
  partition: help(
    "partition by COLUMN",
    "counts within each part, which cost together what one part costs; the values are public",
  ),
  across: help("across COLUMN, …", "the groups to compare"),
  outcome: help('outcome income = ">50K"', "a yes-or-no question about each row"),
  keep: help(
    "keep COLUMN, … · keep relation · keep relation 50%",
    "legitimate reasons: their relation to the outcome stays; `relation`: what all columns tell of it",
  ),
  rebalance: help('rebalance sex to 50% "F", 50% "M"', "shares of groups in the generated rows"),
  int: help("int 1..9 UNIT [step 2]", "whole numbers between two bounds, both included"),
  real: help("real 0..1 UNIT [step 0.1]", "numbers between two bounds"),
  money: help("money EUR 0..100 [step 10]", "amounts in one currency; two currencies never mix"),
  bool: help("bool", "true or false"),
  date: help("date 2024-01-01..2024-12-31", "days"),
  datetime: help("datetime 2024-01-01..2024-12-31", "moments, to the second"),
  duration: help("duration 0..90 days", "lengths of time"),
  category: help("category learned", "values taken from the data; under privacy this has a price"),
  id: help("id", "a key of the table's own, without repeats"),
  ref: help(
    "ref TABLE, 0..12 per TABLE",
    "belongs to a row of another table, of which each has so many",
  ),
  text: help(
    'text like "[A-Z]{2}"',
    "texts by a pattern, invented, or written; learned by `language` alone",
  ),
  place: help("place 40..42, -75..-70 step 0.01", "latitude and longitude on a grid"),
  learned: help("int learned", "the domain is taken from the data; under privacy this has a price"),
  missing: help("or missing [5%]", "a missing value is one of the values"),
  present: help("x is present", "the value is there"),
  written: help(
    'written "a slogan for {flavor}" [by WRITER]',
    "a writer answers; the answer is always a value of the type",
  ),
  from: help('from "header"', "the header in the file, where it differs from the name"),
  step: help("step 10", "values are multiples of this"),
  like: help('like "[A-Z]{2}-\\d{4}"', "a pattern for a text, or a prompt for rows"),
  invented: help('text invented "email"', "made up in a plausible form"),
  given: help(
    "given age >= 65",
    "rows of the model under this condition; it conditions, it does not filter",
  ),
  seed: help("seed 42", "fixes what is drawn from the model, never the privacy noise"),
  beside: help("beside SOURCE", "real rows come back too, marked"),
  completed: help("SOURCE completed", "the real rows, with what is missing filled in"),
  increases: help(
    "require A of each PARENT increases",
    "later rows of one parent have later values",
  ),
  determines: help("A, B determines C", "equal values there, equal values here"),
  guessed: help(
    "LINE guessed",
    "read from the data and not confirmed: refused under privacy until the word is taken out",
  ),
  exactly: help("EXPR exactly when EXPR", "both hold, or neither"),
  enforced: help("expect … enforced", "the generated rows are calibrated until it holds"),
  epsilon: help("epsilon 1", "how far any one unit may shift the result: e^epsilon times at most"),
  delta: help(
    "delta 1e-6",
    "the chance that the epsilon bound fails; well below 1 in the number of units",
  ),
  cap: help("cap epsilon 10", "the most that all runs together may ever spend on this source"),
  delimiter: help('delimiter ";"', "the sign between fields of a csv file"),
  encoding: help('encoding "latin1"', "how the bytes of the file spell letters"),
  decimal: help(
    'decimal ","',
    "the mark before fractions in a csv file; the other groups thousands",
  ),
  dates: help('dates "DD.MM.YYYY"', "how dates are written in a csv file, besides YYYY-MM-DD"),
  public: help("public", "says nothing about protected units, so it may be read freely"),
  model: help('model "gemma-3"', "which model the writer asks"),
  parallel: help("parallel 8", "how many questions the writer is asked at once"),
  price: help(
    "price 0.15, 0.60",
    "US dollars for a million tokens that the model reads and writes",
  ),
  may: help("may see COLUMN, …", "columns of real rows that a writer elsewhere may be told of"),
  prior: help("with prior WRITER", "what a language model expects, mixed with what the data tell"),
  inside: help("inside", "for the data holder: exact figures, not private"),
  for: help(
    "for consumers | regulators | teachers",
    "who reads the report: order, words and depth",
  ),
  over: help("sweep PARAM over 1, 2, 3", "the values to try"),
  relation: help(
    "keep relation · keep relation 50%",
    "rather who is in the groups changes than what happens to them, 0% to 100%; alone: so far that goals cost models less than half; models keep more of the gap",
  ),
  through: help("except through COLUMN, …", "the ways of influence that are allowed"),
  most: help("at most 12 stays, 200 labs", "rows of one unit beyond this are left out of learning"),
  in: help("x in 1..9", "lies in a range or a list, ends included"),
  not: help("not EXPR", "the opposite"),
  and: help("EXPR and EXPR", "both hold"),
  or: help("EXPR or EXPR", "at least one holds"),
  is: help("x is missing", "asks whether a value is there"),
};

/** Kinds of source, writers, and the words of reports and plots. */
export const kindHelp: Readonly<
  Record<
    "format" | "backend" | "topic" | "item" | "audience" | "metric" | "kept" | "plot" | "share",
    Readonly<Record<string, string>>
  >
> = {
  format: {
    csv: "a text file with one row a line",
    parquet: "a Parquet file",
    json: "JSON: an array of objects, or one object a line",
    arrow: "an Arrow file",
    duckdb: "a DuckDB file",
    postgres: "a PostgreSQL database",
    mysql: "a MySQL database",
    sqlite: "an SQLite file",
    frame: "a variable of the notebook: a frame, an Arrow table, or objects",
    example: "a data set that comes with the package",
  },
  backend: {
    openai: "a server that speaks the OpenAI protocol",
    llama: "a model file on this machine",
    offline: "no model: texts by rule, for trying out",
  },
  topic: {
    fidelity: "how near the made rows are to the real",
    rules: "which rules hold, in how many rows",
    utility: "what can be learnt from the made rows",
    fairness: "gaps between groups",
    privacy: "what was spent, and how attacks fare",
    holdout: "the share of real rows set aside for judging",
  },
  item: {
    marginals: "one column at a time",
    pairs: "two columns at a time",
    triples: "three columns at a time",
    sequences: "rows of one unit over time",
    all: "every rule",
    predict: "a model for a column, trained on made rows and tried on real ones",
    before: "in the real rows",
    after: "in the made rows",
    ledger: "every charge",
    membership: "can one tell who was in the data?",
    singling_out: "can one person be isolated?",
    linkability: "can two halves of a row be matched?",
    inference: "can a secret be guessed?",
    copies: "rows that equal real ones",
    canaries: "planted rows that come back",
    pii: "texts that look like names, cards or numbers of people",
  },
  audience: {
    consumers: "people who use the data",
    regulators: "people who must judge the protection",
    teachers: "people who explain how it works",
  },
  kept: { relation: "what all columns tell of the outcome, alone or with a percent" },
  metric: {
    parity: "the difference of outcome shares between groups",
    ratio: "the ratio of outcome shares between groups",
    odds: "differences of errors between groups",
    opportunity: "difference of hits between groups",
    calibration: "difference of outcome at equal score",
  },
  plot: {
    correlations: "how strongly columns go together",
    marginals: "each column by itself",
    pairs: "columns two by two",
    plan: "the plan",
    ledger: "what was spent",
    rows: "the first rows",
    rules: "the rules and how they hold",
    missing: "where values are missing",
  },
  share: {
    domains: "values and bounds taken from the data",
    model: "the learner",
    report: "figures about the real rows",
  },
};

/** Units that are often wanted; any word may be one. */
export const unitWords: readonly string[] =
  "years months weeks days hours minutes seconds hours/week km m cm mm kg g mg L mL mmol/L mg/dL degC % points people items".split(
    " ",
  );

export const currencies: readonly string[] =
  "EUR USD GBP CHF JPY CNY INR SEK NOK DKK CAD AUD".split(" ");
