import { startOfYear } from "../base/calendar.js";
import { nextDown, nextUp } from "./grid.js";
import { calendarSpans } from "./invert-calendar.js";
import type { NumericNode } from "./nodes.js";
import { intersectSpans, type Spans, uniteSpans } from "./spans.js";

const everything: Spans = [-Infinity, Infinity];

/**
 * The values of the cell `target` for which `node` can lie within `low..high`, given the hulls of the
 * rest as last measured. Undefined: this says nothing about it. Sound, not always tight.
 */
export function invert(
  node: NumericNode,
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  if (low > high) return [];
  switch (node.kind) {
    case "constant":
    case "parent":
      return undefined;
    case "cell":
      return node.at === target ? [low, high] : undefined;
    case "sum":
      return invertSum(node, low, high, target);
    case "product":
    case "quotient":
    case "power":
      return invertPair(node, low, high, target);
    case "call":
      return invertCall(node, low, high, target);
  }
}

function invertSum(
  node: NumericNode & { kind: "sum" },
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  let found: Spans | undefined;
  for (let i = 0; i < node.terms.length; i++) {
    const term = node.terms[i] as NumericNode;
    const factor = node.factors[i] as number;
    if (factor === 0 || !term.columns.includes(target)) continue;
    let restLow = node.constant;
    let restHigh = node.constant;
    for (let j = 0; j < node.terms.length; j++) {
      if (j === i) continue;
      const other = node.terms[j] as NumericNode;
      const by = node.factors[j] as number;
      if (by === 0) continue;
      restLow += by * (by > 0 ? other.low : other.high);
      restHigh += by * (by > 0 ? other.high : other.low);
    }
    const a = bound((low - restHigh) / factor, -Infinity * factor);
    const b = bound((high - restLow) / factor, Infinity * factor);
    const spans = invert(term, Math.min(a, b), Math.max(a, b), target);
    found = meet(found, spans);
  }
  return found;
}

function bound(value: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : value;
}

function meet(a: Spans | undefined, b: Spans | undefined): Spans | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : intersectSpans(a, b);
}

function invertPair(
  node: NumericNode & { kind: "product" | "quotient" | "power" },
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  const { left, right, kind } = node;
  const inLeft = left.columns.includes(target);
  const inRight = right.columns.includes(target);
  if (inLeft && inRight) return undefined;
  if (kind === "power") return inLeft ? invertPower(left, right, low, high, target) : undefined;
  if (kind === "product") {
    const [own, other] = inLeft ? [left, right] : [right, left];
    return invertEach(own, quotients(low, high, other.low, other.high), target);
  }
  if (inLeft) {
    const ends = [low, high].flatMap((end) => [end * right.low, end * right.high]);
    if (ends.some(Number.isNaN)) return undefined;
    return invert(left, Math.min(...ends), Math.max(...ends), target);
  }
  return invertEach(right, quotients(left.low, left.high, low, high), target);
}

/** The cells for which the node lies in any of the intervals. */
function invertEach(
  node: NumericNode,
  intervals: Spans | undefined,
  target: number,
): Spans | undefined {
  if (intervals === undefined) return undefined;
  let found: Spans = [];
  for (let i = 0; i < intervals.length; i += 2) {
    const spans = invert(node, intervals[i] as number, intervals[i + 1] as number, target);
    if (spans === undefined) return undefined;
    found = uniteSpans(found, spans);
  }
  return found;
}

/** All x with x · y in `low..high` for some y in `byLow..byHigh`; undefined where that is any number. */
function quotients(low: number, high: number, byLow: number, byHigh: number): Spans | undefined {
  if (byLow <= 0 && byHigh >= 0) {
    if (low <= 0 && high >= 0) return undefined;
    // y is not 0: its negative and its positive part each give a half-line.
    const edge = low > 0 ? low : high;
    const above = low > 0 ? byHigh : byLow;
    const below = low > 0 ? byLow : byHigh;
    const negative = below === 0 ? [] : [-Infinity, bound(edge / below, 0)];
    const positive = above === 0 ? [] : [bound(edge / above, 0), Infinity];
    return uniteSpans(negative, positive);
  }
  const ends = [low / byLow, low / byHigh, high / byLow, high / byHigh];
  return ends.some(Number.isNaN) ? undefined : [Math.min(...ends), Math.max(...ends)];
}

/** Widen by a few units in the last place: roots and logarithms are not exact. */
function loose(node: NumericNode, low: number, high: number, target: number): Spans | undefined {
  const wide = (value: number) => Math.abs(value) * 4e-15;
  return invert(node, low - (wide(low) || 0), high + (wide(high) || 0), target);
}

function invertPower(
  base: NumericNode,
  exponent: NumericNode,
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  const n = exponent.low;
  if (exponent.kind !== "constant" || !Number.isInteger(n) || n <= 0) return undefined;
  const root = (value: number) => Math.sign(value) * Math.abs(value) ** (1 / n);
  if (n % 2 === 1) return loose(base, root(low), root(high), target);
  if (high < 0) return [];
  const [inner, outer] = [root(Math.max(low, 0)), root(high)];
  const above = loose(base, inner, outer, target);
  const below = loose(base, -outer, -inner, target);
  return above === undefined || below === undefined ? undefined : uniteSpans(below, above);
}

function invertCall(
  node: NumericNode & { kind: "call" },
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  const { name, args } = node;
  if (name === "min" || name === "max") return invertExtreme(node, low, high, target);
  const arg = args[0] as NumericNode;
  if (!arg.columns.includes(target)) return undefined;
  switch (name) {
    case "abs": {
      if (high < 0) return [];
      const above = invert(arg, Math.max(low, 0), high, target);
      const below = invert(arg, -high, -Math.max(low, 0), target);
      return above === undefined || below === undefined ? undefined : uniteSpans(below, above);
    }
    case "floor":
      return invert(arg, Math.ceil(low), nextDown(Math.floor(high) + 1), target);
    case "ceil":
      return invert(arg, nextUp(Math.ceil(low) - 1), Math.floor(high), target);
    case "round":
    case "snap": {
      const by = args[1]?.low ?? 0;
      const half = (name === "snap" ? by : 10 ** -by) / 2;
      return loose(arg, low - half, high + half, target);
    }
    case "sqrt":
      return high < 0 ? [] : loose(arg, Math.max(low, 0) ** 2, high * high, target);
    case "exp":
      return high <= 0 ? [] : loose(arg, Math.log(Math.max(low, 0)), Math.log(high), target);
    case "log":
      return loose(arg, Math.exp(low), Math.exp(high), target);
    case "log10":
      return loose(arg, 10 ** low, 10 ** high, target);
    case "year":
      return invertYear(node, low, high, target);
    case "log2":
      return loose(arg, 2 ** low, 2 ** high, target);
    default:
      return invertCalendar(node, low, high, target);
  }
}

/** Above this many stretches only a cell by itself is told which it may lie in. */
const mostWithin = 100;

function invertCalendar(
  { name, args, scale }: NumericNode & { kind: "call" },
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  const arg = args[0] as NumericNode;
  const spans = calendarSpans(name, [low, high], [arg.low, arg.high], scale === "seconds");
  if (spans === undefined || arg.kind === "cell") return spans;
  return spans.length > 2 * mostWithin ? undefined : invertEach(arg, spans, target);
}

function invertYear(
  node: NumericNode & { kind: "call" },
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  const seconds = node.scale === "seconds";
  const from = Number.isFinite(low) ? startOfYear(Math.ceil(low - 1e-9), seconds) : low;
  const to = Number.isFinite(high) ? startOfYear(Math.floor(high + 1e-9) + 1, seconds) - 1 : high;
  return invert(node.args[0] as NumericNode, from, to, target);
}

function invertExtreme(
  node: NumericNode & { kind: "call" },
  low: number,
  high: number,
  target: number,
): Spans | undefined {
  const least = node.name === "min";
  let found: Spans | undefined;
  for (const arg of node.args) {
    if (!arg.columns.includes(target)) continue;
    const others = node.args.filter((other) => other !== arg);
    // Every argument obeys one bound; the other bound must be met by one that can.
    const alone = least
      ? others.every((other) => other.low > high)
      : others.every((other) => other.high < low);
    const from = least || alone ? low : -Infinity;
    const to = !least || alone ? high : Infinity;
    found = meet(found, invert(arg, from, to, target) ?? everything);
  }
  return found;
}
