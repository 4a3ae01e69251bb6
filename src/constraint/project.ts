import type { CellDomain, Restriction } from "./cell-domain.js";
import { both, either, nothing } from "./cell-domain.js";
import { tolerance } from "./compare.js";
import { gridValue, indexAtLeast, indexAtMost } from "./grid.js";
import { invert } from "./invert.js";
import { projectLookup } from "./lookup.js";
import { type Board, measure } from "./measure.js";
import type { Relation, TestNode } from "./nodes.js";
import { countOnGrid, type Spans } from "./spans.js";

/** What a test should come out as; `unknown`: unknown will do as well (a rule holds unless it is false). */
export interface Goal {
  readonly want: boolean;
  readonly unknown: boolean;
}

export const holds: Goal = { want: true, unknown: true };
export const surely: Goal = { want: true, unknown: false };
const fails: Goal = { want: false, unknown: true };
const surelyFails: Goal = { want: false, unknown: false };

function opposite(goal: Goal): Goal {
  if (goal.want) return goal.unknown ? fails : surelyFails;
  return goal.unknown ? holds : surely;
}

/** Whether the goal may still be reached from the domains of the board. Never wrongly false. */
export function possible(node: TestNode, goal: Goal, board: Board): boolean {
  switch (node.kind) {
    case "truth":
      return node.value === goal.want;
    case "not":
      return possible(node.arg, opposite(goal), board);
    case "and":
    case "or":
      return (node.kind === "and") === goal.want
        ? node.args.every((arg) => possible(arg, goal, board))
        : node.args.some((arg) => possible(arg, goal, board));
    case "level": {
      const domain = board.domains[node.at] as CellDomain;
      return (goal.unknown && domain.missing) || anyLevel(domain, node.set, goal.want);
    }
    case "missing": {
      const domain = board.domains[node.at] as CellDomain;
      return goal.want ? domain.missing : domain.present;
    }
    case "pair":
      return possiblePair(node, goal, board);
    case "lookup":
    case "opaque":
      return !allKnown(node, board) || reached(node.evaluate(board.cells, board.row), goal);
    case "compare":
      if (allKnown(node, board)) return reached(node.evaluate(board.cells, board.row), goal);
      measure(node.difference, board);
      if (goal.unknown && node.difference.unknown) return true;
      return !node.difference.never && mayCompare(node, goal.want);
  }
}

function reached(value: number, goal: Goal): boolean {
  return Number.isNaN(value) ? goal.unknown : (value === 1) === goal.want;
}

function allKnown(node: TestNode, board: Board): boolean {
  for (const column of node.columns) if (board.known[column] !== 1) return false;
  return true;
}

function anyLevel(domain: CellDomain, set: Uint8Array, wanted: boolean): boolean {
  if (!domain.present) return false;
  const bit = wanted ? 1 : 0;
  if (domain.code >= 0) return set[domain.code] === bit;
  for (let code = 0; code < set.length; code++) {
    if (set[code] === bit && domain.may(code)) return true;
  }
  return false;
}

function possiblePair(node: TestNode & { kind: "pair" }, goal: Goal, board: Board): boolean {
  const left = board.domains[node.left] as CellDomain;
  const right = board.domains[node.right] as CellDomain;
  if (goal.unknown && (left.missing || right.missing)) return true;
  if (!left.present || !right.present) return false;
  const bit = goal.want ? 1 : 0;
  for (let i = 0; i < node.table.length; i++) {
    if (node.table[i] !== bit) continue;
    if (left.may(Math.floor(i / node.width)) && right.may(i % node.width)) return true;
  }
  return false;
}

type Compare = TestNode & { kind: "compare" };

function mayCompare(node: Compare, wanted: boolean): boolean {
  const { low, high } = node.difference;
  const slack = tolerance(low, high);
  const ease = Number.isFinite(slack) ? slack : 0;
  const relation = wanted ? node.relation : negated[node.relation];
  switch (relation) {
    case "le":
      return low <= ease;
    case "lt":
      return low <= ease - node.gap;
    case "ge":
      return high >= -ease;
    case "gt":
      return high >= node.gap - ease;
    case "eq":
      return low <= ease && high >= -ease;
    case "ne":
      return low !== high || Math.abs(low) > 0;
  }
}

const negated = { le: "gt", lt: "ge", eq: "ne", ne: "eq" } as const satisfies Record<
  Relation,
  string
>;

/**
 * What the cell `target` may be if the test is to reach the goal, given the domains of the other
 * cells; undefined where the test says nothing. Sound: no value that can reach it is left out.
 */
export function project(
  node: TestNode,
  goal: Goal,
  target: number,
  board: Board,
): Restriction | undefined {
  if (!node.columns.includes(target)) return possible(node, goal, board) ? undefined : nothing;
  switch (node.kind) {
    case "truth":
      return node.value === goal.want ? undefined : nothing;
    case "not":
      return project(node.arg, opposite(goal), target, board);
    case "and":
    case "or":
      return projectParts(node, goal, target, board);
    case "level": {
      const codes = goal.want ? node.set : node.set.map((bit) => 1 - bit);
      return { missing: goal.unknown, present: codes.includes(1), codes };
    }
    case "missing":
      return { missing: goal.want, present: !goal.want };
    case "pair":
      return projectPair(node, goal, target, board);
    case "opaque":
      return tryEach(node, goal, target, board);
    case "lookup":
      return goal.want && goal.unknown ? projectLookup(node, target, board) : undefined;
    case "compare":
      return projectCompare(node, goal, target, board);
  }
}

function projectParts(
  node: TestNode & { kind: "and" | "or" },
  goal: Goal,
  target: number,
  board: Board,
): Restriction | undefined {
  const all = (node.kind === "and") === goal.want;
  let found: Restriction | undefined = all ? undefined : nothing;
  for (const arg of node.args) {
    const part = project(arg, goal, target, board);
    found = all ? both(found, part) : either(found, part);
    if (all ? found !== undefined && !found.missing && !found.present : found === undefined) break;
  }
  return found;
}

function projectPair(
  node: TestNode & { kind: "pair" },
  goal: Goal,
  target: number,
  board: Board,
): Restriction | undefined {
  const onLeft = target === node.left;
  const other = board.domains[onLeft ? node.right : node.left] as CellDomain;
  if (goal.unknown && other.missing) return undefined;
  if (!other.present) return nothing;
  const bit = goal.want ? 1 : 0;
  const { width, table } = node;
  const codes = new Uint8Array(onLeft ? table.length / width : width);
  for (let i = 0; i < table.length; i++) {
    if (table[i] !== bit) continue;
    const row = Math.floor(i / width);
    const column = i % width;
    if (other.may(onLeft ? column : row)) codes[onLeft ? row : column] = 1;
  }
  return { missing: goal.unknown, present: codes.includes(1), codes };
}

function projectCompare(
  node: Compare,
  goal: Goal,
  target: number,
  board: Board,
): Restriction | undefined {
  const domain = board.domains[target] as CellDomain;
  const optional = domain.missing;
  domain.missing = false;
  measure(node.difference, board);
  domain.missing = optional;
  const { unknown } = node.difference;
  if (goal.unknown && unknown) {
    return node.difference.never ? undefined : tryEach(node, goal, target, board);
  }
  if (domain.present && node.difference.never) return goal.unknown ? undefined : nothing;
  const spans = wantedSpans(node, goal.want, target);
  if (spans !== undefined) return { missing: goal.unknown, present: spans.length > 0, spans };
  return tryEach(node, goal, target, board);
}

/** The values of the target for which the comparison can come out as wanted. */
function wantedSpans(node: Compare, wanted: boolean, target: number): Spans | undefined {
  const { difference, gap } = node;
  const relation = wanted ? node.relation : negated[node.relation];
  switch (relation) {
    case "le":
      return invert(difference, -Infinity, 0, target);
    case "lt":
      return invert(difference, -Infinity, -gap, target);
    case "ge":
      return invert(difference, 0, Infinity, target);
    case "gt":
      return invert(difference, gap, Infinity, target);
    case "eq":
      return invert(difference, 0, 0, target);
    case "ne":
      return allBut(node, target);
  }
}

/** Everything but the one value that makes the difference 0, where the rest is fixed. */
function allBut(node: Compare, target: number): Spans | undefined {
  const { difference, gap } = node;
  if (difference.kind !== "sum") return undefined;
  const alone = difference.terms.every(
    (term) => term.kind === "cell" || (term.low === term.high && !term.columns.includes(target)),
  );
  if (!alone) return undefined;
  const spans = invert(difference, 0, 0, target);
  if (spans?.length !== 2) return undefined;
  const [low, high] = spans as [number, number];
  if (high - low > tolerance(low, high)) return [-Infinity, Infinity];
  const index = difference.terms.findIndex((term) => term.kind === "cell" && term.at === target);
  const apart = Math.max(gap / Math.abs(difference.factors[index] ?? 1), 2 * tolerance(low, high));
  return [-Infinity, low - apart, high + apart, Infinity];
}

const mostAlone = 100_000;
const mostTried = 2048;

/** Try every value of a small domain, where the rest of the test is known. */
function tryEach(
  node: TestNode & { kind: "compare" | "opaque" },
  goal: Goal,
  target: number,
  board: Board,
): Restriction | undefined {
  const alone = node.columns.length === 1;
  const key = (goal.want ? 2 : 0) + (goal.unknown ? 1 : 0);
  if (alone && node.cache[key] !== undefined) return node.cache[key] as Restriction;
  for (const column of node.columns) {
    if (column !== target && board.known[column] !== 1) return undefined;
  }
  const domain = (alone ? board.bases : board.domains)[target] as CellDomain;
  const cells = board.cells[target] as Float64Array | Int32Array;
  const kept = cells[board.row] as number;
  const test = (value: number): boolean => {
    cells[board.row] = value;
    return reached(node.evaluate(board.cells, board.row), goal);
  };
  const missing = test(domain.numeric ? Number.NaN : -1);
  const found = domain.numeric
    ? trySpans(domain, alone ? mostAlone : mostTried, test)
    : tryCodes(domain, test);
  cells[board.row] = kept;
  if (found === undefined) return undefined;
  const result = { missing, ...found };
  if (alone) node.cache[key] = result;
  return result;
}

function tryCodes(
  domain: CellDomain,
  test: (value: number) => boolean,
): { present: boolean; codes: Uint8Array } | undefined {
  if (domain.codes === undefined) return undefined;
  const codes = domain.codes.map((bit, code) => (bit === 1 && test(code) ? 1 : 0));
  return { present: codes.includes(1), codes };
}

function trySpans(
  domain: CellDomain,
  most: number,
  test: (value: number) => boolean,
): { present: boolean; spans: number[] } | undefined {
  const { step, spans } = domain;
  if (step === undefined || spans === undefined || countOnGrid(spans, step) > most)
    return undefined;
  const kept: number[] = [];
  let last = Number.NaN;
  for (let i = 0; i < spans.length; i += 2) {
    const to = indexAtMost(spans[i + 1] as number, step);
    for (let index = indexAtLeast(spans[i] as number, step); index <= to; index++) {
      const value = gridValue(index, step);
      if (!test(value)) continue;
      if (index === last + 1) kept[kept.length - 1] = value;
      else kept.push(value, value);
      last = index;
    }
  }
  return { present: kept.length > 0, spans: kept };
}
