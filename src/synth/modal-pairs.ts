import type { KnownPairs } from "../constraint/lookup.js";
import { type GuideRequest, makeGuide } from "../constraint/make-guide.js";
import type { Scope } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import { type DrawRequest, drawRows } from "./draw.js";
import { repeated } from "./draw-plan.js";
import { type Determined, determined } from "./known-pairs.js";
import { keyIn } from "./teaching-rows.js";

const pilotRows = 16_384;
/** Of what is left to know of a column beside its commonest value, so much must be known from the key. */
const enough = 0.5;
/** In standard deviations of a coin: a value that surely goes with more than half of a key's rows tells what goes with it. */
const sure = 2;

/**
 * What `determines` says where the real rows may not be asked: of each key the value that goes with it most
 * often in rows drawn from the model, so that no single row decides for its key. Of columns that determine
 * one another each value is taken once, the commonest pairs first. Left to the rows themselves where
 * nothing was learned, or where the model knows too little of how the columns go together. So is a key
 * with which no value goes in most of its rows, as where a number is known in wide bins: held to one value
 * of many it would all but vanish wherever the model draws the number first.
 */
export async function modalPairs(
  table: CheckedTable,
  scope: Scope,
  request: Omit<DrawRequest, "guide" | "progress"> & {
    readonly rules: GuideRequest;
    readonly signal: AbortSignal;
  },
): Promise<readonly KnownPairs[]> {
  const { rows, rules, name, signal } = request;
  const learned = table.columns.filter(({ origin }) => origin.kind === "learned");
  const asked = determined(table, scope, new Set(learned.map((column) => column.name)));
  if (asked.length === 0 || rows === 0) return [];
  const fixed = repeated(request.fixed ?? new Map(), rows, pilotRows);
  const pilot = await drawRows({
    ...{ ...request, guide: makeGuide(rules), fixed },
    ...{ rows: pilotRows, name: `${name} pairs`, progress: { report: () => {}, signal } },
    mayGiveUp: () => true,
  });
  const lost = new Set(pilot.lost);
  const drawn = Array.from({ length: pilotRows }, (_, row) => row).filter((row) => !lost.has(row));
  const cells = pilot.cells as readonly Float64Array[];
  return asked.flatMap(({ rule, ...one }) => {
    const { from, to } = one;
    const back = asked.some(
      (other) => other.from.length === 1 && other.from[0] === to && other.to === from[0],
    );
    const pairs = pairsIn(one, scope, cells, drawn);
    const chosen = commonest(pairs, back && from.length === 1).filter(told(pairs));
    if (!tells(chosen, pairs)) return [];
    const keys = from.map((at) =>
      Float64Array.from(chosen, ({ row }) => cells[at]?.[row] as number),
    );
    return [{ ...one, keys, values: Float64Array.from(chosen, ({ value }) => value) }];
  });
}

/** A key, what goes with it, how often, and a row that shows it. */
interface Pair {
  readonly key: string;
  readonly value: number;
  readonly row: number;
  readonly count: number;
}

/** The commonest first; of equals the one drawn first. */
function pairsIn(
  one: Omit<Determined, "rule">,
  scope: Scope,
  cells: readonly Float64Array[],
  rows: readonly number[],
): readonly Pair[] {
  const found = new Map<string, Pair>();
  for (const row of rows) {
    const key = keyIn(one.from, scope, cells, row);
    if (key === undefined) continue;
    const value = cells[one.to]?.[row] as number;
    const word = `${key}=${value}`;
    const before = found.get(word) ?? { key, value, row, count: 0 };
    found.set(word, { ...before, count: before.count + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

/** One value a key; where `once`, one key a value, too. */
function commonest(pairs: readonly Pair[], once: boolean): readonly Pair[] {
  const keys = new Set<string>();
  const values = new Set<number>();
  return pairs.filter(({ key, value }) => {
    if (keys.has(key) || (once && values.has(value))) return false;
    keys.add(key);
    values.add(value);
    return true;
  });
}

/** Whether a pair is surely that of more than half of its key's rows. */
function told(pairs: readonly Pair[]): (pair: Pair) => boolean {
  const rows = new Map<string, number>();
  for (const { key, count } of pairs) rows.set(key, (rows.get(key) ?? 0) + count);
  return ({ key, count }) => {
    const all = rows.get(key) as number;
    return 2 * count - all >= sure * Math.sqrt(all);
  };
}

/** Whether the chosen keys tell enough of the value, in their own rows: Goodman and Kruskal's λ (1954). */
function tells(chosen: readonly Pair[], pairs: readonly Pair[]): boolean {
  const keys = new Set(chosen.map(({ key }) => key));
  const sum = (some: readonly Pair[]) => some.reduce((total, { count }) => total + count, 0);
  const own = pairs.filter(({ key }) => keys.has(key));
  const shares = new Map<number, number>();
  for (const { value, count } of own) shares.set(value, (shares.get(value) ?? 0) + count);
  const blind = Math.max(0, ...shares.values());
  return sum(chosen) - blind >= enough * (sum(own) - blind);
}
