import type { CellDomain, Restriction } from "./cell-domain.js";
import type { Evaluate } from "./expression.js";
import { gridValue, indexAtLeast, indexAtMost, stepOf } from "./grid.js";
import type { Board } from "./measure.js";
import type { TestNode } from "./nodes.js";
import type { Scope, ScopeColumn } from "./scope.js";
import { countOnGrid, spansContain } from "./spans.js";

/** What is known of one `A, B determines C`, as data: by keys of equal rank, the value that goes with them. */
export interface KnownPairs {
  readonly text: string;
  /** Positions of the determining columns and of the determined one. */
  readonly from: readonly number[];
  readonly to: number;
  /** One array a determining column: values of numbers, codes of the rest; never missing. */
  readonly keys: readonly Float64Array[];
  /** Of the determined column; NaN or −1 where it is missing. */
  readonly values: Float64Array;
}

export type LookupNode = TestNode & { readonly kind: "lookup" };

const mostPoints = 4096;

/**
 * The test that a row says of the determined column what is known to go with its key. A key that is
 * missing or not known says nothing. With one determining column either cell is narrowed by what the
 * other may be; with several, once all but one are known.
 */
export function lookupTest(known: KnownPairs, scope: Scope): TestNode & { evaluate: Evaluate } {
  const evaluate = agrees(known, scope);
  const columns = [...new Set([...known.from, known.to])].sort((a, b) => a - b);
  const [at] = known.from;
  if (known.from.length !== 1 || at === undefined || at === known.to) {
    return { kind: "opaque", evaluate, columns, cache: [] };
  }
  const keys = known.keys[0] as Float64Array;
  const order = Array.from(keys.keys()).sort((a, b) => (keys[a] as number) - (keys[b] as number));
  const entries = new Map(
    order.map((i) => [keys[i] as number, known.values[i] as number] as const),
  );
  const step = stepOf((scope.columns[at] as ScopeColumn).type);
  return { kind: "lookup", at, to: known.to, entries, step, evaluate, columns };
}

function agrees({ from, to, keys, values }: KnownPairs, scope: Scope): Evaluate {
  const isNumber = from.map((at) => scope.levels[at] === undefined);
  const keyOf = (part: (i: number) => number): string | number =>
    from.length === 1 ? part(0) : from.map((_, i) => part(i)).join("|");
  const known = new Map<string | number, number>();
  for (let row = 0; row < values.length; row++) {
    known.set(
      keyOf((i) => (keys[i] as Float64Array)[row] as number),
      values[row] as number,
    );
  }
  return (cells, row) => {
    const part = (i: number) => (cells[from[i] as number] as Float64Array)[row] as number;
    for (let i = 0; i < from.length; i++) {
      if (isNumber[i] ? Number.isNaN(part(i)) : part(i) < 0) return Number.NaN;
    }
    const found = known.get(keyOf(part));
    if (found === undefined) return 1;
    const value = (cells[to] as Float64Array)[row] as number;
    // Of numbers 0 equals −0, and missing equals missing.
    return value === found || (Number.isNaN(value) && Number.isNaN(found)) ? 1 : 0;
  };
}

/** What one of the two cells may be, given the other; undefined where that says nothing. */
export function projectLookup(
  node: LookupNode,
  target: number,
  board: Board,
): Restriction | undefined {
  return target === node.to ? projectValue(node, board) : projectKey(node, board);
}

function projectValue(
  { at, to, entries, step }: LookupNode,
  board: Board,
): Restriction | undefined {
  const key = board.domains[at] as CellDomain;
  if (key.missing || !key.present) return undefined;
  const found = new Set<number>();
  const add = (one: number): boolean => {
    const value = entries.get(one);
    if (value !== undefined) found.add(value);
    return value !== undefined;
  };
  if (key.numeric) {
    if (!pointsOf(key, step, entries.size).every(add)) return undefined;
  } else if (key.code >= 0) {
    if (!add(key.code)) return undefined;
  } else {
    if (key.codes === undefined) return undefined;
    for (let code = 0; code < key.codes.length; code++) {
      if (key.codes[code] === 1 && !add(code)) return undefined;
    }
  }
  return among(found, board.bases[to] as CellDomain);
}

/** What a number may still be; one that no key equals where that is more than there are keys. */
function pointsOf(key: CellDomain, step: number | undefined, keys: number): readonly number[] {
  if (key.low === key.high) return [key.low];
  const { spans } = key;
  const most = Math.min(keys, mostPoints);
  if (step === undefined || spans === undefined || countOnGrid(spans, step) > most)
    return [Number.NaN];
  const points: number[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    const last = indexAtMost(spans[i + 1] as number, step);
    for (let at = indexAtLeast(spans[i] as number, step); at <= last; at++) {
      points.push(gridValue(at, step));
    }
  }
  return points;
}

function among(values: ReadonlySet<number>, base: CellDomain): Restriction | undefined {
  if (base.numeric) {
    const present = [...values].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    const spans = present.flatMap((value) => [value, value]);
    return { missing: values.has(Number.NaN), present: present.length > 0, spans };
  }
  if (base.codes === undefined) return undefined;
  const codes = base.codes.map((_, code) => (values.has(code) ? 1 : 0));
  return { missing: values.has(-1), present: codes.includes(1), codes };
}

function projectKey({ at, to, entries, step }: LookupNode, board: Board): Restriction | undefined {
  const value = board.domains[to] as CellDomain;
  const base = board.bases[at] as CellDomain;
  if (!base.numeric) {
    if (base.codes === undefined) return undefined;
    const codes = base.codes.map((_, code) => (fits(value, entries.get(code)) ? 1 : 0));
    return { missing: true, present: codes.includes(1), codes };
  }
  if (step === undefined || entries.size > mostPoints) return undefined;
  const spans: number[] = [];
  let low = -Infinity;
  for (const [key, one] of entries) {
    if (fits(value, one)) continue;
    if (low < key) spans.push(low, key - step);
    low = key + step;
  }
  return low === -Infinity
    ? undefined
    : { missing: true, present: true, spans: [...spans, low, Infinity] };
}

/** Whether a cell may have the value; a key that nothing is known of goes with any. */
function fits(domain: CellDomain, value: number | undefined): boolean {
  if (value === undefined) return true;
  if (!domain.numeric) return value < 0 ? domain.missing : domain.may(value);
  if (Number.isNaN(value)) return domain.missing;
  if (!domain.present) return false;
  return domain.spans === undefined
    ? domain.low <= value && value <= domain.high
    : spansContain(domain.spans, value);
}
