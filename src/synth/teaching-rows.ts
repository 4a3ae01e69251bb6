import { crosses } from "../constraint/boxes.js";
import { compileTruth } from "../constraint/expression.js";
import type { Cells, Guide } from "../constraint/guide.js";
import { positionOf, type Scope } from "../constraint/scope.js";
import type { CheckedRule } from "../ir/checked.js";
import type { Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { allows, isNothing } from "./draw-plan.js";

/** `A determines B`, checked. */
export type Determines = Extract<CheckedRule, { kind: "determines" }>;

/** What goes with the keys of each `determines` of a table. */
export interface Teachers {
  /** Columns that can be taught of. */
  readonly named: ReadonlySet<string>;
  /** One row a key, in the positions and codes of the scope. */
  of(rule: Determines): Taught;
}

export interface Taught {
  readonly cells: Cells;
  readonly rows: readonly number[];
}

/**
 * The real rows that say what goes with a key of `A determines B`. Rows that break a rule may contradict
 * it: each key is taught by the first row that keeps the other rules, else by the first whose key and
 * values some row that keeps them could have. A key with a gap teaches nothing, nor does a row with a gap
 * where none is declared: there it had a value that the output's type lacks. Keys of tables are made anew, so that real
 * ones teach nothing.
 */
export class TeachingRows implements Teachers {
  private readonly cells: Cells;
  readonly named: ReadonlySet<string>;
  private readonly scope: Scope;
  private readonly guide: Guide;
  private readonly sound: Uint8Array;
  private readonly found = new Map<Determines, Taught>();

  /** `guide` holds the rules, without what is known of pairs. */
  constructor(scope: Scope, learnedFrom: Table, guide: Guide) {
    this.cells = alignedCells(scope, learnedFrom);
    this.named = new Set(learnedFrom.columns.map(({ name }) => name));
    this.scope = scope;
    this.guide = guide;
    // Rows behind refs are those of the output, not those learned from.
    const tests = guide.conditions
      .filter((condition) => !crosses(condition))
      .map((condition) => compileTruth(condition, scope));
    this.sound = Uint8Array.from({ length: learnedFrom.rows }, (_, row) =>
      Number(tests.every((test) => test(this.cells, row) !== 0)),
    );
  }

  of(rule: Determines): Taught {
    const known = this.found.get(rule) ?? { cells: this.cells, rows: this.rowsOf(rule) };
    this.found.set(rule, known);
    return known;
  }

  private rowsOf(rule: Determines): readonly number[] {
    const from = rule.from.map((name) => positionOf(this.scope, name));
    const to = rule.to.map((name) => positionOf(this.scope, name));
    if ([...from, ...to].some((at) => this.isKey(at))) return [];
    const first = new Map<string, number>();
    const see = (wanted: number, teaches: (row: number) => boolean): void => {
      this.sound.forEach((sound, row) => {
        if (sound !== wanted || to.some((at) => this.lacks(at, row))) return;
        const key = keyIn(from, this.scope, this.cells, row);
        if (key !== undefined && !first.has(key) && teaches(row)) first.set(key, row);
      });
    };
    see(1, () => true);
    see(0, (row) => this.fits(row, [...from, ...to]));
    return [...first.values()];
  }

  private isKey(at: number): boolean {
    const kind = this.scope.columns[at]?.type.kind;
    return kind === "ref" || kind === "id";
  }

  private lacks(at: number, row: number): boolean {
    const optional = this.scope.columns[at]?.optional === true;
    return !optional && isGap(this.scope, at, this.cells[at]?.[row] as number);
  }

  /** Whether propagation leaves these values of a row, and a value for every other cell. */
  private fits(row: number, columns: readonly number[]): boolean {
    const known = new Uint8Array(this.scope.columns.length);
    for (const at of columns) known[at] = 1;
    return this.guide.restricted.every((restricted, at) => {
      if (!restricted) return true;
      const own = known[at] === 1;
      known[at] = 0;
      const allowed = this.guide.allowed(this.cells, row, at, known);
      known[at] = own ? 1 : 0;
      if (allowed === undefined) return true;
      return own ? allows(allowed, this.cells[at]?.[row] as number) : !isNothing(allowed);
    });
  }
}

/** A row's key in words; undefined where a part of it is missing. */
export function keyIn(
  from: readonly number[],
  scope: Scope,
  cells: Cells,
  row: number,
): string | undefined {
  const parts = from.map((at) => cells[at]?.[row] as number);
  return parts.some((part, i) => isGap(scope, from[i] as number, part))
    ? undefined
    : parts.join("|");
}

function isGap({ levels }: Scope, at: number, value: number): boolean {
  return levels[at] === undefined ? Number.isNaN(value) : value < 0;
}
