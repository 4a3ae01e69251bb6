/** For a few columns: each combination of their values, and which rules take it away. */
export interface Why {
  readonly kind: "why";
  readonly table: string;
  readonly columns: readonly string[];
  /** The rules that speak of the columns or bear on them, as written. */
  readonly rules: readonly string[];
  readonly rows: readonly {
    readonly values: readonly string[];
    readonly possible: boolean;
    /** Positions in `rules` of those that together take the combination away. */
    readonly removedBy: readonly number[];
  }[];
  /** Combinations beyond those shown. */
  readonly more: number;
}
