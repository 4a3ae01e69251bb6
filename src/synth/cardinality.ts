import { failure } from "../base/failure.js";
import type { Random } from "../base/random.js";

/** How many children each parent has: `min..max`, drawn anew or fitted to a given total. */
export interface Cardinality {
  readonly min: number;
  readonly max: number;
}

/** Children of each parent, uniform on `min..max`; `draw` replaces the uniform law where one was learned. */
export function childCounts(
  parents: number,
  { min, max }: Cardinality,
  random: Random,
  draw?: (parent: number, random: Random) => number | undefined,
): Uint32Array {
  return Uint32Array.from({ length: parents }, (_, parent) => {
    const drawn = draw?.(parent, random) ?? min + random.below(max - min + 1);
    return Math.min(max, Math.max(min, drawn));
  });
}

/**
 * Counts within `min..max` that add up to `total`: every parent has its least, the rest falls on
 * parents at random while they have room. Throws P1409 where no counts add up to it.
 */
export function countsFor(
  total: number,
  parents: number,
  { min, max }: Cardinality,
  names: { readonly child: string; readonly parent: string },
  random: Random,
): Uint32Array {
  if (total < min * parents || total > max * parents) {
    throw failure("P1409", { ...names, rows: total, parents, min, max });
  }
  const counts = new Uint32Array(parents).fill(min);
  const open = Uint32Array.from({ length: parents }, (_, parent) => parent);
  let room = max > min ? parents : 0;
  for (let left = total - min * parents; left > 0; left--) {
    const pick = random.below(room);
    const parent = open[pick] as number;
    counts[parent] = (counts[parent] as number) + 1;
    if (counts[parent] === max) {
      room--;
      open[pick] = open[room] as number;
    }
  }
  return counts;
}

/**
 * Change counts that were drawn so that they add up to `total`, by as little as it takes: one more for parents with
 * room, one fewer for those with more than they must have, each at random. Throws P1409 where no counts add up to it.
 */
export function addUpTo(
  total: number,
  counts: Uint32Array,
  { min, max }: Cardinality,
  names: { readonly child: string; readonly parent: string },
  random: Random,
): void {
  const parents = counts.length;
  if (total < min * parents || total > max * parents) {
    throw failure("P1409", { ...names, rows: total, parents, min, max });
  }
  let sum = counts.reduce((all, count) => all + count, 0);
  const step = sum < total ? 1 : -1;
  const end = step > 0 ? max : min;
  const open = Uint32Array.from(counts.keys()).filter((parent) => counts[parent] !== end);
  for (let room = open.length; sum !== total; sum += step) {
    const pick = random.below(room);
    const parent = open[pick] as number;
    counts[parent] = (counts[parent] as number) + step;
    if (counts[parent] === end) open[pick] = open[--room] as number;
  }
}

/** The parent of each row: children of one parent stand together, or shuffled. */
export function parentOfRows(counts: Uint32Array, shuffle?: Random): Int32Array {
  let rows = 0;
  for (const count of counts) rows += count;
  const parents = new Int32Array(rows);
  let row = 0;
  counts.forEach((count, parent) => {
    parents.fill(parent, row, row + count);
    row += count;
  });
  return shuffle === undefined ? parents : shuffle.shuffle(parents);
}
