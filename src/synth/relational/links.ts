import type { Random } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import { TreeGrower } from "../../kernels/tree-grower.js";
import type { LearnedColumn, SavedModel } from "../synthesizer.js";
import type { Training } from "../training.js";
import { type ColumnModel, drawColumn, drawColumnAllowed } from "../tree/column-model.js";
import { fitColumn } from "../tree/fit-column.js";
import { type Predictor, prepare } from "../tree/predictors.js";
import type { SavedArray } from "../tree/save-parts.js";
import { loadColumn, saveColumn } from "../tree/tree-rows.js";
import type { growOptions } from "../tree/trees.js";
import { countingOf, countsOf, type Family, type FurtherRef } from "./family.js";

type Levels = readonly (readonly string[] | undefined)[];

/**
 * How a row comes by a further parent: it has the one of the sibling before, or none, or another, whose columns are
 * drawn like those of a row; which of the parents that were drawn it is, is settled by `chooseParents`.
 */
export interface LinkModel {
  /** AGAIN, NONE or OTHER. */
  readonly state: ColumnModel;
  /** The columns of the further parent. */
  readonly wanted: readonly ColumnModel[];
  /** How many rows name a parent, given its columns. */
  readonly popularity: ColumnModel;
}

const STATES = ["other", "again", "none"];
export const OTHER = 0;
export const AGAIN = 1;
export const NONE = 2;

/** Learn a further ref by trees, from the leading parent, the siblings, and the further parents before. */
export function fitLink(
  family: Family,
  at: number,
  { parent }: FurtherRef,
  options: ReturnType<typeof growOptions>,
): LinkModel {
  const { training, whole, kept, links, parentLevels } = family;
  const { now, before } = links[at] as Family["links"][number];
  const first = widthOf(parentLevels, at);
  const width = parent.columns.length;
  const known = [...Array(first).keys(), family.above, family.above + 1];
  const wanted = Array.from({ length: width }, (_, column) => first + column);
  const states = now.map((row, child) =>
    row === -1 ? NONE : row === before[child] ? AGAIN : OTHER,
  );
  const state = fitLast(withColumn(selected(whole, known), states), options);
  const all = Int32Array.from(kept.keys());
  const others = all.filter((child) => states[kept[child] as number] === OTHER);
  const rows = others.length > 0 ? others : all;
  const models = wanted.map((_, column) =>
    fitLast(rowsOf(selected(training, [...known, ...wanted.slice(0, column + 1)]), rows), options),
  );
  const counting = countingOf({ ...parent, counts: countsOf(now, parent.table.rows) });
  return { state, wanted: models, popularity: fitLast(counting, options) };
}

/** Columns of the leading parent and of the further ones before that place. */
function widthOf(parentLevels: readonly Levels[], at: number): number {
  return parentLevels.slice(0, at + 1).reduce((sum, { length }) => sum + length, 0);
}

function selected(training: Training, columns: readonly number[]): Training {
  return {
    rows: training.rows,
    columns: columns.map((at) => training.columns[at] as LearnedColumn),
    cells: columns.map((at) => training.cells[at] as Float64Array | Int32Array),
    levels: columns.map((at) => training.levels[at]),
  };
}

function withColumn(training: Training, codes: Int32Array): Training {
  const type = { kind: "category", values: STATES, ordered: false, learned: false } as const;
  return {
    rows: training.rows,
    columns: [...training.columns, { name: "", type, optional: false }],
    cells: [...training.cells, codes],
    levels: [...training.levels, STATES],
  };
}

function rowsOf(training: Training, rows: Int32Array): Training {
  const cells = training.cells.map((values) =>
    values instanceof Float64Array
      ? Float64Array.from(rows, (row) => values[row] as number)
      : rows.map((row) => values[row] as number),
  );
  return { ...training, rows: rows.length, cells };
}

/** The last column, given all before it. */
export function fitLast(training: Training, options: ReturnType<typeof growOptions>): ColumnModel {
  const { predictors, found } = prepare(training.cells, training.levels);
  const before = predictors.slice(0, -1) as Predictor[];
  return fitColumn(training, training.columns.length - 1, {
    ...{ grower: new TreeGrower(before, training.rows), found, predictors: before, options },
  });
}

/** What the further parents of drawn children should be like. */
export interface Wishes {
  /** By child: OTHER, AGAIN or none. */
  readonly states: Int32Array;
  /** The wanted columns of the further parent. */
  readonly columns: Cells;
}

/**
 * Draw what each child's further parent should be like.
 *
 * @param known cells of the leading parent, of further parents before, number of siblings and place, by child.
 * @param levels of the further parent's columns.
 */
export function drawWishes(
  model: LinkModel,
  known: Cells,
  levels: Levels,
  { optional, random }: { readonly optional: boolean; readonly random: Random },
): Wishes {
  const place = known.at(-1) as Float64Array;
  const rows = place.length;
  const states = new Int32Array(rows);
  const wide: (Float64Array | Int32Array)[] = [...known, states];
  for (let row = 0; row < rows; row++) {
    const codes = Uint8Array.of(1, (place[row] as number) > 1 ? 1 : 0, optional ? 1 : 0);
    drawColumnAllowed(model.state, wide, known.length, row, { missing: false, codes }, random);
  }
  wide.pop();
  model.wanted.forEach((wanted, at) => {
    wide.push(levels[at] === undefined ? new Float64Array(rows) : new Int32Array(rows));
    drawColumn(wanted, wide, known.length + at, 0, rows, random);
  });
  return { states, columns: wide.slice(known.length) };
}

/** About how many rows name each of the parents, from their columns. */
export function drawPopularity(
  model: LinkModel,
  cells: Cells,
  rows: number,
  random: Random,
): Float64Array {
  const counts = new Float64Array(rows);
  drawColumn(model.popularity, [...cells, counts], cells.length, 0, rows, random);
  return counts;
}

/** Write the model's parts under a name. */
export function saveLink(
  arrays: Record<string, SavedArray>,
  name: string,
  { state, wanted, popularity }: LinkModel,
): void {
  const own: Record<string, SavedArray> = {};
  for (const [at, part] of [state, popularity, ...wanted].entries()) saveColumn(own, at, part);
  for (const [key, array] of Object.entries(own)) arrays[`${name}/${key}`] = array;
}

/**
 * What `saveLink` wrote.
 *
 * @param levels of the further parent's columns.
 * @param width how many columns the models look at, at most.
 */
export function loadLink(
  arrays: SavedModel["arrays"],
  name: string,
  levels: Levels,
  width: number,
): LinkModel {
  const own = Object.fromEntries(
    Object.entries(arrays).flatMap(([key, array]) =>
      key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), array] as const] : [],
    ),
  );
  const part = (at: number, values: Levels[number]): ColumnModel => {
    const all: (readonly string[] | undefined)[] = Array(Math.max(width, at + 1)).fill(undefined);
    all[at] = values;
    return loadColumn(own, at, all);
  };
  return {
    state: part(0, STATES),
    popularity: part(1, undefined),
    wanted: levels.map((values, at) => part(at + 2, values)),
  };
}
