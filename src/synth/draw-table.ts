import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { makeGuide } from "../constraint/make-guide.js";
import type { ParentRows, Scope } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type Column, columnOf, gather, type Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { calibrateExpect } from "./calibrate-expect.js";
import { combineModels } from "./combine.js";
import { type CopyGuard, copyGuard } from "./copy-guard.js";
import { type DrawRequest, drawRows } from "./draw.js";
import type { EventProbability } from "./draw-given.js";
import { inOrder } from "./increasing.js";
import { keyKeeper } from "./keys.js";
import { levelsOf } from "./levels.js";
import type { Accept } from "./row-drawer.js";
import { isBeside, presenceModel, type SideColumn, sideColumn } from "./side-columns.js";
import type { RowModel } from "./synthesizer.js";

/** One output of one table: everything that `generate` says about it. */
export interface TableRequest {
  readonly table: CheckedTable;
  /** Draws the columns that are neither keys, texts nor computed. */
  readonly model: RowModel;
  readonly rows: number;
  readonly name: string;
  readonly seed: number | string;
  readonly progress: Progress;
  readonly given?: Formula;
  /** By name of the ref column: the parent of each row, as codes of the parents' ids. */
  readonly refs?: ReadonlyMap<string, SideColumn>;
  /** By name of the ref column: the rows behind it. */
  readonly parents?: ReadonlyMap<string, ParentRows>;
  /** The training table, for `determines`: what goes with what is taken from it. */
  readonly learnedFrom?: Table;
  /** Whether a finished row may stand. */
  readonly accept?: Accept;
  /** `forbid exact copies`: no row may equal one of these, nor all but equal a rare one. */
  readonly noCopiesOf?: Table;
  /** Whether a row that can't be drawn may be left out. */
  readonly mayGiveUp?: (row: number) => boolean;
}

export interface DrawnTable {
  readonly table: Table;
  readonly redrawn: number;
  readonly probability?: EventProbability;
  /** Rows that were drawn again because they copied a real one. */
  readonly copies?: CopyGuard["counts"];
}

/**
 * Draw a whole table: keys and texts beside the model, rows under the rules (and under `given`),
 * computed columns, `unique`, `determines` and `increases`. Every row obeys every rule.
 */
export async function drawTable(request: TableRequest): Promise<DrawnTable> {
  const { table, rows, name, seed, progress, given, refs, accept } = request;
  const beside = new Map<string, SideColumn>(refs ?? []);
  const texts = table.columns.filter(isBeside);
  for (const column of texts.filter((one) => !one.optional)) {
    beside.set(column.name, await sideColumn(table, column, request));
  }
  const late = texts.filter((one) => one.optional);
  const model =
    late.length === 0 ? request.model : combineModels([request.model, presenceModel(late)]);
  const scope = scopeOf(request, beside);
  const computed = new Map<string, Formula>();
  for (const { name: column, origin } of table.columns) {
    if (origin.kind === "computed") computed.set(column, origin.formula);
  }
  const guideRequest = { ...scope, rules: table.rules, computed };
  const guide = makeGuide(guideRequest);
  const fixed = new Map<number, Int32Array>();
  table.columns.forEach((column, at) => {
    const side = beside.get(column.name);
    if (side !== undefined) fixed.set(at, side.codes);
  });
  const keeper = keyKeeper(table.rules, scope, guide, request.learnedFrom);
  const base = { model, columns: scope.columns, guide, rows, fixed, name, seed, progress };
  const tilted = given === undefined ? await enforced(table, scope, base) : undefined;
  const guard = request.noCopiesOf && guardAgainst(request.noCopiesOf, scope, request.model);
  const both = allOf([tilted, accept, guard?.accept, keeper]);
  const drawn = await drawRows({
    ...base,
    ...(given === undefined ? {} : { conditioned: makeGuide({ ...guideRequest, given }) }),
    ...(both === undefined ? {} : { accept: both }),
    ...(request.mayGiveUp === undefined ? {} : { mayGiveUp: request.mayGiveUp }),
  });
  for (const column of late) {
    const at = table.columns.indexOf(column);
    beside.set(
      column.name,
      await sideColumn(table, column, request, drawn.cells[at] as Int32Array),
    );
  }
  const columns = table.columns.map((column, at): Column => {
    const values = drawn.cells[at] as Float64Array | Int32Array;
    if (values instanceof Float64Array) {
      return { kind: "number", name: column.name, type: column.type, values };
    }
    const side = late.includes(column) ? beside.get(column.name) : undefined;
    const levels = side?.levels ?? scope.levels[at] ?? [];
    const codes = side?.codes ?? values;
    return { kind: "code", name: column.name, type: column.type, codes, levels };
  });
  const whole: Table = { kind: "table", name: table.name, rows, columns };
  const made = drawn.lost.length === 0 ? whole : without(whole, drawn.lost);
  const { redrawn, probability } = drawn;
  return {
    table: inOrder(made, table.rules, name),
    redrawn,
    ...(probability === undefined ? {} : { probability }),
    ...(guard === undefined ? {} : { copies: guard.counts }),
  };
}

/** Compared are the columns that the model draws and the real table has. */
function guardAgainst(real: Table, scope: Scope, model: RowModel): CopyGuard {
  const named = new Set(model.columns.map(({ name }) => name));
  const columns = scope.columns.flatMap(({ name }, at) =>
    named.has(name) && columnOf(real, name) !== undefined ? [at] : [],
  );
  return copyGuard(alignedCells(scope, real), columns, real.rows);
}

/** The tests in their order, each asked only if those before it agree. */
function allOf(tests: readonly (Accept | undefined)[]): Accept | undefined {
  const asked = tests.filter((one): one is Accept => one !== undefined);
  return asked.length === 0 ? undefined : (cells, row) => asked.every((one) => one(cells, row));
}

const pilotRows = 4096;

/** What makes `expect … enforced` come true, from a pilot of rows; undefined where nothing needs it. */
async function enforced(
  table: CheckedTable,
  scope: Scope,
  request: DrawRequest,
): Promise<Accept | undefined> {
  const { rows, name, seed } = request;
  const asked = table.rules.some((rule) => rule.kind === "expect" && rule.enforced);
  if (!asked || rows === 0) return undefined;
  const fixed = new Map(
    [...(request.fixed ?? [])].map(([at, codes]) => {
      const cycled = new Int32Array(pilotRows);
      return [at, cycled.map((_, row) => codes[row % rows] as number)] as const;
    }),
  );
  const pilot = await drawRows({ ...request, fixed, rows: pilotRows, name: `${name} pilot` });
  const { calibration, unmet } = calibrateExpect(
    table.rules,
    scope,
    { cells: pilot.cells, rows: pilotRows },
    { rows, seed, name },
  );
  if (unmet.length > 0) throw failure("P1410", { output: name, rule: unmet[0] as string });
  return calibration?.accept;
}

function without(table: Table, lost: readonly number[]): Table {
  const gone = new Set(lost);
  const kept = Uint32Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => !gone.has(row),
  );
  return gather(table, kept);
}

/** The table's columns with the levels that their codes stand for. */
function scopeOf(request: TableRequest, beside: ReadonlyMap<string, SideColumn>): Scope {
  const { table, model, parents } = request;
  const learned = new Map(model.columns.map((column, at) => [column.name, model.levels[at]]));
  return {
    columns: table.columns,
    levels: table.columns.map(
      ({ name, type }) => learned.get(name) ?? beside.get(name)?.levels ?? levelsOf(type),
    ),
    ...(parents === undefined ? {} : { parents }),
  };
}
