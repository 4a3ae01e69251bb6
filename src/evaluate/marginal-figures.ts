import type { MarginalFigure } from "../ir/report.js";
import { type Column, columnOf, MISSING, type Table } from "../table/table.js";
import { axisTitle } from "./write-value.js";

/** A table to show under a name; the first one decides bins and order. */
export interface Named {
  readonly name: string;
  readonly table: Table;
}

/** Labels of a category that a figure shows at most. */
const LABELS = 24;
const BINS = 24;

/** A figure per column that can be counted; ids, references and free text have none. */
export function marginalFigures(tables: readonly Named[]): readonly MarginalFigure[] {
  const first = tables[0]?.table;
  if (first === undefined) return [];
  return first.columns.flatMap((column) => marginalFigure(column, tables) ?? []);
}

/** The figure of one column of several tables; undefined for keys and free text. */
export function marginalFigure(
  first: Column,
  tables: readonly Named[],
): MarginalFigure | undefined {
  const { kind } = first.type;
  if (kind === "id" || kind === "ref" || kind === "text") return undefined;
  const columns = tables.flatMap(({ name, table }) => {
    const column = columnOf(table, first.name);
    return column === undefined ? [] : [{ name, column }];
  });
  return first.kind === "number" ? numeric(first, columns) : categorical(first, columns);
}

interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

function numeric(first: Column, columns: readonly NamedColumn[]): MarginalFigure {
  const edges = edgesFor(first);
  const whole = first.type.kind === "int" || first.type.kind === "date";
  const series = columns.map(({ name, column }) => ({ name, ...sharesOver(column, edges) }));
  const kind = first.type.kind;
  const clipped = whole ? edges.map((edge) => edge - 0.5) : edges;
  const means = columns.map(({ name, column }) => {
    const mean = meanOf(column);
    return `${name} ${Number.isFinite(mean) ? Number(mean.toPrecision(4)) : "unknown"}`;
  });
  return {
    kind: "marginal",
    title: first.name,
    column: first.name,
    x: axisTitle(first.name, first.type),
    y: "share of rows",
    edges: kind === "int" ? clipped : edges,
    scale: kind === "date" || kind === "datetime" ? kind : "number",
    series,
    summary:
      kind === "date" || kind === "datetime"
        ? `distribution of ${first.name}`
        : `mean of ${first.name}: ${means.join(", ")}`,
  };
}

/**
 * Equal bins over the range of the real values; far tails (beyond the 0.5 % ends, when they would
 * stretch the axis more than threefold) are gathered in the outer bins.
 */
function edgesFor(column: Column): number[] {
  const values = column.kind === "number" ? column.values : new Float64Array();
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return [0, 1];
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  let low = at(0);
  let high = at(1);
  if (high - low === Number.POSITIVE_INFINITY) {
    const most = Number.MAX_VALUE / (4 * BINS);
    low = Math.max(low, -most);
    high = Math.min(high, most);
  }
  const body = at(0.995) - at(0.005);
  if (body > 0 && high - low > 3 * body) {
    low = Math.max(low, at(0.005) - body * 0.1);
    high = Math.min(high, at(0.995) + body * 0.1);
  }
  if (column.type.kind === "int" || column.type.kind === "date") {
    low = Math.floor(low);
    const width = Math.max(1, Math.ceil((Math.ceil(high) - low + 1) / BINS));
    const count = Math.max(1, Math.ceil((Math.ceil(high) - low + 1) / width));
    return Array.from({ length: count + 1 }, (_, i) => low + i * width);
  }
  if (high === low) return [low - 0.5, low + 0.5];
  return Array.from({ length: BINS + 1 }, (_, i) => low + ((high - low) * i) / BINS);
}

function sharesOver(
  column: Column,
  edges: readonly number[],
): { readonly shares: readonly number[]; readonly missing?: number } {
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  const low = edges[0] as number;
  const width = (edges[1] as number) - low;
  let missing = 0;
  const values = column.kind === "number" ? column.values : new Float64Array();
  for (const value of values) {
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    const bin = Math.max(0, Math.min(bins - 1, Math.floor((value - low) / width)));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const rows = Math.max(1, values.length);
  const shares = Array.from(counts, (count) => count / rows);
  return missing === 0 ? { shares } : { shares, missing: missing / rows };
}

function meanOf(column: Column): number {
  let sum = 0;
  let count = 0;
  for (const value of column.kind === "number" ? column.values : []) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function categorical(first: Column, columns: readonly NamedColumn[]): MarginalFigure {
  const counts = columns.map(({ column }) => countLabels(column));
  const shown = labelsFor(first, counts[0] as Map<string, number>);
  const others = counts.some((of) => [...of.keys()].some((label) => !shown.includes(label)));
  const anyMissing = columns.some(({ column }) => hasMissing(column));
  const labels = [...shown];
  if (others) labels.push("(other)");
  if (anyMissing) labels.push("(missing)");
  const series = columns.map(({ name, column }, i) => {
    const of = counts[i] as Map<string, number>;
    const rows = Math.max(1, column.kind === "code" ? column.codes.length : column.values.length);
    const shares = shown.map((label) => (of.get(label) ?? 0) / rows);
    const counted = [...of.values()].reduce((sum, count) => sum + count, 0) / rows;
    if (others) shares.push(Math.max(0, counted - shares.reduce((sum, share) => sum + share, 0)));
    if (anyMissing) shares.push(1 - counted);
    return { name, shares };
  });
  const top = shown
    .map((label, i) => ({ label, share: series[0]?.shares[i] ?? 0 }))
    .reduce((best, next) => (next.share > best.share ? next : best), { label: "", share: -1 });
  const at = labels.indexOf(top.label);
  const words = series.map(
    ({ name, shares }) => `${name} ${((shares[at] ?? 0) * 100).toFixed(1)}%`,
  );
  return {
    kind: "marginal",
    title: first.name,
    column: first.name,
    x: first.name,
    y: "share of rows",
    labels,
    scale: "category",
    series,
    summary: `share of ${top.label} in ${first.name}: ${words.join(", ")}`,
  };
}

/** The declared order where it fits, else the most frequent. */
function labelsFor(column: Column, counts: ReadonlyMap<string, number>): readonly string[] {
  const levels = column.kind === "code" ? column.levels : [];
  if (levels.length <= LABELS) return levels;
  return [...levels]
    .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
    .slice(0, LABELS - 1);
}

function countLabels(column: Column): Map<string, number> {
  const counts = new Map<string, number>();
  if (column.kind !== "code") return counts;
  const byCode = new Float64Array(column.levels.length);
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row] as number;
    if (code !== MISSING) byCode[code] = (byCode[code] as number) + 1;
  }
  byCode.forEach((count, code) => {
    if (count > 0) counts.set(column.levels[code] as string, count);
  });
  return counts;
}

function hasMissing(column: Column): boolean {
  return column.kind === "code" && column.codes.includes(MISSING);
}
