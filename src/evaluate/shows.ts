import type { CheckedShow } from "../ir/checked.js";
import type { FigureData, LinesFigure, MarginalFigure, PairFigure } from "../ir/report.js";
import { type Column, columnOf, gather, type Table } from "../table/table.js";
import { comparedBins } from "./binned.js";
import { type Bins, binsOf } from "./bins.js";
import { dependenceMatrix } from "./dependence.js";
import { dependences } from "./dependences.js";
import { marginalFigure, marginalFigures, type Named } from "./marginal-figures.js";
import { jointShares } from "./pair-figure.js";
import { axisTitle, valueWriter } from "./write-value.js";

/** Groups that one picture tells apart. */
const GROUPS = 6;

/**
 * The figures that a `show` line asks for: `correlations`, `marginals`, columns by themselves (all
 * tables in one picture) or by another column (a picture a table). Columns that a table lacks are
 * passed over.
 */
export function shownFigures(
  show: Pick<CheckedShow, "what" | "by">,
  tables: readonly Named[],
): readonly FigureData[] {
  const [first] = show.what;
  if (first === "correlations") {
    const base = tables[0]?.table;
    return tables.map(({ name, table }) =>
      dependenceMatrix(`What depends on what in ${name}`, dependences(table, base)),
    );
  }
  if (first === undefined || first === "marginals") return marginalFigures(tables);
  return show.what.flatMap((what) =>
    show.by.length === 0
      ? alone(what, tables)
      : tables.flatMap((table) => show.by.flatMap((by) => within(what, by, table, tables))),
  );
}

/** Pairs that are opened beside a matrix. */
const OPENED = 6;

/** The pairs of columns that depend most on each other in the first of the tables, with their shares in all. */
export function strongestPairs(tables: readonly Named[]): readonly PairFigure[] {
  const first = tables[0]?.table;
  if (first === undefined) return [];
  const strong = dependences(first)
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return strong.slice(0, OPENED).map(({ left, right, measure, value }) => {
    const bins = [left, right].map((name) => comparedBins(columnOf(first, name) as Column));
    const panels = tables.flatMap(({ name, table }) => {
      const [x, y] = [left, right].map((column) => columnOf(table, column));
      if (x === undefined || y === undefined) return [];
      return [{ name, left: (bins[0] as Bins).encode(x), right: (bins[1] as Bins).encode(y) }];
    });
    return {
      ...jointShares(bins as [Bins, Bins], panels),
      title: `${left} × ${right}`,
      summary: `Joint shares of ${left} and ${right}; ${measure} ${value.toFixed(2)} in ${tables[0]?.name}.`,
    };
  });
}

function alone(what: string, tables: readonly Named[]): readonly FigureData[] {
  const having = tables.filter(({ table }) => columnOf(table, what) !== undefined);
  const first = having[0];
  if (first === undefined) return [];
  const figure = marginalFigure(columnOf(first.table, what) as Column, having);
  const title = `${what} of ${having.map(({ name }) => name).join(" and ")}`;
  return figure === undefined ? [] : [{ ...figure, title }];
}

function within(
  what: string,
  by: string,
  { name, table }: Named,
  all: readonly Named[],
): readonly FigureData[] {
  const column = columnOf(table, what);
  const groups = columnOf(table, by);
  if (column === undefined || groups === undefined || table.rows === 0) return [];
  const title = all.length > 1 ? `${what} by ${by}, ${name}` : `${what} by ${by}`;
  if (column.kind === "number" && groups.kind === "number") {
    return [{ ...course(column, groups), title }];
  }
  const figure = byGroup(column, groups, table);
  return figure === undefined ? [] : [{ ...figure, title }];
}

/** The distribution of a column in each of the groups with most rows. */
function byGroup(column: Column, groups: Column, table: Table): MarginalFigure | undefined {
  const bins = binsOf(groups, valueWriter(groups.type), GROUPS);
  const codes = bins.encode(groups);
  const parts = bins.labels
    .map((label, code) => ({ label, rows: rowsOf(codes, code) }))
    .filter(({ rows }) => rows.length > 0)
    .slice(0, GROUPS)
    .map(({ label, rows }) => ({ name: label, table: gather(table, rows) }));
  const figure = marginalFigure(column, parts);
  return figure === undefined ? undefined : { ...figure, y: "share of the group's rows" };
}

function rowsOf(codes: Uint8Array, code: number): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < codes.length; row++) if (codes[row] === code) rows.push(row);
  return Uint32Array.from(rows);
}

/** The median of a number along another, with the middle half as a band. */
function course(
  column: Extract<Column, { kind: "number" }>,
  along: Extract<Column, { kind: "number" }>,
): LinesFigure {
  const bins: Bins = binsOf(along, valueWriter(along.type), 12);
  const codes = bins.encode(along);
  const points = bins.labels.flatMap((_, code) => {
    const rows = rowsOf(codes, code);
    const x = sorted(along.values, rows);
    const y = sorted(column.values, rows);
    return x.length === 0 || y.length === 0 ? [] : [{ x: at(x, 0.5), y }];
  });
  return {
    kind: "lines",
    title: `${column.name} by ${along.name}`,
    x: axisTitle(along.name, along.type),
    y: axisTitle(column.name, column.type),
    series: [
      {
        name: "median, with the middle half",
        x: points.map((point) => point.x),
        y: points.map((point) => at(point.y, 0.5)),
        low: points.map((point) => at(point.y, 0.25)),
        high: points.map((point) => at(point.y, 0.75)),
      },
    ],
    summary: `Median of ${column.name} from ${text(points[0])} to ${text(points.at(-1))} along ${along.name}.`,
  };
}

function text(point: { readonly y: Float64Array } | undefined): string {
  return point === undefined ? "nothing" : String(Number(at(point.y, 0.5).toPrecision(4)));
}

function sorted(values: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
}

function at(values: Float64Array, level: number): number {
  return values[Math.round(level * (values.length - 1))] as number;
}
