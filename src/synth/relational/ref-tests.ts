import { visitColumns } from "../../constraint/columns-in.js";
import { compileTruth, type Evaluate } from "../../constraint/expression.js";
import type { Cells } from "../../constraint/guide.js";
import { type ParentRows, parentRows } from "../../constraint/scope.js";
import type { CheckedTable } from "../../ir/checked.js";
import type { Formula } from "../../ir/formula.js";
import type { RefType } from "../../table/column-type.js";
import { type CodeColumn, columnOf, type Table } from "../../table/table.js";

/** Whether a child may have a parent, and what remembers that it has. */
export interface PairTest {
  readonly fits: (child: number, parent: number) => boolean;
  readonly take: (child: number, parent: number) => void;
}

/** The rules and keys of a table that name nothing but refs and what stands behind them, as its refs are settled one by one. */
export class RefTests {
  private readonly table: CheckedTable;
  private readonly cells: (Float64Array | Int32Array)[];
  private readonly parents = new Map<string, ParentRows>();

  constructor(table: CheckedTable, rows: number) {
    this.table = table;
    this.cells = table.columns.map(() => new Int32Array(rows));
  }

  /** The column's parents are known for every row from now on. */
  settle(column: CodeColumn, above: Table, key: string): void {
    this.cells[this.placeOf(column.name)] = column.codes;
    this.parents.set(column.name, parentRows(above, key, column.levels));
  }

  /** The tests that a ref decides, now that those before it are settled; parents are rows of `above`. */
  of(ref: string, above: Table, key: string): PairTest {
    const named = columnOf(above, key);
    const codes = named?.kind === "code" ? named.codes : undefined;
    const levels = named?.kind === "code" ? named.levels : numbered(above.rows);
    const parents = new Map(this.parents).set(ref, parentRows(above, key, levels));
    const { columns } = this.table;
    const scope = { columns, levels: columns.map(() => undefined), parents };
    const decided = (names: readonly string[]) =>
      names.includes(ref) && names.every((name) => parents.has(name));
    const rules: Evaluate[] = [];
    const keys: KeySeen[] = [];
    for (const rule of this.table.rules) {
      if (rule.kind === "always" && decided(refsIn(rule.formula))) {
        rules.push(compileTruth(rule.formula, scope));
      }
      if (rule.kind === "unique" && decided(rule.columns)) {
        keys.push(new KeySeen(rule.columns.map((name) => this.placeOf(name))));
      }
    }
    const own = this.cells[this.placeOf(ref)] as Int32Array;
    const write = (child: number, parent: number): void => {
      own[child] = codes === undefined ? parent : (codes[parent] as number);
    };
    return {
      fits: (child, parent) => {
        if (rules.length + keys.length === 0) return true;
        write(child, parent);
        return (
          rules.every((rule) => rule(this.cells, child) !== 0) &&
          !keys.some((seen) => seen.has(this.cells, child))
        );
      },
      take: (child, parent) => {
        write(child, parent);
        for (const seen of keys) seen.add(this.cells, child);
      },
    };
  }

  private placeOf(name: string): number {
    return this.table.columns.findIndex((column) => column.name === name);
  }
}

/** The values of a key that some row has. */
class KeySeen {
  private readonly places: readonly number[];
  private readonly seen = new Set<string>();

  constructor(places: readonly number[]) {
    this.places = places;
  }

  has(cells: Cells, row: number): boolean {
    return this.seen.has(this.valueOf(cells, row));
  }

  add(cells: Cells, row: number): void {
    this.seen.add(this.valueOf(cells, row));
  }

  private valueOf(cells: Cells, row: number): string {
    return this.places.map((place) => cells[place]?.[row]).join();
  }
}

/** The columns that a formula names; of those of a parent the ref that leads to it. */
function refsIn(formula: Formula): readonly string[] {
  const names: string[] = [];
  visitColumns(formula, ({ name, via }) => names.push(via ?? name));
  return names;
}

/** The ref column of children, from the rows of `above` that are their parents; below 0: none. */
export function refColumn(
  { name, type }: { readonly name: string; readonly type: RefType },
  above: Table,
  key: string,
  rows: Int32Array,
): CodeColumn {
  const named = columnOf(above, key);
  if (named?.kind !== "code") {
    return { kind: "code", name, type, codes: rows, levels: numbered(above.rows) };
  }
  const codes = rows.map((row) => (row < 0 ? row : (named.codes[row] as number)));
  return { kind: "code", name, type, codes, levels: named.levels };
}

/** Ids of rows that have none: from 1. */
export function numbered(rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => String(row + 1));
}
