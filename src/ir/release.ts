import type { Cuts } from "../table/cuts.js";
import type { ColumnDomain } from "../table/domain.js";
import type { Table } from "../table/table.js";
import type { Plan } from "./plan.js";

/** What a run made. Tables are typed arrays; everything else is plain data. */
export interface Release {
  readonly kind: "release";
  readonly plan: Plan;
  readonly outputs: readonly ReleasedTable[];
  /** Real rows used for learning and held out, for the report; absent under privacy and without a source. */
  readonly real?: RealTables;
  /** Under privacy, only where a report is asked for `inside`: real rows for that report and nothing else. */
  readonly inside?: RealTables;
  /** What was learned of each table whose rows stand by themselves, as data; under privacy, noisy throughout. */
  readonly models: readonly ReleasedModel[];
  /** Under privacy: the noisy answers that everything else was made from, by table. */
  readonly measured: readonly MeasuredTable[];
  readonly findings: readonly Finding[];
  readonly ledger: readonly LedgerLine[];
  /** What writers wrote, one entry a column (or output of prompted rows); absent where none wrote. */
  readonly writing?: readonly WritingReceipt[];
  readonly provenance: Provenance;
}

/**
 * What the budget bought about a table: noisy counts, and errors of the fitted model. All of it may be
 * shown to anyone.
 */
export interface MeasuredTable {
  readonly table: string;
  readonly domains: readonly ColumnDomain[];
  /** The number of rows, as the noisy counts tell it. */
  readonly total: number;
  readonly counts: readonly MeasuredCounts[];
  /** The learner did not see these counts: they were bought for the report alone. */
  readonly unseen?: true;
  /** Errors of the model that the budget's share for the report paid for. */
  readonly errors: readonly MeasuredError[];
}

export interface MeasuredCounts {
  /** Positions in `domains`. */
  readonly columns: readonly number[];
  /** Row-major, the last column fastest. */
  readonly counts: Float64Array;
  /** Standard deviation of the noise of each count. */
  readonly sigma: number;
  /** For each column the group of each code, where groups of codes were counted. */
  readonly groups?: readonly (readonly number[])[];
}

/** The total variation distance between the real rows and the model on some columns. */
export interface MeasuredError {
  readonly columns: readonly number[];
  readonly distance: number;
  /** Standard deviation of its noise. */
  readonly sigma: number;
}

/** A fitted model: JSON and typed arrays, never code. */
export interface ReleasedModel {
  readonly table: string;
  readonly saved: {
    readonly learner: string;
    readonly version: number;
    readonly json: unknown;
    readonly arrays: Readonly<Record<string, Float64Array | Int32Array | Uint8Array>>;
  };
  /** What real rows teach of each `determines`, in their order: one row a key. */
  readonly taught?: readonly Table[];
  /** How many real rows there were, where nothing of them was private. */
  readonly rows?: number;
}

/** A release whose noise anyone can repeat who knows the seed: for teaching. Nothing in it is private. */
export interface SeededRelease extends Release {
  readonly provenance: Provenance & { readonly noiseSeed: number };
}

export interface RealTables {
  readonly train: readonly Table[];
  readonly holdout: readonly Table[];
}

export interface ReleasedTable {
  /** The name in `generate NAME:`. */
  readonly name: string;
  /** All rows, or an even sample of them where the whole was `written`. */
  readonly table: Table;
  /** The file that holds all rows, where they were too many to keep. */
  readonly written?: WrittenFile;
  readonly seed: number;
  /** Probability of `given` under the model: exact, or estimated from weighted rows with a 95 % interval. */
  readonly given?: {
    readonly text: string;
    readonly probability: number;
    readonly low: number;
    readonly high: number;
    readonly effectiveRows?: number;
    readonly exact?: true;
  };
  /** Rows drawn again because of a rule or a `forbid exact copies`. */
  readonly redrawn: number;
  /** Every rule, counted on the finished table. */
  readonly rules?: readonly RuleOutcome[];
  readonly expectations?: readonly Expectation[];
  /** Where fairness cut numbers into groups. */
  readonly cuts?: readonly Cuts[];
}

/** A file of an output, whole. */
export interface WrittenFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What a rule came to in a finished table. */
export interface RuleOutcome {
  readonly text: string;
  /** Rows (or pairs, for keys) that break it. */
  readonly violations: number;
  readonly checked: number;
  /** The same in the real rows, where they may be looked at. */
  readonly realViolations?: number;
  readonly realChecked?: number;
  /** How the plan held it: "by construction", "repair" … */
  readonly enforcement?: string;
}

/** What `expect` asked for (`low..high`) and what came. */
export interface Expectation {
  readonly text: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** 95 % interval around the value, where sampling noise leaves one. */
  readonly interval?: readonly [number, number];
}

/** Something that the run noticed: values outside the domain, real rows that break a rule. */
export interface Finding {
  readonly kind:
    | "outside-domain"
    | "real-rule-violation"
    | "missing-undeclared"
    | "unused-column"
    | "note";
  readonly table: string;
  readonly column?: string;
  readonly count: number;
  /** At most five, never under privacy. */
  readonly examples: readonly string[];
  /** What was done about it, as a sentence. */
  readonly policy: string;
}

/** What a writer wrote for one column or output, what it was told and what that cost. */
export interface WritingReceipt {
  readonly output: string;
  readonly table: string;
  /** Absent where whole rows were written from a prompt. */
  readonly column?: string;
  readonly writer: string;
  readonly backend: "openai" | "llama" | "offline";
  /** The server or file; absent offline. */
  readonly where?: string;
  readonly model?: string;
  /** Nothing left this machine. */
  readonly local: boolean;
  /** Columns whose values were in the questions. */
  readonly sees: readonly string[];
  /** Cells, or rows, that got what was written. */
  readonly written: number;
  /** Questions asked now, answers kept from earlier runs, and requests that had to be sent again. */
  readonly asked: number;
  readonly kept: number;
  readonly retries: number;
  readonly tokensRead: number;
  readonly tokensWritten: number;
  /** US dollars at the prices of the spec, for what was asked now. */
  readonly cost?: number;
  /** Cells, or rows, without an answer that could stand. */
  readonly refused: number;
  /** At most five, each with its reason. */
  readonly refusals: readonly string[];
}

/** One charge, as shown; the ledger file holds more. */
export interface LedgerLine {
  readonly id: string;
  readonly when: string;
  readonly what: string;
  readonly mechanism: string;
  readonly rho: number;
  readonly epsilon: number;
  readonly delta: number;
  readonly seeded: boolean;
}

export interface Provenance {
  readonly specHash: string;
  readonly seed: number;
  /** Where privacy noise came from a seed: nothing in the release is private then. */
  readonly noiseSeed?: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Rows read per source table; absent under privacy. */
  readonly rowsRead?: Readonly<Record<string, number>>;
}
