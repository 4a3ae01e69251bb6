import { here } from "../base/diagnose.js";
import type { CheckedSource, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { protectedTables } from "../ir/protected.js";
import { leadsTo } from "../ir/refs.js";
import { blocksOf, type Spec } from "../ir/spec.js";
import type { Scope } from "./scope.js";

/** Names of the sources that say nothing of those who are protected. */
export function publicSources(spec: Spec): ReadonlySet<string> {
  const free = blocksOf(spec, "source").filter(({ isPublic }) => isPublic);
  return new Set(free.map(({ name }) => name.text));
}

/** No public source holds rows that are protected, or that lead to such rows (P0707). */
export function checkSourcesArePrivate(spec: CheckedSpec, scope: Scope): void {
  for (const block of blocksOf(spec.spec, "source")) {
    const source = spec.sources.find(({ name }) => name === block.name.text);
    const table = source?.isPublic === true ? protectedIn(source, spec) : undefined;
    if (table === undefined) continue;
    scope.desk.say(
      "P0707",
      { source: block.name.text, table: table.name },
      { spans: [here(block.span)] },
    );
  }
}

/** A table whose rows a public source holds although they are protected, or are tied to protected ones. */
function protectedIn(source: CheckedSource, spec: CheckedSpec): CheckedTable | undefined {
  const kept = protectedTables(spec);
  const own = spec.tables.filter((table) => table.source?.name === source.name);
  const isTied = (table: CheckedTable): boolean =>
    table.name === spec.privacy?.unit.table ||
    kept.some(({ name }) => leadsTo(spec.tables, table, name));
  const again = kept.find((table) => {
    const other = spec.sources.find(({ name }) => name === table.source?.name);
    if (other?.format !== source.format || other.where !== source.where) return false;
    // What no table reads, `base` does, by the learned table's name.
    const isSame = (each: CheckedTable) => placeOf(each) === placeOf(table);
    return !HAS_TABLES.has(source.format) || own.length === 0 || own.some(isSame);
  });
  return own.find(isTied) ?? again;
}

/** Kinds of sources that hold several tables. */
const HAS_TABLES: ReadonlySet<string> = new Set(["duckdb", "postgres", "mysql", "sqlite"]);

const placeOf = ({ name, source }: CheckedTable): string => source?.table ?? name;
