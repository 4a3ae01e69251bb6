import type { Formula } from "../ir/formula.js";
import { columnsIn } from "./columns-in.js";
import { compileTruth, type Evaluate } from "./expression.js";
import {
  boundsOf,
  gridValue,
  indexAtLeast,
  indexAtMost,
  nextDown,
  nextUp,
  stepOf,
} from "./grid.js";
import type { Allowed } from "./guide.js";
import type { Scope } from "./scope.js";

/** A product of sets: what each named column may be, by its position; the others are free. */
export type Box = ReadonlyMap<number, Allowed>;

/** Numbers on a grid are tried one by one up to so many; beyond it only comparisons with numbers are read. */
const MOST_POINTS = 200_000;
/** Combinations of pieces that a condition may tell apart, and boxes that it may fall into. */
const MOST_COMBINATIONS = 20_000;
const MOST_BOXES = 64;

/** Whether each test of a condition looks at one column of this table at most. */
export function isSeparable(formula: Formula, scope: Scope): boolean {
  return atomsOf(formula).every((atom) => !crosses(atom) && columnsIn(atom, scope).length <= 1);
}

/**
 * The rows for which a condition is true (or, with `unlessFalse`, not false), as disjoint boxes: exactly,
 * for any combination by `and`, `or`, `not` of tests of one column each. Each column's values fall
 * into pieces that the tests can't tell apart; over the pieces the condition is a truth table, which is
 * cut column by column where it differs. Undefined where a test compares columns, where a column has
 * too many values to try, or where the boxes become too many.
 */
export function boxesOf(
  formula: Formula,
  scope: Scope,
  unlessFalse = false,
): readonly Box[] | undefined {
  if (!isSeparable(formula, scope)) return undefined;
  const columns = columnsIn(formula, scope);
  if (columns.includes(-1)) return undefined;
  const atoms = atomsOf(formula);
  const pieces: Piece[][] = [];
  for (const column of columns) {
    const own = atoms.filter((atom) => columnsIn(atom, scope).includes(column));
    const found = piecesOf(own, column, scope);
    if (found === undefined) return undefined;
    pieces.push(found);
  }
  const combinations = pieces.reduce((product, own) => product * own.length, 1);
  if (combinations > MOST_COMBINATIONS) return undefined;
  const board = boardOf(scope);
  const truth = compileTruth(formula, scope);
  const set = (depth: number, piece: Piece): void => {
    (board[columns[depth] as number] as Float64Array)[0] = piece.example;
  };
  const holds = (): boolean => {
    const value = truth(board, 0);
    return value === 1 || (unlessFalse && Number.isNaN(value));
  };
  const cut = (depth: number): readonly Part[] => {
    if (depth === columns.length) return holds() ? [[]] : [];
    const groups = new Map<string, { pieces: Piece[]; rest: readonly Part[] }>();
    for (const piece of pieces[depth] as Piece[]) {
      set(depth, piece);
      const rest = cut(depth + 1);
      if (rest.length === 0) continue;
      const key = JSON.stringify(rest.map((part) => part.map((own) => own.map(({ id }) => id))));
      const group = groups.get(key) ?? { pieces: [], rest };
      group.pieces.push(piece);
      groups.set(key, group);
    }
    return [...groups.values()].flatMap(({ pieces: own, rest }) =>
      rest.map((part) => [own, ...part]),
    );
  };
  const parts = cut(0);
  if (parts.length > MOST_BOXES) return undefined;
  return parts.map((part) => boxOf(part, columns, pieces));
}

/** For the columns from some depth on, the pieces that a box has of each. */
type Part = readonly (readonly Piece[])[];

/** Values of one column that no test tells apart. */
interface Piece {
  readonly id: number;
  readonly example: number;
  readonly missing: boolean;
  /** Of a code column. */
  readonly codes: readonly number[];
  /** Of a number column: low, high, low, high … */
  readonly spans: readonly number[];
  /** How many codes the column has; 0 for numbers. */
  readonly levels: number;
}

function atomsOf(formula: Formula): readonly Formula[] {
  if (formula.op === "and" || formula.op === "or") return formula.args.flatMap(atomsOf);
  return formula.op === "not" ? atomsOf(formula.arg) : [formula];
}

/** Whether a part of a formula reads a row behind a ref. */
export function crosses(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  return "via" in part || Object.values(part).some(crosses);
}

function boardOf(scope: Scope): (Float64Array | Int32Array)[] {
  return scope.levels.map((levels) =>
    levels === undefined ? new Float64Array(1).fill(Number.NaN) : new Int32Array(1).fill(-1),
  );
}

/** A value of a column, or a stretch of values that all tests agree on. */
interface Stretch {
  readonly example: number;
  readonly low: number;
  readonly high: number;
}

function piecesOf(atoms: readonly Formula[], column: number, scope: Scope): Piece[] | undefined {
  const { optional } = scope.columns[column] as Scope["columns"][number];
  const levels = scope.levels[column];
  const stretches = levels === undefined ? stretchesOf(atoms, column, scope) : codesOf(levels);
  if (stretches === undefined) return undefined;
  const board = boardOf(scope);
  const tests = atoms.map((atom) => compileTruth(atom, scope));
  const signature = (value: number): string => signed(tests, board, column, value);
  const found = new Map<string, { example: number; missing: boolean; stretches: Stretch[] }>();
  let before: string | undefined;
  for (const stretch of stretches) {
    const key = signature(stretch.example);
    const piece = found.get(key) ?? { example: stretch.example, missing: false, stretches: [] };
    const last = piece.stretches.at(-1);
    if (levels === undefined && key === before && last !== undefined) {
      piece.stretches[piece.stretches.length - 1] = { ...last, high: stretch.high };
    } else piece.stretches.push(stretch);
    found.set(key, piece);
    before = key;
  }
  if (optional) {
    const nothing = levels === undefined ? Number.NaN : -1;
    const key = signature(nothing);
    const piece = found.get(key);
    if (piece === undefined) found.set(key, { example: nothing, missing: true, stretches: [] });
    else piece.missing = true;
  }
  return [...found.values()].map(
    (piece, id): Piece => ({
      ...{ id, example: piece.example, missing: piece.missing, levels: levels?.length ?? 0 },
      codes: levels === undefined ? [] : piece.stretches.map(({ low }) => low),
      spans: levels === undefined ? piece.stretches.flatMap(({ low, high }) => [low, high]) : [],
    }),
  );
}

function signed(
  tests: readonly Evaluate[],
  board: readonly (Float64Array | Int32Array)[],
  column: number,
  value: number,
): string {
  (board[column] as Float64Array)[0] = value;
  return tests.map((test) => test(board, 0)).join();
}

function codesOf(levels: readonly string[]): Stretch[] {
  return levels.map((_, code) => ({ example: code, low: code, high: code }));
}

/** Every value of a grid; without a grid the numbers that tests compare with, and what lies between. */
function stretchesOf(
  atoms: readonly Formula[],
  column: number,
  scope: Scope,
): Stretch[] | undefined {
  const { type } = scope.columns[column] as Scope["columns"][number];
  const [low, high] = boundsOf(type);
  if (!(low <= high) || !Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const step = stepOf(type);
  if (step !== undefined) {
    const first = indexAtLeast(low, step);
    const last = indexAtMost(high, step);
    if (last - first < MOST_POINTS) {
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
        const value = gridValue(first + i, step);
        return { example: value, low: value, high: value };
      });
    }
  }
  const cuts = cutsOf(atoms);
  if (cuts === undefined) return undefined;
  const inside = [...new Set(cuts)].filter((cut) => cut > low && cut < high).sort((a, b) => a - b);
  const ends = [low, ...inside, high];
  const found: Stretch[] = [];
  const point = (at: number): void => {
    if (step === undefined || gridValue(indexAtLeast(at, step), step) === at) {
      found.push({ example: at, low: at, high: at });
    }
  };
  point(low);
  for (let i = 0; i + 1 < ends.length; i++) {
    const stretch = between(ends[i] as number, ends[i + 1] as number, step);
    if (stretch !== undefined) found.push(stretch);
    if ((ends[i + 1] as number) > low) point(ends[i + 1] as number);
  }
  return found;
}

/** The values strictly between two numbers: an end may have a share of its own, a price that many pay. */
function between(a: number, b: number, step: number | undefined): Stretch | undefined {
  if (step === undefined) {
    const [low, high] = [nextUp(a), nextDown(b)];
    return low <= high ? { example: low + (high - low) / 2, low, high } : undefined;
  }
  let first = indexAtLeast(a, step);
  let last = indexAtMost(b, step);
  if (gridValue(first, step) <= a) first++;
  if (gridValue(last, step) >= b) last--;
  const low = gridValue(first, step);
  return first <= last ? { example: low, low, high: gridValue(last, step) } : undefined;
}

/** The numbers that tests compare a bare column with; undefined where a test is of another shape. */
function cutsOf(atoms: readonly Formula[]): number[] | undefined {
  const cuts = atoms.map(cutsOfTest);
  return cuts.some((own) => own === undefined) ? undefined : cuts.flatMap((own) => own ?? []);
}

function cutsOfTest(atom: Formula): readonly number[] | undefined {
  if (atom.op === "missing" && atom.arg.op === "column") return [];
  if (atom.op === "in" && atom.arg.op === "column") {
    return atom.values.filter((value) => typeof value === "number");
  }
  if (!("left" in atom) || !COMPARISONS.has(atom.op)) return undefined;
  const { left, right } = atom;
  if (left.op === "column" && right.op === "number") return [right.value];
  return right.op === "column" && left.op === "number" ? [left.value] : undefined;
}

const COMPARISONS: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);

function boxOf(part: Part, columns: readonly number[], pieces: readonly Piece[][]): Box {
  const box = new Map<number, Allowed>();
  columns.forEach((column, depth) => {
    const own = part[depth] as readonly Piece[];
    if (own.length < (pieces[depth] as Piece[]).length) box.set(column, unionOf(own));
  });
  return box;
}

function unionOf(pieces: readonly Piece[]): Allowed {
  const missing = pieces.some((piece) => piece.missing);
  const { levels } = pieces[0] as Piece;
  if (levels > 0) {
    const codes = new Uint8Array(levels);
    for (const piece of pieces) for (const code of piece.codes) codes[code] = 1;
    return { missing, codes };
  }
  const spans: [number, number][] = [];
  for (const { spans: own } of pieces) {
    for (let i = 0; i < own.length; i += 2) spans.push([own[i] as number, own[i + 1] as number]);
  }
  return { missing, intervals: spans.sort((a, b) => a[0] - b[0]).flat() };
}
