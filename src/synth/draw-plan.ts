import { impossible } from "../base/failure.js";
import { snap, stepOf } from "../constraint/grid.js";
import type { Allowed, Cells, Guide } from "../constraint/guide.js";
import type { ScopeColumn } from "../constraint/scope.js";
import { nearestIn, spansContain } from "../constraint/spans.js";
import { isNumeric } from "../table/column-type.js";
import type { Tilts } from "./margin-tilts.js";
import type { RowModel } from "./synthesizer.js";

/** One column's turn: where it stands in the model and in the table. */
export interface Step {
  readonly inModel: number;
  readonly inTable: number;
  readonly restricted: boolean;
  readonly step: number | undefined;
}

/** What a driver needs to know before the first row: turns, restart points, scratch layout. */
export interface DrawPlan {
  readonly model: RowModel;
  readonly columns: readonly ScopeColumn[];
  readonly guide: Guide;
  readonly steps: readonly Step[];
  /** For each step, the first step of its component: where a dead end starts again. */
  readonly restart: readonly number[];
  /** The first restricted step; where a broken row starts again. */
  readonly first: number;
  /** Columns whose values are given for each output row, by position in the table. */
  readonly fixed: FixedColumns;
  readonly tilts: Tilts;
}

/** Values that are known before drawing (refs, cells to keep), one a row of the output. */
export type FixedColumns = ReadonlyMap<number, Float64Array | Int32Array>;

/** Fixed columns of an output of `rows` rows, repeated for a pilot of that many. */
export function repeated(
  fixed: FixedColumns,
  rows: number,
  pilot: number,
): Map<number, Float64Array | Int32Array> {
  return new Map(
    [...fixed].map(([at, values]) => {
      const own = { length: pilot };
      const value = (_: unknown, row: number) => values[row % rows] as number;
      const isCode = values instanceof Int32Array;
      return [at, isCode ? Int32Array.from(own, value) : Float64Array.from(own, value)] as const;
    }),
  );
}

/** Line up the model's columns with the table's and find where a dead end must start again. */
export function planDrawing(
  model: RowModel,
  columns: readonly ScopeColumn[],
  guide: Guide,
  {
    fixed = new Map(),
    tilts = new Map(),
  }: { readonly fixed?: FixedColumns | undefined; readonly tilts?: Tilts | undefined } = {},
): DrawPlan {
  const drawn = model.order.map((inModel): Step => {
    const column = model.columns[inModel];
    const inTable = columns.findIndex(({ name }) => name === column?.name);
    if (column === undefined || inTable < 0) {
      throw impossible("a model draws a column that the table lacks", column?.name);
    }
    const restricted = guide.restricted[inTable] === true;
    return { inModel, inTable, restricted, step: stepOf(column.type) };
  });
  const steps = drawn.filter((step) => !fixed.has(step.inTable));
  const turn = new Map(steps.map((step, i) => [step.inTable, i]));
  const restart = steps.map((_, i) => i);
  for (const component of guide.components) {
    const turns = component.map((at) => turn.get(at) ?? Infinity);
    const start = Math.min(...turns);
    for (const i of turns) if (Number.isFinite(i)) restart[i] = start;
  }
  const first = steps.findIndex((step) => step.restricted);
  return { model, columns, guide, steps, restart, first: Math.max(first, 0), fixed, tilts };
}

/** Empty columns for that many rows: NaN and −1 everywhere. */
export function blankCells(columns: readonly ScopeColumn[], rows: number): Cells {
  return columns.map(({ type }) =>
    isNumeric(type) ? new Float64Array(rows).fill(Number.NaN) : new Int32Array(rows).fill(-1),
  );
}

/** The columns of the table's cells that the model knows, in the model's positions. */
export function modelCells(plan: DrawPlan, cells: Cells): Cells {
  const found: (Float64Array | Int32Array)[] = [];
  plan.model.columns.forEach((column, inModel) => {
    const inTable = plan.columns.findIndex(({ name }) => name === column.name);
    found[inModel] = cells[inTable] as Float64Array | Int32Array;
  });
  return found;
}

/** True where nothing at all is allowed. */
export function isNothing(allowed: Allowed): boolean {
  if (allowed.missing) return false;
  if (allowed.intervals !== undefined) return allowed.intervals.length === 0;
  return allowed.codes !== undefined && !allowed.codes.includes(1);
}

/** Whether a value of a column, or its gap, is among what is allowed. */
export function allows({ missing, codes, intervals }: Allowed, value: number): boolean {
  if (codes !== undefined) return value < 0 ? missing : codes[value] === 1;
  if (Number.isNaN(value)) return missing;
  return intervals === undefined || spansContain(intervals, value);
}

/** Bring a number that was drawn onto its grid and into what is allowed. */
export function settleNumber(
  values: Float64Array,
  row: number,
  step: number | undefined,
  allowed: Allowed | undefined,
): void {
  const drawn = values[row] as number;
  if (Number.isNaN(drawn)) return;
  const onGrid = snap(drawn, step);
  const intervals = allowed?.intervals;
  values[row] =
    intervals === undefined || spansContain(intervals, onGrid)
      ? onGrid
      : nearestIn(intervals, drawn);
}

/** Bring numbers of step 1 onto their grid. */
export function settleWholes(values: Float64Array, from: number, to: number): void {
  // Adding 0 makes 0 of −0.
  for (let row = from; row < to; row++) values[row] = Math.round(values[row] as number) + 0;
}
