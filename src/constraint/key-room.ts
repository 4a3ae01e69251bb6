import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type ColumnType, isNumeric } from "../table/column-type.js";
import { visitColumns } from "./columns-in.js";
import { compileTruth } from "./expression.js";
import { stepOf } from "./grid.js";
import type { Cells } from "./guide.js";

/** Combinations of values that are looked at one by one. */
const MOST = 50_000;

/**
 * How many different values a key of these columns can have, at most, where no row may break a rule; infinite where
 * nothing bounds them, or where a part may be missing, since such rows repeat nothing. Rules about other columns, too,
 * are left aside, but what `determines` says of the key's own columns is not. Where there are more than 50,000 combinations each column is counted by the rules about it alone.
 */
export function keyRoom(
  table: CheckedTable,
  names: readonly string[],
  rules: readonly Formula[],
): number {
  const key = table.columns.filter((column) => names.includes(column.name));
  if (key.some(({ optional }) => optional)) return Infinity;
  const kept = undetermined(table, names);
  const columns = key.filter(({ name }) => kept.includes(name));
  const size = columns.reduce((product, { type }) => product * sizeOf(type), 1);
  if (size <= MOST) return counted(columns, size, rules);
  return columns.reduce((product, column) => {
    const own = sizeOf(column.type);
    return product * (own <= MOST ? counted([column], own, rules) : own);
  }, 1);
}

/** A key without the columns that others of it determine: they add no value to it. */
function undetermined({ rules }: CheckedTable, names: readonly string[]): readonly string[] {
  return names.reduce<readonly string[]>((kept, name) => {
    const rest = kept.filter((other) => other !== name);
    const isKnown = rules.some(
      (rule) =>
        rule.kind === "determines" &&
        rule.to.includes(name) &&
        rule.from.every((one) => rest.includes(one)),
    );
    return isKnown ? rest : kept;
  }, names);
}

/** Combinations of the columns' values that break none of the rules about them. */
function counted(
  columns: readonly CheckedColumn[],
  size: number,
  rules: readonly Formula[],
): number {
  const names = new Set(columns.map(({ name }) => name));
  const about = rules.filter((formula) => {
    let isOwn = true;
    visitColumns(formula, ({ name, via }) => {
      isOwn &&= via === undefined && names.has(name);
    });
    return isOwn;
  });
  if (about.length === 0) return size;
  const levels = columns.map(({ type }) => levelsOf(type));
  const tests = about.map((formula) => compileTruth(formula, { columns, levels }));
  const cells = combinations(columns, size);
  let count = 0;
  for (let row = 0; row < size; row++) {
    if (tests.every((isTrue) => isTrue(cells, row) !== 0)) count++;
  }
  return count;
}

function combinations(columns: readonly CheckedColumn[], size: number): Cells {
  let pace = 1;
  return columns.map(({ type }) => {
    const own = sizeOf(type);
    const digit = (row: number, every: number) => Math.floor(row / every) % own;
    const every = pace;
    pace *= own;
    if (!isNumeric(type)) return Int32Array.from({ length: size }, (_, row) => digit(row, every));
    const [min, step] = [type.min ?? 0, stepOf(type) ?? 1];
    return Float64Array.from({ length: size }, (_, row) => min + digit(row, every) * step);
  });
}

function levelsOf(type: ColumnType): readonly string[] | undefined {
  if (type.kind === "category") return type.values;
  return type.kind === "bool" ? ["false", "true"] : undefined;
}

/** How many different values a type has; infinite where nothing bounds them. */
export function sizeOf(type: ColumnType): number {
  switch (type.kind) {
    case "category":
      return type.learned ? Infinity : type.values.length;
    case "bool":
      return 2;
    case "int":
    case "date":
    case "money":
    case "real": {
      if (type.min === undefined || type.max === undefined) return Infinity;
      const step = stepOf(type) ?? 0;
      return step === 0 ? Infinity : Math.floor((type.max - type.min) / step + 1e-9) + 1;
    }
    default:
      return Infinity;
  }
}
