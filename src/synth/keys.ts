import { boundsOf, stepOf } from "../constraint/grid.js";
import type { Cells, Guide } from "../constraint/guide.js";
import { positionOf, type Scope } from "../constraint/scope.js";
import type { CheckedRule } from "../ir/checked.js";
import { isNumeric } from "../table/column-type.js";
import { FreeRuns, type Used } from "./free-runs.js";
import type { Accept } from "./row-drawer.js";
import type { Determines, Teachers } from "./teaching-rows.js";

/**
 * Holds the rules that concern many rows: `unique` (also of several columns), `determines`, and no ties
 * where values must increase. A row that repeats a key is refused, so the driver draws it again; the
 * determined columns are written from what goes with the determining ones, learned from real rows or from
 * the first row that had them. What else is asked of a row (`accept`) is asked of it as written.
 */
export function keyKeeper(
  rules: readonly CheckedRule[],
  scope: Scope,
  guide: Guide,
  {
    teachers,
    accept,
    beside,
  }: {
    readonly teachers: Teachers | undefined;
    readonly accept: Accept | undefined;
    /** Rows whose keys are taken. */
    readonly beside?: { readonly cells: Cells; readonly rows: number };
  },
): Accept | undefined {
  const lookups = rules.flatMap((rule) =>
    rule.kind === "determines" ? [new Lookup(rule, scope, teachers)] : [],
  );
  const keys = rules
    .flatMap((rule) => keyColumns(rule, scope))
    .map((columns) => new Key(columns, scope));
  if (lookups.length === 0 && keys.length === 0) return accept;
  for (const key of keys) {
    for (let row = 0; row < (beside?.rows ?? 0); row++) key.take(beside?.cells as Cells, row);
  }
  const keep = (cells: Cells, row: number): boolean => {
    if (!completed(lookups, guide, cells, row)) return false;
    if (keys.some((key) => key.taken(cells, row)) || accept?.(cells, row) === false) return false;
    for (const key of keys) key.take(cells, row);
    for (const lookup of lookups) lookup.learn(cells, row);
    return true;
  };
  const taken: Accept["taken"] = (column, cells, row, known) => [
    ...(accept?.taken?.(column, cells, row, known) ?? []),
    ...keys.flatMap((key) => key.usedOf(column, cells, row, known)),
  ];
  const effort = () => keys.reduce((sum, key) => sum + key.effort, accept?.effort?.() ?? 0);
  const texts = rules.flatMap(({ kind, text }) => (kind === "unique" ? [text] : []));
  return Object.assign(keep, { taken, effort, rules: [...(accept?.rules ?? []), ...texts] });
}

/** Write what goes with a row's keys, and what is computed from it; false where that breaks a rule. */
function completed(lookups: readonly Lookup[], guide: Guide, cells: Cells, row: number): boolean {
  const changed = settle(lookups, cells, row);
  if (changed !== true) return changed === false;
  for (const column of guide.computeOrder) guide.compute(cells, column, row, row + 1);
  return guide.broken(cells, row) < 0;
}

/**
 * Write what the rules say of a row until all agree, for what one writes may be what another goes by; true
 * if that changed anything, undefined where they contradict each other.
 */
function settle(lookups: readonly Lookup[], cells: Cells, row: number): boolean | undefined {
  for (let round = 0; round <= lookups.length; round++) {
    const wrote = lookups.filter((lookup) => lookup.write(cells, row)).length > 0;
    if (!wrote) return round > 0;
  }
  return undefined;
}

function keyColumns(rule: CheckedRule, scope: Scope): number[][] {
  const at = (name: string) => positionOf(scope, name);
  if (rule.kind === "unique") {
    const columns = rule.columns.map(at).filter((one) => one >= 0);
    const made = columns.some((one) => {
      const kind = scope.columns[one]?.type.kind;
      return kind === "id" || kind === "text";
    });
    return columns.length === 0 || made ? [] : [columns];
  }
  if (rule.kind === "increases") {
    const parent = scope.columns.findIndex(
      ({ name, type }) =>
        name === rule.parent || (type.kind === "ref" && type.table === rule.parent),
    );
    return parent < 0 ? [] : [[parent, at(rule.column)]];
  }
  return [];
}

/** The least and largest value and the step of a column, where it has all three. */
function gridOf(scope: Scope, column: number): readonly [number, number, number] | undefined {
  const type = scope.columns[column]?.type;
  if (type === undefined || !isNumeric(type)) return undefined;
  const [min, max] = boundsOf(type);
  const step = stepOf(type) ?? 0;
  return step > 0 && Number.isFinite(min) && Number.isFinite(max) ? [min, max, step] : undefined;
}

function keyAt(cells: Cells, columns: readonly number[], row: number): string | number {
  if (columns.length === 1) return (cells[columns[0] as number] as Float64Array)[row] as number;
  let key = "";
  for (const column of columns) key += `${(cells[column] as Float64Array)[row]}|`;
  return key;
}

/** True where any part of a key is missing: such rows repeat nothing and determine nothing. */
function hasGap(cells: Cells, columns: readonly number[], row: number): boolean {
  return columns.some((column) => {
    const values = cells[column] as Float64Array | Int32Array;
    const value = values[row] as number;
    return values instanceof Float64Array ? Number.isNaN(value) : value < 0;
  });
}

class Key {
  private readonly columns: readonly number[];
  private readonly seen = new Set<string | number>();
  /** Of a key of several columns, by column: the values that go with the rest of the key; made when first asked for. */
  private readonly byRest = new Map<number, Map<string | number, number[]>>();

  private readonly grid: readonly [number, number, number] | undefined;
  /** Of a key of one column on a grid; made when first asked for. */
  private free: FreeRuns | undefined;

  constructor(columns: readonly number[], scope: Scope) {
    this.columns = columns;
    this.grid = columns.length === 1 ? gridOf(scope, columns[0] as number) : undefined;
  }

  taken(cells: Cells, row: number): boolean {
    return !hasGap(cells, this.columns, row) && this.seen.has(keyAt(cells, this.columns, row));
  }

  /** How many values, or runs of them, `usedOf` gives of a key of one column, at most. */
  get effort(): number {
    if (this.columns.length > 1) return 0;
    if (this.grid === undefined) return this.seen.size;
    const [min, max, step] = this.grid;
    return Math.min(this.seen.size + 1, (max - min) / step + 1 - this.seen.size);
  }

  /** What of the column is used up, where the rest of the key is known. */
  usedOf(column: number, cells: Cells, row: number, known: Uint8Array): Used[] {
    const place = this.columns.indexOf(column);
    if (place < 0 || this.seen.size === 0) return [];
    if (this.columns.length === 1) {
      if (this.grid === undefined) return [[...this.seen] as number[]];
      this.free ??= new FreeRuns(...this.grid, this.seen as Set<number>);
      return [this.free];
    }
    const values = this.valuesOf(column, place, cells, row, known);
    return values.length === 0 ? [] : [values];
  }

  private valuesOf(
    column: number,
    place: number,
    cells: Cells,
    row: number,
    known: Uint8Array,
  ): readonly number[] {
    const rest = this.columns.filter((each) => each !== column);
    if (rest.some((each) => known[each] !== 1)) return [];
    let values = this.byRest.get(column);
    if (values === undefined) {
      values = new Map();
      for (const key of this.seen) addByRest(values, (key as string).split("|"), place);
      this.byRest.set(column, values);
    }
    return values.get(keyAt(cells, rest, row)) ?? [];
  }

  take(cells: Cells, row: number): void {
    if (hasGap(cells, this.columns, row)) return;
    const key = keyAt(cells, this.columns, row);
    this.seen.add(key);
    this.free?.take(key as number);
    for (const [column, values] of this.byRest) {
      addByRest(values, (key as string).split("|"), this.columns.indexOf(column));
    }
  }
}

/** Put one part of a key with the rest of it, as `keyAt` writes both. */
function addByRest(values: Map<string | number, number[]>, parts: string[], place: number): void {
  const rest = parts.slice(0, -1).filter((_, at) => at !== place);
  const key = rest.length === 1 ? Number(rest[0]) : `${rest.join("|")}|`;
  const found = values.get(key);
  const value = Number(parts[place]);
  if (found === undefined) values.set(key, [value]);
  else found.push(value);
}

class Lookup {
  private readonly from: readonly number[];
  private readonly to: readonly number[];
  private readonly known = new Map<string | number, readonly number[]>();

  constructor(rule: Determines, scope: Scope, teachers: Teachers | undefined) {
    this.from = rule.from.map((name) => positionOf(scope, name));
    this.to = rule.to.map((name) => positionOf(scope, name));
    if (teachers === undefined) return;
    if (![...rule.from, ...rule.to].every((name) => teachers.named.has(name))) return;
    const { cells, rows } = teachers.of(rule);
    for (const row of rows) this.learn(cells, row);
  }

  /** Write what goes with the row's determining values, if known; true if that changed anything. */
  write(cells: Cells, row: number): boolean {
    if (hasGap(cells, this.from, row)) return false;
    const found = this.known.get(keyAt(cells, this.from, row));
    if (found === undefined) return false;
    let changed = false;
    this.to.forEach((column, i) => {
      const values = cells[column] as Float64Array;
      if (Object.is(values[row], found[i])) return;
      values[row] = found[i] as number;
      changed = true;
    });
    return changed;
  }

  learn(cells: Cells, row: number): void {
    if (hasGap(cells, this.from, row)) return;
    const key = keyAt(cells, this.from, row);
    if (this.known.has(key)) return;
    this.known.set(
      key,
      this.to.map((column) => (cells[column] as Float64Array)[row] as number),
    );
  }
}
