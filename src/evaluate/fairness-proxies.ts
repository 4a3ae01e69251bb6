import type { Formula } from "../ir/formula.js";
import type { ReportTable } from "../ir/report.js";
import { columnOf, type Table } from "../table/table.js";
import { cramersV } from "./association.js";
import { comparedBins, isComparable } from "./binned.js";
import { countTwo } from "./bins.js";
import { columnsOf, outcomeOf } from "./fairness-groups.js";
import type { EvaluatedOutput } from "./request.js";

/**
 * Columns that stand in for a protected one: how strongly each is tied to the group and to the outcome
 * (bias-corrected Cramér's V of the binned columns), before and after.
 */
export function proxies(
  output: EvaluatedOutput,
  across: readonly string[],
  outcome: Formula,
): readonly ReportTable[] {
  const sides = [
    ...(output.real === undefined ? [] : [{ name: "before", table: output.real }]),
    { name: "after", table: output.synthetic },
  ];
  const first = sides[0]?.table as Table;
  const read = columnsOf(outcome);
  const others = first.columns.filter(
    (column) =>
      isComparable(column) && !across.includes(column.name) && !read.includes(column.name),
  );
  if (others.length === 0) return [];
  return across.map((group) => {
    const rows = others.map((column) => {
      const cells = sides.flatMap(({ table }) => [
        tied(first, table, column.name, group),
        tiedToOutcome(first, table, column.name, outcome),
      ]);
      return { name: column.name, cells };
    });
    rows.sort((a, b) => product(b.cells) - product(a.cells));
    return {
      title: `Columns that stand in for ${group} in ${output.name} (Cramér's V, 0 to 1)`,
      columns: [
        "column",
        ...sides.flatMap(({ name }) => [`with ${group} ${name}`, `with the outcome ${name}`]),
      ],
      rows: rows.slice(0, 12).map(({ name, cells }) => [name, ...cells.map(rounded)]),
    };
  });
}

/** A column matters as a proxy where it is tied to both. */
function product(cells: readonly number[]): number {
  return (cells[0] || 0) * (cells[1] || 0);
}

function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toFixed(3));
}

function tied(first: Table, table: Table, left: string, right: string): number {
  const [a, b] = [binned(first, table, left), binned(first, table, right)];
  if (a === undefined || b === undefined) return Number.NaN;
  return cramersV({
    counts: countTwo(a.codes, b.codes, a.size, b.size),
    left: a.size,
    right: b.size,
  });
}

function tiedToOutcome(first: Table, table: Table, left: string, outcome: Formula): number {
  const a = binned(first, table, left);
  if (a === undefined) return Number.NaN;
  const counts = countTwo(a.codes, outcomeOf(table, outcome), a.size, 3);
  const told = counts.map((count, cell) => (cell % 3 === 2 ? 0 : count));
  return cramersV({ counts: told, left: a.size, right: 3 });
}

function binned(
  first: Table,
  table: Table,
  name: string,
): { readonly codes: Uint8Array; readonly size: number } | undefined {
  const from = columnOf(first, name);
  const column = columnOf(table, name);
  if (from === undefined || column === undefined) return undefined;
  const bins = comparedBins(from);
  return { codes: bins.encode(column), size: bins.labels.length };
}
