import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type ColumnType, isNumeric } from "../table/column-type.js";
import { boundsOf, gridValue, indexAtLeast, indexAtMost, stepOf } from "./grid.js";
import { columnsOf, RuleBook } from "./review.js";

/** The least and the most that the rules together leave a number column, by its name. */
export type ImpliedBounds = ReadonlyMap<string, readonly [low: number, high: number]>;

/** So finely are columns without a step cut. */
const PARTS = 2 ** 24;

/**
 * Bounds that no single rule shows: of `low > school` and `max(low, school) >= 11` that low is above 11.
 * Each is proved by refutation, so no row is lost; where a proof takes too long the declared bound stays.
 * Without them many a row begins with values that no other cell can answer. Columns whose bounds stay as
 * declared are left out; one that can only be missing has its least above its most.
 */
export function impliedBounds(table: CheckedTable, given?: Formula): ImpliedBounds {
  const book = new RuleBook(table, [], given === undefined ? [] : [given]);
  const speaking = [...book.rules.map(({ formula }) => formula), ...(given ? [given] : [])];
  if (speaking.length < 2) return new Map();
  const named = new Set(speaking.flatMap((formula) => [...columnsOf(formula)]));
  const found = new Map<string, readonly [number, number]>();
  for (const { name, type, origin } of table.columns) {
    if (!named.has(name) || origin.kind === "computed" || !isNumeric(type)) continue;
    const places = placesOf(type);
    if (places === undefined) continue;
    const bounds = boundsAmong(places, (op, place) =>
      book.leavesNone(compared(op, name, places.valueAt(place)), given),
    );
    if (bounds !== undefined) found.set(name, bounds);
  }
  return found;
}

function boundsAmong(
  { last, valueAt, sharp }: Places,
  refuted: (op: "le" | "ge", place: number) => boolean,
): readonly [number, number] | undefined {
  const above = firstOf(last, (place) => refuted("ge", place));
  if (above === 0) return [Infinity, -Infinity];
  const below = last - firstOf(last, (steps) => refuted("le", last - steps));
  if (above > last && below < 0) return undefined;
  const low = below < 0 || sharp ? below + 1 : below;
  const high = above > last || sharp ? above - 1 : above;
  return [valueAt(low), valueAt(high)];
}

interface Places {
  readonly last: number;
  readonly valueAt: (place: number) => number;
  /** Between two places there is nothing. */
  readonly sharp: boolean;
}

function placesOf(type: ColumnType): Places | undefined {
  const [low, high] = boundsOf(type);
  if (!(low < high) || !Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const step = stepOf(type);
  if (step === undefined) {
    const valueAt = (place: number) => low + (high - low) * (place / PARTS);
    return { last: PARTS, valueAt, sharp: false };
  }
  const first = indexAtLeast(low, step);
  const valueAt = (place: number) => gridValue(first + place, step);
  return { last: indexAtMost(high, step) - first, valueAt, sharp: true };
}

/** The first place that passes, those after it taken to pass too; `last + 1` where the last doesn't. */
function firstOf(last: number, passes: (place: number) => boolean): number {
  if (!passes(last)) return last + 1;
  let [fails, fits] = [-1, last];
  while (fits - fails > 1) {
    const middle = Math.floor((fails + fits) / 2);
    if (passes(middle)) fits = middle;
    else fails = middle;
  }
  return fits;
}

function compared(op: "le" | "ge", name: string, value: number): Formula {
  return { op, left: { op: "column", name }, right: { op: "number", value } };
}
