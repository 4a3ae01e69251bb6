import { type Column, columnOf, type Table } from "../../table/table.js";

/** What is to be predicted, and from what. */
export interface Task {
  readonly target: string;
  readonly kind: "classes" | "number";
  /** The labels, in the order of the probabilities; empty for a number. */
  readonly classes: readonly string[];
  readonly numeric: readonly string[];
  readonly codes: readonly string[];
  /** Labels of each code column; a label that is not here is as good as none. */
  readonly levels: readonly (readonly string[])[];
}

/** Rows to learn from or to predict, laid out alike for every table of a task. */
export interface Examples {
  readonly rows: number;
  /** Row by row; NaN is missing. */
  readonly numeric: Float64Array;
  /** Row by row; −1 is missing or unknown. */
  readonly codes: Int32Array;
  /** Class, or number. */
  readonly target: Float64Array;
}

const mostClasses = 30;
const mostLevels = 200;

/**
 * The task of predicting a column from the others: classes for codes, a number for numbers. Keys and
 * free text take no part; of a category with very many labels the commonest 200 do. In words why not,
 * where there is nothing to predict or to predict from, or more than 30 classes.
 */
export function taskOf(reference: Table, others: readonly Table[], target: string): Task | string {
  const column = columnOf(reference, target);
  const everywhere = (name: string): boolean =>
    others.every((table) => columnOf(table, name)?.kind === columnOf(reference, name)?.kind);
  if (column === undefined) return "the real rows have no such column";
  if (!everywhere(target)) return "the generated or the held-out rows have no such column";
  if (isWords(column)) return "keys and free texts are not predicted";
  const usable = reference.columns.filter(
    (each) => each.name !== target && !isWords(each) && everywhere(each.name),
  );
  const named = (kind: Column["kind"]): readonly string[] =>
    usable.filter((each) => each.kind === kind).map(({ name }) => name);
  const classes = column.kind === "code" ? occurring(column) : [];
  if (usable.length === 0) return "there is no other column to predict it from";
  if (column.kind === "code" && classes.length > mostClasses) {
    return `it has ${classes.length} different values in the real rows, and at most ${mostClasses} can be told apart`;
  }
  if (!varies(column)) return "it has only one value in the real rows";
  const codes = named("code");
  return {
    target,
    kind: column.kind === "code" ? "classes" : "number",
    classes,
    numeric: named("number"),
    codes,
    levels: codes.map((name) => levelsOf(columnOf(reference, name))),
  };
}

function isWords({ type }: Column): boolean {
  return type.kind === "id" || type.kind === "ref" || type.kind === "text";
}

/** Whether a column has two different values. */
function varies(column: Column): boolean {
  const cells = column.kind === "number" ? column.values : column.codes;
  const known = (cell: number) => (column.kind === "number" ? !Number.isNaN(cell) : cell >= 0);
  const first = cells.find(known);
  return first !== undefined && cells.some((cell) => known(cell) && cell !== first);
}

/** The rows of a table whose target is known, laid out for a task. */
export function examplesOf(table: Table, task: Task): Examples {
  const target = targetOf(columnOf(table, task.target), task);
  const kept: number[] = [];
  target.forEach((value, row) => {
    if (!Number.isNaN(value)) kept.push(row);
  });
  const numeric = new Float64Array(kept.length * task.numeric.length);
  task.numeric.forEach((name, place) => {
    const column = columnOf(table, name);
    if (column?.kind !== "number") return;
    kept.forEach((row, i) => {
      numeric[i * task.numeric.length + place] = column.values[row] as number;
    });
  });
  const codes = new Int32Array(kept.length * task.codes.length);
  task.codes.forEach((name, place) => {
    const column = columnOf(table, name);
    if (column?.kind !== "code") return;
    const known = new Map(task.levels[place]?.map((label, code) => [label, code]));
    const mapped = column.levels.map((label) => known.get(label) ?? -1);
    kept.forEach((row, i) => {
      const code = column.codes[row] as number;
      codes[i * task.codes.length + place] = code < 0 ? -1 : (mapped[code] as number);
    });
  });
  return {
    rows: kept.length,
    numeric,
    codes,
    target: Float64Array.from(kept, (row) => target[row] as number),
  };
}

/** Some rows, by position. */
export function someExamples(from: Examples, rows: ArrayLike<number>): Examples {
  const widthN = from.rows === 0 ? 0 : from.numeric.length / from.rows;
  const widthC = from.rows === 0 ? 0 : from.codes.length / from.rows;
  const numeric = new Float64Array(rows.length * widthN);
  const codes = new Int32Array(rows.length * widthC);
  const target = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    numeric.set(from.numeric.subarray(row * widthN, (row + 1) * widthN), i * widthN);
    codes.set(from.codes.subarray(row * widthC, (row + 1) * widthC), i * widthC);
    target[i] = from.target[row] as number;
  }
  return { rows: rows.length, numeric, codes, target };
}

/** The rows of both. */
export function joinExamples(a: Examples, b: Examples): Examples {
  const numeric = new Float64Array(a.numeric.length + b.numeric.length);
  numeric.set(a.numeric);
  numeric.set(b.numeric, a.numeric.length);
  const codes = new Int32Array(a.codes.length + b.codes.length);
  codes.set(a.codes);
  codes.set(b.codes, a.codes.length);
  const target = new Float64Array(a.rows + b.rows);
  target.set(a.target);
  target.set(b.target, a.rows);
  return { rows: a.rows + b.rows, numeric, codes, target };
}

function targetOf(column: Column | undefined, task: Task): Float64Array {
  if (column?.kind === "number") return column.values;
  if (column === undefined) return new Float64Array();
  const classes = new Map(task.classes.map((label, i) => [label, i]));
  const mapped = column.levels.map((label) => classes.get(label) ?? Number.NaN);
  return Float64Array.from(column.codes, (code) =>
    code < 0 ? Number.NaN : (mapped[code] as number),
  );
}

function occurring(column: Column): readonly string[] {
  if (column.kind !== "code") return [];
  const seen = new Set(column.codes);
  return column.levels.filter((_, code) => seen.has(code));
}

/** The labels of a code column, or the commonest of them, in their order. */
function levelsOf(column: Column | undefined): readonly string[] {
  if (column?.kind !== "code") return [];
  if (column.levels.length <= mostLevels) return column.levels;
  const counts = new Float64Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const ranked = Array.from(counts.keys()).sort(
    (a, b) => (counts[b] as number) - (counts[a] as number) || a - b,
  );
  const kept = new Set(ranked.slice(0, mostLevels));
  return column.levels.filter((_, code) => kept.has(code));
}
