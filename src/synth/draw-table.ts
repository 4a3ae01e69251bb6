import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import type { Cells } from "../constraint/guide.js";
import { impliedBounds } from "../constraint/implied-bounds.js";
import type { KnownPairs } from "../constraint/lookup.js";
import { type GuideRequest, makeGuide } from "../constraint/make-guide.js";
import type { ParentRows, Scope } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { formulasOf } from "../ir/formulas-of.js";
import type { Cuts } from "../table/cuts.js";
import { type Column, columnOf, gather, type Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { calibrateExpect } from "./calibrate-expect.js";
import { combineModels } from "./combine.js";
import { exactlyGiven } from "./condition-exactly.js";
import { type CopyGuard, copyGuard } from "./copy-guard.js";
import { type DrawRequest, drawBlocks, drawRows } from "./draw.js";
import { sayEvent } from "./draw-given.js";
import { type FixedColumns, repeated } from "./draw-plan.js";
import { fitMarginTilts } from "./fit-margin-tilts.js";
import { inOrder } from "./increasing.js";
import { keyKeeper } from "./keys.js";
import { knownPairs } from "./known-pairs.js";
import { computedLevels, levelsOf } from "./levels.js";
import type { Tilts } from "./margin-tilts.js";
import { modalPairs } from "./modal-pairs.js";
import { OnceForRules } from "./once-for-rules.js";
import type { Accept } from "./row-drawer.js";
import { isBeside, presenceModel, type SideColumn, SideMaker } from "./side-columns.js";
import type { RowModel } from "./synthesizer.js";
import { TaughtPairs } from "./taught-pairs.js";
import { type Teachers, TeachingRows } from "./teaching-rows.js";
import type { EventProbability } from "./weight-tally.js";

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
  /** The same where the real rows are not here: what they taught of each `determines`. */
  readonly taught?: readonly Table[];
  /** Whether a finished row may stand. */
  readonly accept?: Accept;
  /** Rows that the new ones are put beside: no key may be one of theirs. */
  readonly beside?: Table;
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
  /** Rows that could not be drawn and were given up. */
  readonly leftOut?: number;
  /** Where fairness cuts numbers into groups. */
  readonly cuts?: readonly Cuts[];
}

/**
 * Draw a whole table: rows under the rules (and under `given`), keys and texts beside the model,
 * computed columns, `unique`, `determines` and `increases`. Every row obeys every rule.
 */
export async function drawTable(request: TableRequest): Promise<DrawnTable> {
  const { table, rows, name } = request;
  const { draw, scope, makers, guard, exact } = await prepare(request);
  const drawn = await drawRows(draw);
  const whole = assemble(table, scope, makers, { cells: drawn.cells, rows });
  const made = drawn.lost.length === 0 ? whole : without(whole, drawn.lost);
  const { redrawn, probability = exact } = drawn;
  return {
    table: inOrder(made, table.rules, name),
    redrawn,
    ...(probability === undefined ? {} : { probability }),
    ...(guard === undefined ? {} : { copies: guard.counts }),
    ...(drawn.lost.length === 0 ? {} : { leftOut: drawn.lost.length }),
  };
}

/**
 * The same rows in pieces, so that ten million of them never stand in memory at once. Each piece is a
 * table with levels of its own; written one after the other they give the bytes of `drawTable`.
 * `increases` moves rows across the whole table, so a table with such a rule comes in one piece.
 */
export async function* drawTablePieces(request: TableRequest): AsyncGenerator<DrawnTable> {
  const { table } = request;
  if (table.rules.some((rule) => rule.kind === "increases")) {
    yield await drawTable(request);
    return;
  }
  const { draw, scope, makers, guard, exact } = await prepare(request);
  for await (const block of drawBlocks(draw)) {
    const cells = block.cells.map((values) => values.slice(0, block.rows));
    const whole = assemble(table, scope, makers, { cells, rows: block.rows });
    const lost = [...block.lost.subarray(0, block.rows).keys()].filter(
      (row) => block.lost[row] === 1,
    );
    const { redrawn, probability = exact } = block;
    yield {
      table: lost.length === 0 ? whole : without(whole, lost),
      redrawn,
      ...(probability === undefined ? {} : { probability }),
      ...(guard === undefined ? {} : { copies: guard.counts }),
    };
  }
}

interface Prepared {
  readonly draw: DrawRequest;
  readonly scope: Scope;
  /** Formulas of the computed columns, by name. */
  readonly computed: ReadonlyMap<string, Formula>;
  /** What makes the columns beside the model, by position. */
  readonly makers: ReadonlyMap<number, SideMaker>;
  readonly guard: CopyGuard | undefined;
  /** The probability of `given`, where the model itself is conditioned on it. */
  readonly exact: EventProbability | undefined;
}

/** Everything that drawing a table needs, before the first row. */
export async function prepare(request: TableRequest): Promise<Prepared> {
  const { table, rows, name, seed, progress, given, refs, accept } = request;
  const drawn = new Set(request.model.columns.map((column) => column.name));
  const texts = table.columns.filter((column) => isBeside(column) && !drawn.has(column.name));
  const makers = new Map<number, SideMaker>();
  for (const column of texts) {
    makers.set(table.columns.indexOf(column), await SideMaker.of(table, column, request));
  }
  const model =
    texts.length === 0 ? request.model : combineModels([request.model, presenceModel(texts)]);
  const scope = scopeOf(request, model);
  const computed = formulasOf(table);
  const fixed = new Map<number, Int32Array>();
  table.columns.forEach((column, at) => {
    const ref = refs?.get(column.name);
    if (ref !== undefined) fixed.set(at, ref.codes);
  });
  const free = { ...scope, rules: table.rules, computed, bounds: impliedBounds(table) };
  const teachers = teachersOf(request, scope, free);
  const once = onceForAll(request, { name, seed }, fixed);
  const pairs = () =>
    modalPairs(table, scope, {
      ...{ model, columns: scope.columns, rows, fixed, ...once.pilots },
      ...{ rules: free, signal: progress.signal },
    });
  const known = teachers ? knownPairs(table, scope, teachers) : await once.of(pairsKnown, pairs);
  const guideRequest = { ...free, known };
  const guide = makeGuide(guideRequest);
  const plain = {
    ...{ model, columns: scope.columns, guide, rows, fixed, name, seed, progress },
    rules: guideRequest,
  };
  const exact = given && exactlyGiven(given, { model, scope, guide, computed }, rows);
  const tilts = exact
    ? new Map()
    : await once.of(tiltsKnown, () => tiltsFor(table, { ...plain, ...once.pilots }));
  const base = { ...plain, tilts };
  const tilted = given === undefined ? await enforced(table, scope, base) : undefined;
  const guard = request.noCopiesOf && guardAgainst(request.noCopiesOf, scope, request.model);
  if (exact && rows > 0) sayEvent(progress, name, rows, exact.probability);
  const weighed = given !== undefined && exact === undefined;
  const conditioned = weighed
    ? makeGuide({ ...guideRequest, given, bounds: impliedBounds(table, given) })
    : undefined;
  const kept = keyKeeper(table.rules, scope, conditioned ?? guide, {
    teachers,
    accept: allOf([exact?.accept, tilted, accept, guard?.accept]),
    ...(request.beside === undefined
      ? {}
      : { beside: { cells: alignedCells(scope, request.beside), rows: request.beside.rows } }),
  });
  const draw: DrawRequest = {
    ...base,
    ...(exact === undefined ? {} : { model: exact.model }),
    ...(conditioned === undefined ? {} : { conditioned }),
    ...(kept === undefined ? {} : { accept: kept }),
    ...(request.mayGiveUp === undefined ? {} : { mayGiveUp: request.mayGiveUp }),
  };
  return { draw, scope, computed, makers, guard, exact: exact?.probability };
}

/** Who says what goes with what; undefined where nobody need, or nobody can. */
function teachersOf(
  { table, learnedFrom, taught }: TableRequest,
  scope: Scope,
  rules: GuideRequest,
): Teachers | undefined {
  if (!table.rules.some(({ kind }) => kind === "determines")) return undefined;
  if (learnedFrom) return new TeachingRows(scope, learnedFrom, makeGuide(rules));
  return taught && new TaughtPairs(scope, table.rules, taught);
}

/** Outputs that no other rows decide share what the rules make of their model. */
function onceForAll(
  { table, model, rows, parents }: TableRequest,
  own: Pick<DrawRequest, "name" | "seed">,
  fixed: FixedColumns,
) {
  const isAlone = rows > 0 && fixed.size === 0 && (parents?.size ?? 0) === 0;
  return {
    pilots: isAlone ? { name: table.name, seed: "all outputs" } : own,
    of: async <T>(once: OnceForRules<T>, make: () => T | Promise<T>): Promise<T> =>
      isAlone ? once.get(model, table, make) : make(),
  };
}

const pairsKnown = new OnceForRules<readonly KnownPairs[]>();
const tiltsKnown = new OnceForRules<Tilts>();

/** What keeps the shares of learned columns; a model that holds rules and condition by itself needs nothing. */
function tiltsFor({ columns }: CheckedTable, request: DrawRequest): Tilts {
  if (request.rows === 0) return new Map();
  return fitMarginTilts({ ...request, keeps: (at) => columns[at]?.origin.kind === "learned" });
}

/** Cells as a table, with the next values of the columns beside the model. */
function assemble(
  table: CheckedTable,
  scope: Scope,
  makers: ReadonlyMap<number, SideMaker>,
  drawn: { readonly cells: Cells; readonly rows: number },
): Table {
  const columns = table.columns.map((column, at): Column => {
    const { name, type } = column;
    const values = drawn.cells[at] as Float64Array | Int32Array;
    if (values instanceof Float64Array) return { kind: "number", name, type, values };
    const side = makers.get(at)?.next(values);
    // A model that writes texts goes on adding to its list of them.
    const known = type.kind === "text" ? scope.levels[at]?.slice() : scope.levels[at];
    const levels = side?.levels ?? known ?? [];
    return { kind: "code", name, type, codes: side?.codes ?? values, levels };
  });
  return { kind: "table", name: table.name, rows: drawn.rows, columns };
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
  if (asked.length === 0) return undefined;
  const all = (cells: Cells, row: number): boolean => asked.every((one) => one(cells, row));
  const taken: Accept["taken"] = (...about) => asked.flatMap((one) => one.taken?.(...about) ?? []);
  const effort = () => asked.reduce((sum, one) => sum + (one.effort?.() ?? 0), 0);
  return Object.assign(all, { taken, effort, rules: asked.flatMap(({ rules = [] }) => rules) });
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
  const fixed = repeated(request.fixed ?? new Map(), rows, pilotRows);
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
function scopeOf({ table, refs, parents = new Map() }: TableRequest, model: RowModel): Scope {
  const learned = new Map(model.columns.map((column, at) => [column.name, model.levels[at]]));
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const own = (name: string) => {
    const type = types.get(name);
    return learned.get(name) ?? (type === undefined ? undefined : levelsOf(type));
  };
  return {
    columns: table.columns,
    levels: table.columns.map(({ name, type, origin }) =>
      origin.kind === "computed"
        ? computedLevels(type, origin.formula, { own, parents })
        : (refs?.get(name)?.levels ?? own(name)),
    ),
    parents,
  };
}
