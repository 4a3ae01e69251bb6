import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import { openAccess } from "../privacy/access-rows.js";
import type { Account } from "../privacy/account.js";
import { columnOf, MISSING, type Table } from "../table/table.js";
import type { PrivateCounts } from "./child-counts.js";
import { ownersOf } from "./entities.js";
import { parentRef } from "./learn.js";

/** What counting children costs, of what the children's table may spend. */
export const COUNTS_SHARE = 0.05;

/** More different numbers than this are left to the spec's bounds. */
const MOST_NUMBERS = 500;

/** The ref whose numbers of children can be counted privately: units must own the parent's rows. */
export function countedRef(checked: CheckedSpec, table: CheckedTable) {
  const ref = parentRef(checked, table);
  if (ref === undefined || checked.privacy?.unit.kind !== "entity") return undefined;
  const numbers = ref.type.max - ref.type.min + 1;
  return ref.type.table === table.name || numbers > MOST_NUMBERS ? undefined : ref;
}

/**
 * The noisy distribution of the number of children: one count for each row of the parent, which depends
 * on its owner's rows alone, so an owner moves as many counts as it has rows in the parent.
 */
export function learnCounts(
  checked: CheckedSpec,
  table: CheckedTable,
  read: ReadonlyMap<string, Table>,
  account: Account,
  rho: number,
): PrivateCounts | undefined {
  const ref = countedRef(checked, table);
  const parent = checked.tables.find((each) => each.name === ref?.type.table);
  const parents = parent === undefined ? undefined : read.get(parent.name);
  if (ref === undefined || parent === undefined || parents === undefined) return undefined;
  const { min, max } = ref.type;
  const numbers = childrenOf(parents, read.get(table.name) as Table, ref.name);
  if (numbers === undefined) return undefined;
  const access = openAccess({
    columns: [
      {
        name: `number of ${table.name}`,
        size: max - min + 1,
        codes: numbers.map((number) => Math.min(max, Math.max(min, number)) - min),
      },
    ],
    rows: parents.rows,
    account,
    ...ownersOf(checked, parent, parents, read),
  });
  const { counts } = access.measureMarginal({ columns: [0], rho });
  const weights = Array.from(counts, (count) => Math.max(0, count));
  return weights.some((weight) => weight > 0) ? { ref: ref.name, min, weights } : undefined;
}

/** The number of children of each row of the parent; undefined where the keys were not read. */
function childrenOf(parents: Table, children: Table, name: string): Int32Array | undefined {
  const id = parents.columns.find(({ type }) => type.kind === "id");
  const ref = columnOf(children, name);
  if (id?.kind !== "code" || ref?.kind !== "code") return undefined;
  const perLevel = new Map<string, number>();
  for (const code of ref.codes) {
    if (code === MISSING) continue;
    const level = ref.levels[code] as string;
    perLevel.set(level, (perLevel.get(level) ?? 0) + 1);
  }
  return id.codes.map((code) =>
    code === MISSING ? 0 : (perLevel.get(id.levels[code] as string) ?? 0),
  );
}
