import type { CheckedTable } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import { leadingRef, type RefColumn, refsOf } from "../ir/refs.js";
import { fitOwnRef, type OwnRefModel } from "../synth/relational/own-refs.js";
import type { LearnedColumn } from "../synth/synthesizer.js";
import type { Table } from "../table/table.js";

/** What can be learned of who leads to whom in a table that refers to itself. Refs that a rule names are left to chance: they are known before the rows. */
export function learnOwnRefs(
  plan: Plan,
  table: CheckedTable,
  { train, whole }: { readonly train: Table; readonly whole: Table },
  columns: readonly LearnedColumn[],
): readonly OwnRefModel[] {
  const key = table.columns.find(({ type }) => type.kind === "id")?.name;
  const group = leadingRef(plan.checked.tables, table)?.name;
  const asked = plan.checked.outputs.flatMap((output) =>
    output.table === table.name && output.given !== undefined ? [output.given] : [],
  );
  if (key === undefined) return [];
  return ownRefs(table)
    .filter(({ name }) => !isNamed([table.rules, asked], name))
    .flatMap((ref) => {
      const found = fitOwnRef({
        ...{ table: train, whole, key, ref, options: {} },
        columns: columns.filter(({ type }) => type.kind !== "text"),
        ...(group === undefined ? {} : { group }),
      });
      return found ?? [];
    });
}

function ownRefs(table: CheckedTable): readonly RefColumn[] {
  return refsOf(table).filter(({ type }) => type.table === table.name);
}

/** Whether a formula, or a list of columns, anywhere in it names a column. */
function isNamed(part: unknown, name: string): boolean {
  if (part === name) return true;
  if (typeof part !== "object" || part === null) return false;
  return Object.values(part).some((inner) => isNamed(inner, name));
}
