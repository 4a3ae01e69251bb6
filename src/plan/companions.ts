import type { CheckedOutput, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { PlanStep } from "../ir/plan.js";
import { isProtected } from "../ir/protected.js";
import { familyOf, firstOf, leadsTo, refsOf } from "../ir/refs.js";
import { UNBOUNDED } from "../table/column-type.js";

/** The tables that come with an output by their refs, and how many rows they have. */
export function companionSteps(
  checked: CheckedSpec,
  output: CheckedOutput,
  rows: ReadonlyMap<string, number>,
): PlanStep[] {
  const { tables } = checked;
  const root = tables.find(({ name }) => name === output.table);
  if (root === undefined || output.completed !== undefined) return [];
  return familyOf(tables, output.table)
    .filter((table) => table !== root)
    .map((table): PlanStep => {
      const known = isProtected(checked, table) ? undefined : rows.get(table.name);
      const counted = (): Pick<PlanStep, "detail" | "rows"> => {
        if (leadsTo(tables, table, root.name)) return { detail: forEach(table, known) };
        if (leadsTo(tables, root, table.name)) return { detail: `as many as ${root.name} need` };
        const isRead = table.source !== undefined && !isProtected(checked, table);
        if (known === undefined && isRead) return { detail: "as many as are read" };
        const count = known ?? output.rows;
        return known === undefined
          ? { detail: `as many as ${root.name}`, rows: count }
          : { detail: "as many as are read", rows: count };
      };
      return { kind: "draw", title: `with it ${table.name}`, ...counted() };
    });
}

/** How many rows belong to one of another table. */
function forEach(table: CheckedTable, known: number | undefined): string {
  const ref = firstOf(refsOf(table));
  if (ref === undefined) return "";
  const { table: parent, min, max } = ref.type;
  const many = max >= UNBOUNDED ? "" : `, ${min === max ? min : `${min} to ${max}`}`;
  return `for each of ${parent}${known === undefined ? many : ", as many as are learned"}`;
}

/** Refs beside the one that says whose a row is: under a budget nothing of them is measured. */
export function unmeasuredRefs(checked: CheckedSpec): readonly string[] {
  return checked.tables.flatMap((table) => {
    if (!isProtected(checked, table)) return [];
    const leading = firstOf(refsOf(table));
    return refsOf(table).flatMap((ref) =>
      ref === leading || ref.type.table === table.name
        ? []
        : `${table.name}.${ref.name} is any of ${ref.type.table}, as bounds, rules and keys allow: what goes with a second parent is not measured under a budget`,
    );
  });
}
