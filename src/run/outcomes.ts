import type { Finding } from "../ir/release.js";
import { smoothedRows } from "../synth/observed-numbers.js";
import { columnOf, type Table } from "../table/table.js";

/** What the guard against copies of real rows did. */
export function copiesFound(
  table: string,
  output: string,
  { exact, near }: { readonly exact: number; readonly near: number },
): Finding {
  const policy = `for ${output}, ${exact} rows that equal a real one and ${near} that all but equal a rare one were drawn again`;
  return { kind: "note", table, count: exact + near, examples: [], policy };
}

/** Rows of children that no values could complete. */
export function leftOutFound(table: string, output: string, count: number): Finding {
  const policy = `for ${output}, ${count.toLocaleString("en-US")} ${count === 1 ? "row" : "rows"} of ${table} left out: with the rows that they belong to and their siblings, the rules leave no room for them`;
  return { kind: "note", table, count, examples: [], policy };
}

/** How many numbers of real rows are too rare to be drawn as they were; undefined for none. */
export function smoothedFound(
  train: Table,
  columns: readonly { readonly name: string }[],
): Finding | undefined {
  const found = columns.flatMap(({ name }) => {
    const column = columnOf(train, name);
    const rows = column?.kind === "number" ? smoothedRows(column.values) : 0;
    return rows === 0 ? [] : [{ name, rows }];
  });
  const count = found.reduce((sum, { rows }) => sum + rows, 0);
  if (count === 0) return undefined;
  return {
    kind: "note",
    table: train.name,
    count,
    examples: found
      .slice(0, 5)
      .map(({ name, rows }) => `${rows.toLocaleString("en-US")} of ${name}`),
    policy:
      "numbers that fewer than five rows have: none is drawn as it was, but one between the rare numbers near it",
  };
}

/** What filling in the gaps of real rows came to. */
export function gapsFound(
  table: string,
  output: string,
  made: { readonly filled: number; readonly missing: number; readonly unheld: number },
): Finding {
  const cells = `for ${output}, ${made.filled} missing cells were filled in`;
  const stay = made.missing === 0 ? "" : `; ${made.missing} stay missing, as a rule wants`;
  const left =
    made.unheld === 0
      ? ""
      : `; ${made.unheld} rows are left as they were: what is known of them breaks a rule`;
  return { kind: "note", table, count: made.filled, examples: [], policy: cells + stay + left };
}
