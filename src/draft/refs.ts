import { numberText } from "../ir/sketch.js";
import { MISSING } from "../table/table.js";
import type { DraftColumn } from "./draft-column.js";
import type { DraftTable } from "./draft-table.js";

/** A column that holds the keys of another table. */
export interface FoundRef {
  readonly table: DraftTable;
  readonly column: DraftColumn;
  readonly parent: DraftTable;
  readonly key: DraftColumn;
  /** `ref patients, 0..12 per patients`. */
  readonly type: string;
}

/** Columns whose values are all keys of another table and whose names say so; at most one parent each. */
export function findRefs(tables: readonly DraftTable[]): readonly FoundRef[] {
  const found: FoundRef[] = [];
  for (const table of tables)
    for (const column of table.columns) {
      if (column.optional) continue;
      const ref = tables.flatMap((parent) => refTo(parent, table, column) ?? [])[0];
      if (ref !== undefined && !leadsTo(ref.parent, table, found)) found.push(ref);
    }
  return found;
}

function refTo(parent: DraftTable, table: DraftTable, column: DraftColumn): FoundRef | undefined {
  const key = parent.columns.find((each) => each.isKey);
  if (parent === table || key === undefined || !saysSo(column, parent, key)) return undefined;
  const counts = new Map(textsOf(key).map((text) => [text, 0]));
  for (const text of textsOf(column)) {
    const count = counts.get(text);
    if (count === undefined) return undefined;
    counts.set(text, count + 1);
  }
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const count of counts.values()) {
    low = Math.min(low, count);
    high = Math.max(high, count);
  }
  const type = `ref ${parent.name}, ${numberText(low)}..${numberText(high)} per ${parent.name}`;
  return { table, column, parent, key, type };
}

/** `patient`, `patient_id` and `PATIENT` for the key `Id` of patients; or the key's own name. */
function saysSo(column: DraftColumn, parent: DraftTable, key: DraftColumn): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const name = bare(column.header);
  const table = bare(parent.name);
  const singular = table.replace(/ies$/, "y").replace(/s$/, "");
  const own = bare(key.header);
  if (name === own && own !== "id") return true;
  return [table, singular].some(
    (word) => name === word || name === `${word}id` || name === word + own,
  );
}

function textsOf({ values }: DraftColumn): string[] {
  if (values.kind === "number") return Array.from(values.values, String);
  return Array.from(values.codes, (code) =>
    code === MISSING ? "" : (values.levels[code] as string),
  );
}

/** Whether refs lead from one table to another, so that one more would close a circle. */
function leadsTo(from: DraftTable, to: DraftTable, refs: readonly FoundRef[]): boolean {
  if (from === to) return true;
  return refs.some((ref) => ref.table === from && leadsTo(ref.parent, to, refs));
}
