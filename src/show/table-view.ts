import { grouped } from "../base/grouped.js";
import type { ColumnType } from "../table/column-type.js";
import { type Column, MISSING, missingCount, type Table } from "../table/table.js";
import { type Cell, type Grid, gridText } from "./grid.js";
import { escapeHtml, themed } from "./html.js";
import { type MimeBundle, madeWhenSeen } from "./mime.js";
import { SERIES } from "./palette.js";
import { isoOf, percent } from "./ticks.js";

/** Rows that a table shows of itself: as text, and where one can scroll. */
const ROWS = { text: 10, html: 50 };

/** The first rows of a table, with type, missing share and shape of each column in its head. */
export function displayTable(table: Table, rows?: number): MimeBundle {
  return madeWhenSeen({
    "text/html": () => tableHtml(table, gridOf(table, rows ?? ROWS.html)),
    "text/plain": () => gridText(gridOf(table, rows ?? ROWS.text), 24),
  });
}

function gridOf(table: Table, rows: number): Grid {
  const shown = Math.min(rows, table.rows);
  const head = `${table.name}: ${grouped(table.rows)} rows × ${table.columns.length} columns`;
  const more = shown < table.rows ? `, the first ${shown} shown` : "";
  return {
    title: head + more,
    columns: table.columns.map((column) => column.name),
    rows: transposed(
      table.columns.map((column) => cellsOf(column, shown)),
      shown,
    ),
    right: table.columns.map((column) => column.kind === "number"),
  };
}

function transposed(columns: readonly (readonly Cell[])[], rows: number): Cell[][] {
  return Array.from({ length: rows }, (_, row) => columns.map((cells) => cells[row]));
}

/**
 * The first values of a column as people read them; undefined is missing. Fractions of one column
 * have the same number of digits, as many as they need and at most four.
 */
function cellsOf(column: Column, rows: number): readonly Cell[] {
  if (column.kind === "code") {
    return Array.from(column.codes.subarray(0, rows), (code) =>
      code === MISSING ? undefined : column.levels[code],
    );
  }
  const { kind } = column.type;
  const values = [...column.values.subarray(0, rows)];
  const digits = Math.max(0, ...values.map(digitsNeeded));
  return values.map((value) => {
    if (Number.isNaN(value)) return undefined;
    if (kind === "date" || kind === "datetime") return isoOf(value, kind);
    return Math.abs(value) >= 1e15 ? value.toExponential(3) : value.toFixed(digits);
  });
}

function digitsNeeded(value: number): number {
  if (Number.isNaN(value)) return 0;
  for (let digits = 0; digits < 4; digits++) {
    if (Math.abs(value - Number(value.toFixed(digits))) < 1e-9 * Math.max(1, Math.abs(value)))
      return digits;
  }
  return 4;
}

/** The type in a word or two: `int 17..90 years`. */
function typeWords(type: ColumnType): string {
  const range = "min" in type && type.min !== undefined && "max" in type && type.max !== undefined;
  const bound = (value: number) =>
    type.kind === "date" || type.kind === "datetime" ? isoOf(value, type.kind) : String(value);
  const bounds = range ? ` ${bound(type.min as number)}..${bound(type.max as number)}` : "";
  switch (type.kind) {
    case "category":
      return type.ordered ? "ordered category" : "category";
    case "money":
      return `money ${type.unit ?? ""}${bounds}`.trim();
    case "int":
    case "real":
      return `${type.kind}${bounds}${type.unit === undefined ? "" : ` ${type.unit}`}`;
    case "ref":
      return `ref ${type.table}`;
    case "text":
      return type.invented === undefined ? "text" : `invented ${type.invented}`;
    default:
      return `${type.kind}${bounds}`;
  }
}

function tableHtml(table: Table, grid: Grid): string {
  const heads = table.columns.map((column) => {
    const missing = missingCount(column);
    const words = missing === 0 ? "" : `, ${percent(missing / Math.max(1, table.rows))} missing`;
    return (
      `<th scope="col"${column.kind === "number" ? ' class="n"' : ""}>${escapeHtml(column.name)}<br>` +
      `<span class="soft" style="font-weight:400">${escapeHtml(typeWords(column.type) + words)}</span><br>${sparkline(column)}</th>`
    );
  });
  const rows = grid.rows.map((row) => {
    const cells = row.map((cell, j) => {
      const align = table.columns[j]?.kind === "number" ? ' class="n"' : "";
      return cell === undefined
        ? `<td${align}><span class="soft">missing</span></td>`
        : `<td${align}>${escapeHtml(String(cell))}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return themed(
    `<div class="rows" tabindex="0"><table><caption>${escapeHtml(grid.title ?? "")}</caption>` +
      `<thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`,
    SCROLLING,
  );
}

/** Rows scroll in both directions under a head that stays. */
const SCROLLING =
  ".parable .rows{overflow:auto;max-height:26em;width:fit-content;max-width:100%}" +
  ".parable .rows thead th{position:sticky;top:0;background:var(--p-sheet);z-index:1}";

const BARS = 16;

/** The shape of a column in sixteen bars: counts over its range, or of its most frequent values. */
function sparkline(column: Column): string {
  const { kind } = column.type;
  if (kind === "id" || kind === "ref" || kind === "text") return "";
  const counts = column.kind === "number" ? histogram(column.values) : levelCounts(column);
  const most = Math.max(1, ...counts);
  const width = 64 / BARS;
  const path = counts
    .map((count, i) => {
      const height = count === 0 ? 0 : Math.max(1, Math.round((18 * count) / most));
      return `M${i * width} 18v-${height}h${width - 1}v${height}z`;
    })
    .join("");
  return `<svg width="64" height="18" role="img" aria-label="shape of ${escapeHtml(column.name)}"><path d="${path}" fill="${SERIES[0]}" opacity=".7"/></svg>`;
}

function histogram(values: Float64Array): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const counts = new Array<number>(BARS).fill(0);
  const width = (high - low) / BARS || 1;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const bin = Math.min(BARS - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

function levelCounts(column: Extract<Column, { kind: "code" }>): number[] {
  const counts = new Array<number>(column.levels.length).fill(0);
  for (const code of column.codes)
    if (code !== MISSING) counts[code] = (counts[code] as number) + 1;
  if (counts.length <= BARS) return counts;
  return counts.sort((a, b) => b - a).slice(0, BARS);
}
