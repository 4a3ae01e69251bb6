import { type Column, columnOf, type Table } from "../../table/table.js";
import { labelAt } from "./family.js";

/** Rows that lead to others of their table. */
interface Hierarchy {
  /** The row above each; −1 for none, or one that is not there. */
  readonly above: Int32Array;
  /** How many rows stand above it. */
  readonly depth: Float64Array;
  /** How many rows lead to it. */
  readonly counts: Float64Array;
}

/** Who leads to whom, of some of all rows: depths and counts are those among all. */
export function hierarchyOf(whole: Table, table: Table, key: string, ref: string): Hierarchy {
  const all = hierarchyIn(whole, key, ref);
  const [keys, own] = [columnOf(whole, key), columnOf(table, key)];
  if (keys === undefined || own === undefined) return hierarchyIn(table, key, ref);
  const inWhole = rowsByLabel(keys, whole.rows);
  const inTable = rowsByLabel(own, table.rows);
  const rows = Int32Array.from({ length: table.rows }, (_, row) => {
    const label = labelAt(own, row);
    return inWhole.get(label) ?? -1;
  });
  const of = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] ?? 0);
  const above = rows.map((row) => {
    const over = all.above[row] ?? -1;
    return over < 0 ? -1 : (inTable.get(labelAt(keys, over)) ?? -1);
  });
  return { above, depth: of(all.depth), counts: of(all.counts) };
}

function rowsByLabel(keys: Column, rows: number): ReadonlyMap<string | undefined, number> {
  return new Map(Array.from({ length: rows }, (_, row) => [labelAt(keys, row), row]));
}

function hierarchyIn(table: Table, key: string, ref: string): Hierarchy {
  const above = aboveIn(table, key, ref);
  const depth = depthsOf(above);
  const counts = new Float64Array(table.rows);
  for (const over of above) if (over >= 0) counts[over] = (counts[over] as number) + 1;
  return { above, depth, counts };
}

/** A row that leads to itself has none above it. */
function aboveIn(table: Table, key: string, ref: string): Int32Array {
  const [keys, refs] = [columnOf(table, key), columnOf(table, ref)];
  if (keys === undefined || refs === undefined) return new Int32Array(table.rows).fill(-1);
  const rowOf = rowsByLabel(keys, table.rows);
  return Int32Array.from({ length: table.rows }, (_, row) => {
    const label = labelAt(refs, row);
    const found = label === undefined ? -1 : (rowOf.get(label) ?? -1);
    return found === row ? -1 : found;
  });
}

/** How many rows stand above each; a ring of rows is cut where it closes. */
function depthsOf(above: Int32Array): Float64Array {
  const depth = new Float64Array(above.length).fill(-1);
  for (let row = 0; row < above.length; row++) {
    const path = new Set<number>();
    let last = row;
    for (let at = row; at >= 0 && (depth[at] as number) < 0; at = above[at] as number) {
      if (path.has(at)) {
        above[last] = -1;
        break;
      }
      path.add(at);
      last = at;
    }
    for (const at of [...path].reverse()) {
      const over = above[at] as number;
      depth[at] = over < 0 ? 0 : (depth[over] as number) + 1;
    }
  }
  return depth;
}

/** Rows of a depth, and those a step above them that they may lead to. */
interface LevelPair {
  readonly step: number;
  readonly upper: Int32Array;
  readonly lower: Int32Array;
}

/** The rows by depth, group by group; where a depth has no rows, those below it move up. */
export function levelsBelow(depth: Float64Array, groups: Int32Array): readonly LevelPair[] {
  const byGroup = new Map<number, Map<number, number[]>>();
  groups.forEach((group, row) => {
    const levels = byGroup.get(group) ?? new Map<number, number[]>();
    byGroup.set(group, levels);
    const at = Math.max(0, Math.round(depth[row] as number));
    const rows = levels.get(at) ?? [];
    levels.set(at, rows);
    rows.push(row);
  });
  return [...byGroup.values()].flatMap((levels) => {
    const rows = [...levels].sort(([a], [b]) => a - b).map(([, own]) => Int32Array.from(own));
    return rows
      .slice(1)
      .map((lower, at) => ({ step: at + 1, upper: rows[at] as Int32Array, lower }));
  });
}
