import type { Audience } from "./checked.js";

/** What the generated data are worth, in numbers that say what they mean. */
export interface Report {
  readonly kind: "report";
  readonly title: string;
  readonly audience: Audience;
  /** Set when numbers were computed from real rows outside a budget: for the data holder, not private. */
  readonly inside: boolean;
  readonly sections: readonly ReportSection[];
  readonly notes: readonly string[];
  /** What differs from the real rows, or leaks, by more than chance; left out where nothing was compared. */
  readonly standsOut?: {
    /** How to read the lines, and how often there would be one by chance. */
    readonly lead: string;
    readonly lines: readonly string[];
    /** What would have shown, of each output that is compared with real rows. */
    readonly power: readonly string[];
  };
}

export interface ReportSection {
  readonly kind: "section";
  readonly topic: string;
  readonly title: string;
  /** What the section measures and how to read it, for the audience. */
  readonly lead: string;
  readonly scores: readonly Score[];
  readonly tables: readonly ReportTable[];
  readonly figures: readonly FigureData[];
}

/** A number that never stands alone. */
export interface Score {
  readonly name: string;
  /** The output and, where it applies, the columns it is about. */
  readonly of: string;
  readonly columns?: readonly string[];
  readonly value: number;
  /** The value that a perfect generator would reach, given sampling noise: a floor where lower is better. */
  readonly ceiling?: number;
  /** The same measure between training and held-out real rows. */
  readonly reference?: number;
  readonly low?: number;
  readonly high?: number;
  /** The greatest value that the measure can have, where it isn't 1. */
  readonly most?: number;
  readonly better: "higher" | "lower" | "near-reference";
  readonly meaning: string;
}

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** The numbers of a figure; `show` makes the picture. Binned: never real rows. */
export type FigureData =
  | MarginalFigure
  | MatrixFigure
  | LinesFigure
  | BarsFigure
  | PairFigure
  | FlowFigure
  | FrontierFigure;

interface FigureBase {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** One sentence with the numbers, for alt text and terminals. */
  readonly summary: string;
}

export interface MarginalFigure extends FigureBase {
  readonly kind: "marginal";
  readonly column: string;
  /** Numeric: bin edges (one more than shares); categorical: labels, missing the last of them. */
  readonly edges?: readonly number[];
  readonly labels?: readonly string[];
  readonly scale: "number" | "date" | "datetime" | "category";
  readonly series: readonly {
    readonly name: string;
    readonly shares: readonly number[];
    /** 95 % interval of each share, where it is known with an error. */
    readonly low?: readonly number[];
    readonly high?: readonly number[];
    /** Share of missing values, where the column has edges; the shares and it sum to 1. */
    readonly missing?: number;
  }[];
}

export interface MatrixFigure extends FigureBase {
  readonly kind: "matrix";
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
  readonly low: number;
  readonly high: number;
  /** The pair of columns behind a cell, by the names of its axes; not all cells need have one. */
  readonly details?: readonly PairFigure[];
  /** The output it is about: without details of its own it may open those of another matrix of that output. */
  readonly of?: string;
}

export interface LinesFigure extends FigureBase {
  readonly kind: "lines";
  readonly logX?: boolean;
  readonly series: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly low?: readonly number[];
    readonly high?: readonly number[];
  }[];
}

export interface BarsFigure extends FigureBase {
  readonly kind: "bars";
  readonly labels: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly low?: readonly number[];
    readonly high?: readonly number[];
  }[];
}

/** Joint shares of two binned columns, one panel a series. */
export interface PairFigure extends FigureBase {
  readonly kind: "pair";
  readonly xLabels: readonly string[];
  readonly yLabels: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly shares: readonly (readonly number[])[];
  }[];
}

/** How groups flow into outcomes, one panel a series: what changed, and for whom. */
export interface FlowFigure extends FigureBase {
  readonly kind: "flow";
  readonly groups: readonly string[];
  readonly outcomes: readonly string[];
  readonly series: readonly {
    readonly name: string;
    /** Of all rows, by group and within it by outcome. */
    readonly shares: readonly (readonly number[])[];
  }[];
}

/** Points that trade one good for another, each with what it was made with. */
export interface FrontierFigure extends FigureBase {
  readonly kind: "frontier";
  readonly series: readonly {
    readonly name: string;
    /** In the order in which a line joins them. */
    readonly points: readonly FrontierPoint[];
  }[];
}

export interface FrontierPoint {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly xLow?: number;
  readonly xHigh?: number;
  readonly yLow?: number;
  readonly yHigh?: number;
}
