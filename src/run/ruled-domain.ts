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
  return plain?.edges === undefined ? plain : binned(column, withCuts(table, column, plain.edges));
}

/** Edges with one more wherever a rule compares the column with a number inside them. */
export function withCuts(
  table: CheckedTable,
  column: CheckedColumn,
  edges: readonly number[],
): readonly number[] {
  const low = edges[0] as number;
  const high = edges.at(-1) as number;
  const inside = cutsFor(table, column).filter((cut) => cut > low && cut < high);
  return [...new Set([...edges.slice(0, -1), ...inside])].sort((a, b) => a - b).concat(high);
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
