import type { CheckedSpec, CheckedTable } from "./checked.js";

/**
 * Whether a table's rows are asked about within the budget. Rows of a source that the spec declares `public` are
 * not: they say nothing of those who are protected, and are read and learned as without a budget.
 */
export function isProtected(
  { privacy, sources }: Pick<CheckedSpec, "privacy" | "sources">,
  { source }: Pick<CheckedTable, "source">,
): boolean {
  if (privacy === undefined || source === undefined) return false;
  return sources.find(({ name }) => name === source.name)?.isPublic !== true;
}

/** The tables that share the budget. */
export function protectedTables(spec: CheckedSpec): readonly CheckedTable[] {
  return spec.tables.filter((table) => isProtected(spec, table));
}
