import type { CellDomain } from "./cell-domain.js";
import { power } from "./expression.js";
import { apply, roundTo, unary } from "./functions.js";
import { snap } from "./grid.js";
import type { Cells } from "./guide.js";
import type { NumericNode } from "./nodes.js";

/** Everything that bounds are propagated over: a domain for each column, and the row at hand. */
export interface Board {
  readonly domains: readonly CellDomain[];
  /** What each column's type permits, whatever the rules say. */
  readonly bases: readonly CellDomain[];
  cells: Cells;
  row: number;
  /** 1 for cells whose value is fixed. */
  known: Uint8Array;
}

/** Set a node's hull from the domains of its columns, children first (interval arithmetic). */
export function measure(node: NumericNode, board: Board): void {
  switch (node.kind) {
    case "constant":
      return;
    case "cell": {
      const domain = board.domains[node.at] as CellDomain;
      set(node, domain.low, domain.high, domain.missing, !domain.present);
      return;
    }
    case "parent":
      measureParent(node, board);
      return;
    case "sum":
      measureSum(node, board);
      return;
    case "product":
    case "quotient":
    case "power":
      measure(node.left, board);
      measure(node.right, board);
      measurePair(node);
      return;
    case "call":
      for (const arg of node.args) measure(arg, board);
      measureCall(node);
  }
}

function set(node: NumericNode, low: number, high: number, unknown: boolean, never: boolean): void {
  node.low = Number.isNaN(low) ? -Infinity : low;
  node.high = Number.isNaN(high) ? Infinity : high;
  node.unknown = unknown;
  node.never = never;
}

function measureParent(node: NumericNode & { kind: "parent" }, board: Board): void {
  for (const column of node.columns) {
    if (board.known[column] !== 1) {
      set(node, node.hull[0], node.hull[1], true, false);
      return;
    }
  }
  const value = node.evaluate(board.cells, board.row);
  set(node, value, value, Number.isNaN(value), Number.isNaN(value));
}

function measureSum(node: NumericNode & { kind: "sum" }, board: Board): void {
  let low = node.constant;
  let high = node.constant;
  let unknown = false;
  let never = false;
  for (let i = 0; i < node.terms.length; i++) {
    const term = node.terms[i] as NumericNode;
    const factor = node.factors[i] as number;
    measure(term, board);
    unknown ||= term.unknown;
    never ||= term.never;
    if (factor === 0) continue;
    low += factor * (factor > 0 ? term.low : term.high);
    high += factor * (factor > 0 ? term.high : term.low);
  }
  set(node, low, high, unknown, never);
}

/** 0 × ∞ is 0 where intervals are multiplied: the infinite end is never reached. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function measurePair(node: NumericNode & { kind: "product" | "quotient" | "power" }): void {
  const { left: a, right: b } = node;
  const never = a.never || b.never;
  const unknown = a.unknown || b.unknown;
  if (node.kind === "product") {
    const ends = [
      times(a.low, b.low),
      times(a.low, b.high),
      times(a.high, b.low),
      times(a.high, b.high),
    ];
    set(node, Math.min(...ends), Math.max(...ends), unknown, never);
    return;
  }
  if (node.kind === "quotient") {
    if (b.low <= 0 && b.high >= 0) {
      set(node, -Infinity, Infinity, true, never);
      return;
    }
    const ends = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high];
    const safe = ends.some(Number.isNaN);
    set(
      node,
      safe ? -Infinity : Math.min(...ends),
      safe ? Infinity : Math.max(...ends),
      unknown,
      never,
    );
    return;
  }
  if (a.low === a.high && b.low === b.high) {
    const value = power(a.low, b.low);
    set(node, value, value, unknown || Number.isNaN(value), never || Number.isNaN(value));
    return;
  }
  if (a.low > 0) {
    const ends = [a.low ** b.low, a.low ** b.high, a.high ** b.low, a.high ** b.high];
    set(node, Math.min(...ends), Math.max(...ends), true, never);
    return;
  }
  set(node, -Infinity, Infinity, true, never);
}

/** Functions that never decrease. */
const rising: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  sign: Math.sign,
  exp: Math.exp,
  tanh: Math.tanh,
};
const rootLike = new Set(["sqrt", "log", "log10", "log2"]);
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  month: [1, 12],
  quarter: [1, 4],
  day: [1, 31],
  weekday: [1, 7],
  hour: [0, 23],
  minute: [0, 59],
  second: [0, 60],
  sin: [-1, 1],
  cos: [-1, 1],
};

function measureCall(node: NumericNode & { kind: "call" }): void {
  const { name, args } = node;
  const first = args[0] as NumericNode;
  const never = args.some((arg) => arg.never);
  const unknown = args.some((arg) => arg.unknown);
  if (args.every((arg) => arg.low === arg.high)) {
    const value = apply(
      name,
      args.map((arg) => arg.low),
      node.scale,
    );
    set(node, value, value, unknown || Number.isNaN(value), never || Number.isNaN(value));
    return;
  }
  if (name === "min" || name === "max") {
    const pick = Math[name];
    const lows = args.map((arg) => arg.low);
    set(node, pick(...lows), pick(...args.map((arg) => arg.high)), unknown, never);
    return;
  }
  const [low, high, fails] = imageOf(node, first.low, first.high);
  set(node, low, high, unknown || fails, never);
}

/** The hull of a function of one interval, and whether the function may have no value there. */
function imageOf(
  node: NumericNode & { kind: "call" },
  low: number,
  high: number,
): readonly [number, number, boolean] {
  const { name } = node;
  const bounded = Number.isFinite(low) && Number.isFinite(high);
  if (name === "abs") {
    const [a, b] = [Math.abs(low), Math.abs(high)];
    return [low <= 0 && high >= 0 ? 0 : Math.min(a, b), Math.max(a, b), false];
  }
  if (name === "round" || name === "snap") {
    if (!bounded) return [low, high, false];
    const by = node.args[1]?.low ?? 0;
    const to = (value: number) => (name === "snap" ? snap(value, by) : roundTo(value, by));
    return [to(low), to(high), false];
  }
  if (name === "year" && bounded) {
    return [apply(name, [low], node.scale), apply(name, [high], node.scale), false];
  }
  const increasing = rising[name];
  if (increasing !== undefined) return [increasing(low), increasing(high), name === "exp"];
  if (rootLike.has(name)) {
    const way = unary[name] as (value: number) => number;
    const from = way(low);
    return [Number.isNaN(from) ? -Infinity : from, high === Infinity ? high : way(high), low <= 0];
  }
  const range = ranges[name];
  return range === undefined ? [-Infinity, Infinity, name !== "year"] : [...range, false];
}
