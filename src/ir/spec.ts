import type { Span } from "../base/source-text.js";
import type { Expression, Name, Numeral, Quoted } from "./expression.js";

/**
 * What the author wrote, statement by statement, before names are looked up. Plain data with spans;
 * what could not be understood is absent, and a diagnostic says so.
 */
export interface Spec {
  readonly kind: "spec";
  /** Where the text came from, for messages: a file name or a cell. */
  readonly origin: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly comments: readonly Comment[];
}

export type Block =
  | SpecHeader
  | SourceBlock
  | ParamBlock
  | TableBlock
  | PrivacyBlock
  | FairnessBlock
  | LearnBlock
  | WriterBlock
  | GenerateBlock
  | ReportBlock
  | ShowBlock
  | SweepBlock;

/** A `#` comment; `##` lines belong to the node that follows, as its `doc`. */
export interface Comment {
  readonly span: Span;
  readonly text: string;
}

interface Node {
  readonly span: Span;
  /** The `##` lines above it, joined by newlines. */
  readonly doc?: string;
}

export interface SpecHeader extends Node {
  readonly kind: "header";
  readonly name: Name;
  readonly title?: Quoted;
}

/** `source census = csv "adult.csv" missing "?", "" delimiter ";" cap epsilon 10`. */
export interface SourceBlock extends Node {
  readonly kind: "source";
  readonly name: Name;
  /** csv, parquet, json, arrow, duckdb, postgres, mysql, sqlite, frame, example … */
  readonly format: Name;
  /** A path, URL or example name in quotes, or the variable's name of a `frame`. */
  readonly where: Quoted | Name;
  readonly missing: readonly Quoted[];
  readonly delimiter?: Quoted;
  readonly encoding?: Quoted;
  /** The mark before the fractions of numbers: `,` or `.`; the other one groups thousands. */
  readonly decimal?: Quoted;
  /** How dates are written, such as `DD.MM.YYYY`; ISO dates are always understood. */
  readonly dates: readonly Quoted[];
  readonly capEpsilon?: Numeral;
  /** Belongs to no protected unit: may be read freely, e.g. for pre-training. */
  readonly isPublic: boolean;
}

export interface ParamBlock extends Node {
  readonly kind: "param";
  readonly name: Name;
  readonly type: TypeNode;
  readonly value: Expression;
}

export interface TableBlock extends Node {
  readonly kind: "table";
  readonly name: Name;
  /** `from SOURCE` or `from SOURCE.table`. */
  readonly source?: { readonly name: Name; readonly table?: Name };
  readonly columns: readonly ColumnNode[];
  readonly rules: readonly RuleNode[];
  /** Columns whose line was not understood: their names, so that rules that use them are not blamed. */
  readonly broken?: readonly Name[];
}

/** A line of a table. */
interface LineNode extends Node {
  /** Where it says `guessed`: it was read from the data and nobody has confirmed it. */
  readonly guessed?: Span;
}

export interface ColumnNode extends LineNode {
  readonly kind: "column";
  readonly name: Name;
  readonly type: TypeNode;
  /** `or missing`, with its share in percent if given. */
  readonly missing?: { readonly span: Span; readonly share?: Numeral };
  readonly origin?: OriginNode;
  /** Headers in the file; a `place` has two. */
  readonly headers: readonly Quoted[];
}

export type OriginNode =
  | { readonly kind: "drawn"; readonly distribution: Expression; readonly span: Span }
  | { readonly kind: "computed"; readonly formula: Expression; readonly span: Span }
  | { readonly kind: "written"; readonly prompt: Quoted; readonly by?: Name; readonly span: Span };

/** `a..b`, inclusive; either end may be an expression of params. */
export interface RangeNode {
  readonly low: Expression;
  readonly high: Expression;
  readonly span: Span;
}

/** `years`, `hours/week`, `mmol/L`, `degC`: kept as words; check gives them meaning. */
export interface UnitNode {
  readonly text: string;
  readonly span: Span;
}

export type TypeNode =
  | NumberTypeNode
  | ChoiceTypeNode
  | { readonly kind: "category"; readonly learned: boolean; readonly span: Span }
  | { readonly kind: "bool"; readonly span: Span }
  | TemporalTypeNode
  | {
      readonly kind: "duration";
      readonly range?: RangeNode;
      readonly unit?: UnitNode;
      readonly span: Span;
    }
  | { readonly kind: "id"; readonly span: Span }
  | RefTypeNode
  | TextTypeNode
  | PlaceTypeNode;

export interface NumberTypeNode {
  readonly kind: "number";
  readonly base: "int" | "real" | "money";
  /** `USD` of `money USD`. */
  readonly currency?: Name;
  readonly range?: RangeNode;
  readonly unit?: UnitNode;
  readonly step?: Numeral;
  readonly learned: boolean;
  readonly span: Span;
}

/** `"F" | "M"`, `"low" < "mid" < "high"`, with weights in percent where given. */
export interface ChoiceTypeNode {
  readonly kind: "choice";
  readonly ordered: boolean;
  readonly values: readonly { readonly value: Quoted; readonly weight?: Numeral }[];
  readonly span: Span;
}

export interface TemporalTypeNode {
  readonly kind: "temporal";
  readonly base: "date" | "datetime";
  readonly range?: RangeNode;
  readonly learned: boolean;
  readonly span: Span;
}

/** `ref patients, 0..12 per patient`. */
export interface RefTypeNode {
  readonly kind: "ref";
  readonly table: Name;
  readonly count?: { readonly range: RangeNode; readonly per: Name };
  readonly span: Span;
}

/** `text like "[A-Z]{2}"`, `text invented "email"`, plain `text`. Prompts are an origin. */
export interface TextTypeNode {
  readonly kind: "text";
  readonly like?: Quoted;
  readonly invented?: Quoted;
  readonly span: Span;
}

/** `place 40..42, -75..-70 step 0.01 from "lat", "lon"`: latitudes, longitudes, grid in degrees. */
export interface PlaceTypeNode {
  readonly kind: "place";
  readonly latitude?: RangeNode;
  readonly longitude?: RangeNode;
  readonly step?: Numeral;
  readonly span: Span;
}

export type RuleNode = LineNode &
  (
    | { readonly kind: "require"; readonly condition: Expression }
    | { readonly kind: "when"; readonly condition: Expression; readonly consequence: Expression }
    | { readonly kind: "exactly-when"; readonly left: Expression; readonly right: Expression }
    | { readonly kind: "expect"; readonly condition: Expression; readonly enforced: boolean }
    | { readonly kind: "unique"; readonly columns: readonly Name[] }
    | { readonly kind: "increases"; readonly column: Name; readonly parent: Name }
    | { readonly kind: "determines"; readonly from: readonly Name[]; readonly to: readonly Name[] }
    /** `correlate a with b 0.6`, where nothing is learned. */
    | {
        readonly kind: "correlate";
        readonly left: Name;
        readonly right: Name;
        readonly strength: Expression;
      }
  );

export interface PrivacyBlock extends Node {
  readonly kind: "privacy";
  readonly statements: readonly PrivacyStatement[];
}

export type PrivacyStatement = Node &
  /** `protect each row of people` · `protect each patient, at most 12 stays, 200 labs`. */
  (
    | {
        readonly kind: "protect";
        readonly unit: { readonly kind: "row" | "entity"; readonly of: Name };
        readonly atMost: readonly { readonly count: Numeral; readonly table: Name }[];
      }
    | { readonly kind: "budget"; readonly epsilon: Expression; readonly delta?: Expression }
    | {
        readonly kind: "spend";
        readonly shares: readonly { readonly share: Numeral; readonly on: Name }[];
      }
    | { readonly kind: "forbid-copies"; readonly tables: readonly Name[] }
    /** `partition by region`: disjoint parts whose charges run in parallel; the values are public. */
    | { readonly kind: "partition"; readonly by: Name }
  );

export interface FairnessBlock extends Node {
  readonly kind: "fairness";
  readonly statements: readonly FairnessStatement[];
}

export type FairnessStatement = Node &
  (
    | { readonly kind: "across"; readonly columns: readonly Name[] }
    | { readonly kind: "outcome"; readonly condition: Expression }
    /** `require parity given education, hours <= 0.03`. */
    | {
        readonly kind: "goal";
        readonly metric: Name;
        readonly given: readonly Name[];
        readonly comparison: "<=" | ">=";
        readonly bound: Expression;
      }
    | { readonly kind: "keep"; readonly columns: readonly Name[] }
    /** `keep relation 50%`: how firmly what the other columns tell of the outcome is kept. */
    | { readonly kind: "keep-relation"; readonly share: Numeral }
    | {
        readonly kind: "rebalance";
        readonly column: Name;
        readonly shares: readonly { readonly value: Quoted; readonly share: Numeral }[];
      }
    /** `forbid sex -> income except through education`. */
    | {
        readonly kind: "forbid-edge";
        readonly from: Name;
        readonly to: Name;
        readonly through: readonly Name[];
      }
  );

/** `learn [TABLE] with NAME [with prior WRITER] { options }`. */
export interface LearnBlock extends Node {
  readonly kind: "learn";
  readonly table?: Name;
  readonly learner: Name;
  readonly prior?: Name;
  readonly options: readonly OptionNode[];
}

/** `cells <= 2_000_000` · `relate age, hours` · `rate 1e-3 cosine` · `noise auto`. */
export interface OptionNode extends Node {
  readonly kind: "option";
  readonly name: Name;
  /** Written with `<=`: `cells <= 2_000_000`. */
  readonly atMost?: boolean;
  readonly operands: readonly (
    | { readonly kind: "word"; readonly name: Name }
    | { readonly kind: "number"; readonly number: Numeral }
    | { readonly kind: "string"; readonly string: Quoted }
  )[];
}

/** `writer gemma = openai "base url" model "gemma-3" may see city` · `llama "file.gguf"` · `offline`. */
export interface WriterBlock extends Node {
  readonly kind: "writer";
  readonly name: Name;
  readonly backend: Name;
  readonly where?: Quoted;
  readonly model?: Quoted;
  /** Questions at once. */
  readonly parallel?: Numeral;
  /** US dollars for a million tokens read and written. */
  readonly price?: readonly [Numeral, Numeral];
  /** Protected columns that it may be told of though it is elsewhere. */
  readonly maySee?: readonly Name[];
}

export interface GenerateBlock extends Node {
  readonly kind: "generate";
  readonly name?: Name;
  /** Absent only for `generate complete: census completed`. */
  readonly count?: Expression;
  /** `rows`, or the table's name. */
  readonly of?: Name;
  /** The source or table whose missing values are filled in. */
  readonly completed?: Name;
  readonly given?: Expression;
  readonly like?: { readonly prompt: Quoted; readonly by?: Name };
  /** The source whose real rows come back marked beside the new ones. */
  readonly beside?: Name;
  readonly seed?: Expression;
}

/** One word of a report line: `marginals`, `predict income`. */
export interface ReportItem {
  readonly word: Name;
  readonly arguments: readonly Name[];
}

/** `fidelity marginals, pairs` · `holdout 20%`. */
export interface ReportLine extends Node {
  readonly kind: "line";
  readonly topic: Name;
  readonly items: readonly ReportItem[];
  readonly share?: Numeral;
}

export interface ReportBlock extends Node {
  readonly kind: "report";
  readonly title?: Quoted;
  /** consumers, regulators or teachers. */
  readonly audience?: Name;
  /** For the data holder, not private. */
  readonly inside: boolean;
  readonly lines: readonly ReportLine[];
}

/** `show correlations of people` · `show age by sex of fair, census` · `show 10 rows of fair`. */
export interface ShowBlock extends Node {
  readonly kind: "show";
  readonly count?: Numeral;
  readonly what: readonly Name[];
  readonly by: readonly Name[];
  readonly of: readonly Name[];
}

/** `sweep gap over 0.1, 0.02 and eps over 1, 3 { … }`: one or two params, every value with every other. */
export interface SweepBlock extends Node {
  readonly kind: "sweep";
  readonly axes: readonly { readonly param: Name; readonly values: readonly Expression[] }[];
  readonly lines: readonly ReportLine[];
}

/** The blocks of one kind, in the order written. */
export function blocksOf<K extends Block["kind"]>(
  spec: Spec,
  kind: K,
): readonly Extract<Block, { kind: K }>[] {
  return spec.blocks.filter((block): block is Extract<Block, { kind: K }> => block.kind === kind);
}
