import { columnsIn } from "../../constraint/columns-in.js";
import type { Allowed, Guide } from "../../constraint/guide.js";
import { makeGuide } from "../../constraint/make-guide.js";
import type { ParentRows, Scope } from "../../constraint/scope.js";
import { brokenRows } from "../../constraint/table-rules.js";
import type { CheckedColumn, CheckedRule, CheckedTable } from "../../ir/checked.js";
import type { Formula } from "../../ir/formula.js";
import { formulasOf } from "../../ir/formulas-of.js";
import { type Column, columnOf, type Table } from "../../table/table.js";
import { levelsOf } from "../levels.js";

export interface SheetRequest {
  /** With the types that were learned. */
  readonly table: CheckedTable;
  readonly made: Table;
  readonly parents?: ReadonlyMap<string, ParentRows>;
}

/**
 * A finished table whose written columns are filled in, one after the other: cells that may be changed,
 * what the rules leave of a cell, and which rows break a rule.
 */
export class Sheet {
  readonly table: CheckedTable;
  readonly rows: number;
  private readonly made: Table;
  private readonly parents: ReadonlyMap<string, ParentRows>;
  private readonly computed: ReadonlyMap<string, Formula>;
  private readonly cells: (Float64Array | Int32Array)[];
  private readonly levels: (readonly string[] | undefined)[];
  private readonly unwritten = new Set<string>();
  private guide: Guide;

  constructor(request: SheetRequest) {
    const { table, made } = request;
    this.table = table;
    this.made = made;
    this.rows = made.rows;
    this.parents = request.parents ?? new Map();
    this.computed = formulasOf(table);
    this.cells = table.columns.map(({ name }) => {
      const column = columnOf(made, name) as Column;
      return column.kind === "number" ? column.values.slice() : column.codes.slice();
    });
    this.levels = table.columns.map(({ name, type }) => {
      const column = columnOf(made, name);
      return column?.kind === "code" ? column.levels : levelsOf(type);
    });
    for (const { name, origin } of table.columns) {
      if (origin.kind === "written") this.unwritten.add(name);
    }
    this.guide = this.newGuide();
  }

  levelsOf(name: string): readonly string[] {
    return this.levels[this.at(name)] ?? [];
  }

  isMissing(name: string, row: number): boolean {
    const values = this.cells[this.at(name)] as Float64Array | Int32Array;
    const value = values[row] as number;
    return values instanceof Float64Array ? Number.isNaN(value) : value < 0;
  }

  /** What the rules leave of a cell of the column that is being written. */
  allowed(name: string, row: number): Allowed | undefined {
    const at = this.at(name);
    if (this.guide.restricted[at] !== true) return undefined;
    return this.guide.allowed(this.cells, row, at, this.known(name));
  }

  /** Put numbers, or texts (their levels are made anew for texts), into rows of a column; null is missing. */
  put(name: string, values: ReadonlyMap<number, number | string | null>): void {
    const at = this.at(name);
    const cells = this.cells[at] as Float64Array | Int32Array;
    const levels = [...(this.levels[at] ?? [])];
    const codes = new Map(levels.map((level, code) => [level, code]));
    for (const [row, value] of values) {
      if (cells instanceof Float64Array) cells[row] = value === null ? Number.NaN : Number(value);
      else if (value === null) cells[row] = -1;
      else {
        const text = String(value);
        if (!codes.has(text)) codes.set(text, levels.push(text) - 1);
        cells[row] = codes.get(text) as number;
      }
    }
    if (this.levels[at] !== undefined && levels.length !== this.levels[at]?.length) {
      this.levels[at] = levels;
      this.guide = this.newGuide();
    }
    for (const one of this.guide.computeOrder) this.guide.compute(this.cells, one, 0, this.rows);
  }

  /** The column is written: rules may now read it, and texts that no row has any more are forgotten. */
  settle(name: string): void {
    this.unwritten.delete(name);
    const at = this.at(name);
    const cells = this.cells[at] as Float64Array | Int32Array;
    if (this.table.columns[at]?.type.kind !== "text" || cells instanceof Float64Array) return;
    const old = this.levels[at] ?? [];
    const index = new Map<string, number>();
    for (const [row, code] of cells.entries()) {
      if (code < 0) continue;
      const text = old[code] as string;
      if (!index.has(text)) index.set(text, index.size);
      cells[row] = index.get(text) as number;
    }
    this.levels[at] = [...index.keys()];
    this.guide = this.newGuide();
  }

  /** Rows that break a rule about the column as far as it is written, with the rule's words. */
  broken(name: string): ReadonlyMap<number, string> {
    const found = new Map<number, string>();
    const others = new Set([...this.unwritten].filter((one) => one !== name));
    const now = this.toTable();
    for (const rule of this.rulesAbout(name, others)) {
      for (const row of brokenRows(rule, now, this.parents) ?? []) {
        if (!found.has(row)) found.set(row, rule.text);
      }
    }
    return found;
  }

  toTable(): Table {
    const columns = this.made.columns.map((column): Column => {
      const at = this.at(column.name);
      const cells = this.cells[at];
      if (cells === undefined) return column;
      if (column.kind === "number") return { ...column, values: cells as Float64Array };
      return { ...column, codes: cells as Int32Array, levels: this.levels[at] ?? [] };
    });
    return { ...this.made, columns };
  }

  private rulesAbout(name: string, unknown: ReadonlySet<string>): readonly CheckedRule[] {
    return this.table.rules.filter((rule) => {
      const reads = this.inputsOf(columnsOfRule(rule, this.scope()));
      return reads.has(name) && [...unknown].every((one) => !reads.has(one));
    });
  }

  /** Names with those that computed ones among them are computed from. */
  private inputsOf(names: readonly string[]): Set<string> {
    const found = new Set<string>();
    const visit = (name: string): void => {
      if (found.has(name)) return;
      found.add(name);
      const formula = this.computed.get(name);
      if (formula === undefined) return;
      for (const at of columnsIn(formula, this.scope())) visit(this.table.columns[at]?.name ?? "");
    };
    for (const name of names) visit(name);
    return found;
  }

  private known(name: string): Uint8Array {
    const open = new Set([...this.unwritten, name]);
    return Uint8Array.from(this.table.columns, (column) => {
      const reads = this.inputsOf([column.name]);
      return [...open].some((one) => reads.has(one)) ? 0 : 1;
    });
  }

  private at(name: string): number {
    return this.table.columns.findIndex((column) => column.name === name);
  }

  private scope(): Scope {
    return { columns: this.table.columns, levels: this.levels, parents: this.parents };
  }

  private newGuide(): Guide {
    return makeGuide({
      ...this.scope(),
      rules: this.table.rules,
      computed: this.computed,
    });
  }
}

function columnsOfRule(rule: CheckedRule, scope: Scope): readonly string[] {
  switch (rule.kind) {
    case "always":
      return columnsIn(rule.formula, scope).map((at) => scope.columns[at]?.name ?? "");
    case "unique":
      return rule.columns;
    case "determines":
      return [...rule.from, ...rule.to];
    case "increases":
      return [rule.column];
    default:
      return [];
  }
}

/** The written columns, each after those that its prompt speaks of. */
export function writingOrder(
  table: CheckedTable,
  namesIn: (prompt: string) => readonly string[],
): readonly CheckedColumn[] {
  const ordered = new Set<CheckedColumn>();
  const seen = new Set<string>();
  const scope: Scope = { columns: table.columns, levels: [] };
  const visit = (name: string): void => {
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined || seen.has(name)) return;
    seen.add(name);
    if (column.origin.kind === "written") {
      for (const input of namesIn(column.origin.prompt)) visit(input);
      ordered.add(column);
    } else if (column.origin.kind === "computed") {
      for (const at of columnsIn(column.origin.formula, scope))
        visit(table.columns[at]?.name ?? "");
    }
  };
  for (const { name } of table.columns) visit(name);
  return [...ordered];
}
