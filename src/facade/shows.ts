import type { CheckedShow } from "../ir/checked.js";
import type { Release } from "../ir/release.js";
import type { MimeBundle } from "../show/mime.js";
import type { Table } from "../table/table.js";

/** What a spec's `show` statements show of a release, one bundle or more a statement, in order. */
export async function showsOf(release: Release): Promise<readonly MimeBundle[]> {
  const bundles: MimeBundle[] = [];
  for (const show of release.plan.checked.shows) bundles.push(...(await bundlesOf(show, release)));
  return bundles;
}

async function bundlesOf(show: CheckedShow, release: Release): Promise<readonly MimeBundle[]> {
  const [{ display }, { displayFigure }] = await Promise.all([
    import("../show/display.js"),
    import("../show/figure.js"),
  ]);
  const [what] = show.what;
  if (what === "plan") return [display(release.plan)];
  if (what === "ledger") return [display(release.ledger)];
  const tables = tablesOf(show, release);
  if (show.count !== undefined || what === "rows" || what === undefined) {
    return tables.map(({ name, table }) =>
      display({ ...firstRows(table, show.count ?? 10), name }),
    );
  }
  if (what === "correlations") return correlations(tables);
  const { columnFigure, groupedFigures } = await import("../evaluate/shown-figures.js");
  const figures = show.what.flatMap((column) => {
    const [by] = show.by;
    if (by !== undefined) return groupedFigures(column, by, tables);
    const figure = columnFigure(column, tables);
    return figure === undefined ? [] : [figure];
  });
  return figures.map(displayFigure);
}

/** Outputs by their names, sources' tables by theirs; without `of`, every output. */
function tablesOf(show: CheckedShow, release: Release): { name: string; table: Table }[] {
  const made = release.outputs.map(({ name, table }) => ({ name, table }));
  if (show.of.length === 0) return made;
  const sources = new Map(
    release.plan.checked.tables.map((table) => [table.source?.name, table.name]),
  );
  return show.of.flatMap((name) => {
    const output = made.find((each) => each.name === name);
    if (output !== undefined) return [output];
    const table = sources.get(name) ?? name;
    const real = release.real?.train.find((each) => each.name === table);
    const generated = made.find((each) => each.table.name === table);
    if (real !== undefined) return [{ name, table: real }];
    return generated === undefined ? [] : [generated];
  });
}

function firstRows(table: Table, count: number): Table {
  const rows = Math.min(count, table.rows);
  const columns = table.columns.map((column) =>
    column.kind === "number"
      ? { ...column, values: column.values.subarray(0, rows) }
      : { ...column, codes: column.codes.subarray(0, rows) },
  );
  return { ...table, rows, columns };
}

async function correlations(
  tables: readonly { readonly name: string; readonly table: Table }[],
): Promise<readonly MimeBundle[]> {
  const [{ dependenceMatrix, dependences }, { displayFigure }] = await Promise.all([
    import("../evaluate/dependence.js"),
    import("../show/figure.js"),
  ]);
  return tables.map(({ name, table }) =>
    displayFigure(dependenceMatrix(`Dependence between columns of ${name}`, dependences(table))),
  );
}
