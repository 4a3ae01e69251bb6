import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { binned, type ColumnDomain, publicDomain, stepOf } from "../table/domain.js";

/**
 * The public domain of a column with bin edges where the rules speak: `gain = 0` gives 0 a bin of its
 * own, `age >= 19` an edge at 19. Rules are public, so this costs nothing, and bins then say whether a
 * rule can hold. Undefined where the spec states no domain.
 */
export function ruledDomain(
  table: CheckedTable,
  column: CheckedColumn,
  bins: number,
): ColumnDomain | undefined {
  const plain = publicDomain(column, bins);
  if (plain?.edges === undefined) return plain;
  const cuts = cutsFor(table, column);
  const low = plain.edges[0] as number;
  const high = plain.edges.at(-1) as number;
  const inside = cuts.filter((cut) => cut > low && cut < high);
  if (inside.length === 0) return plain;
  const edges = [...new Set([...plain.edges, ...inside])].sort((a, b) => a - b);
  return binned(column, edges);
}

/** Where a bin must begin so that each comparison of the column with a number is decided by its bin. */
function cutsFor(table: CheckedTable, column: CheckedColumn): number[] {
  const step = stepOf(column.type);
  const cuts: number[] = [];
  const add = (op: string, value: number): void => {
    const next = step === undefined ? value : value + step;
    if (op === "lt" || op === "ge") cuts.push(value);
    else if (op === "le" || op === "gt") cuts.push(next);
    else cuts.push(value, next);
  };
  for (const rule of table.rules) {
    if (rule.kind === "always") visit(rule.formula, column.name, add);
  }
  return cuts;
}

const flipped: Readonly<Record<string, string>> = {
  lt: "gt",
  le: "ge",
  gt: "lt",
  ge: "le",
  eq: "eq",
  ne: "ne",
};

function visit(formula: Formula, name: string, add: (op: string, value: number) => void): void {
  switch (formula.op) {
    case "and":
    case "or":
      for (const arg of formula.args) visit(arg, name, add);
      return;
    case "not":
      visit(formula.arg, name, add);
      return;
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge": {
      const { left, right, op } = formula;
      if (isColumn(left, name) && right.op === "number") add(op, right.value);
      if (isColumn(right, name) && left.op === "number") add(flipped[op] as string, left.value);
      return;
    }
    case "in":
      if (!isColumn(formula.arg, name)) return;
      for (const value of formula.values) if (typeof value === "number") add("eq", value);
      return;
    default:
      return;
  }
}

function isColumn(formula: Formula, name: string): boolean {
  return formula.op === "column" && formula.via === undefined && formula.name === name;
}
