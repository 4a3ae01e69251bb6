import { grouped, groupedTo } from "../base/grouped.js";
import { escapeHtml } from "./html.js";
import { textWidth } from "./text-width.js";

/** A cell of a small table for reading. */
export type Cell = string | number | null | undefined;

export interface Grid {
  readonly title?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns to set to the right; by default those with numbers in them. */
  readonly right?: readonly boolean[];
}

function toTheRight(grid: Grid): readonly boolean[] {
  return (
    grid.right ?? grid.columns.map((_, j) => grid.rows.some((row) => typeof row[j] === "number"))
  );
}

/** A number as people read it; other cells as they are. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "–";
  if (Number.isInteger(cell)) return Math.abs(cell) < 1e21 ? grouped(cell) : groupedTo(cell, 0);
  const size = Math.abs(cell);
  return size >= 1e-4 && size < 1e9 ? groupedTo(cell, size < 10 ? 4 : 2) : cell.toPrecision(4);
}

/** Cells of a grid as text: the fractions of one column all have as many digits. */
function written(grid: Grid): string[][] {
  const digits = grid.columns.map((_, j) => {
    const numbers = grid.rows.map((row) => row[j]).filter((cell) => typeof cell === "number");
    const whole = numbers.every((cell) => Number.isInteger(cell));
    const inUnit = numbers.every((cell) => Math.abs(cell) <= 10);
    return !whole && inUnit && numbers.every((cell) => cell === 0 || Math.abs(cell) >= 1e-3)
      ? 3
      : undefined;
  });
  return grid.rows.map((row) =>
    grid.columns.map((_, j) => {
      const cell = row[j];
      const fixed = digits[j];
      return fixed !== undefined && typeof cell === "number" && Number.isFinite(cell)
        ? cell.toFixed(fixed)
        : cellText(cell);
    }),
  );
}

/** Characters of a line that a grid keeps to where its words can be wrapped. */
const LINE = 100;
/** No column is made narrower than this. */
const NARROWEST = 20;

/**
 * The grid in columns of characters, numbers to the right; wide characters count as two. Long cells go on
 * below, so that a line has about a hundred characters; with `widest` they are cut there instead.
 */
export function gridText(grid: Grid, widest?: number): string {
  const numeric = toTheRight(grid);
  const flat = [grid.columns, ...written(grid)].map((row) =>
    row.map((cell) => cell.replaceAll(/\s*\n\s*/g, " ")),
  );
  const cells =
    widest === undefined ? flat : flat.map((row) => row.map((cell) => clipped(cell, widest)));
  const natural = grid.columns.map((_, j) =>
    Math.max(...cells.map((row) => textWidth(row[j] as string))),
  );
  const widths = widest === undefined ? narrowed(natural, numeric) : natural;
  const lines = cells.map((row) => rowLines(row, widths, numeric));
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const [head = [], ...body] = lines;
  return [...(grid.title === undefined ? [] : [grid.title]), ...head, rule, ...body.flat()].join(
    "\n",
  );
}

/** Widths by which a line is short enough: the widest columns of words give way. */
function narrowed(natural: readonly number[], numeric: readonly boolean[]): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)) - LINE;
  for (; over > 0; over--) {
    const most = Math.max(...widths.filter((_, j) => numeric[j] !== true));
    if (!(most > NARROWEST)) break;
    widths[widths.findIndex((width, j) => width === most && numeric[j] !== true)] = most - 1;
  }
  return widths;
}

function rowLines(
  row: readonly string[],
  widths: readonly number[],
  numeric: readonly boolean[],
): readonly string[] {
  const wrapped = row.map((cell, j) => wrap(cell, widths[j] as number));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    wrapped
      .map((lines, j) => {
        const text = lines[i] ?? "";
        const pad = " ".repeat(Math.max(0, (widths[j] as number) - textWidth(text)));
        return numeric[j] ? pad + text : text + pad;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** A text in lines of at most so many columns, broken between words where it can be. */
function wrap(text: string, width: number): readonly string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const sign of word) {
      if (textWidth(line + sign) > width) {
        lines.push(line);
        line = "";
      }
      line += sign;
    }
  }
  return [...lines, line];
}

function clipped(text: string, widest: number): string {
  return textWidth(text) <= widest ? text : `${[...text].slice(0, widest - 1).join("")}…`;
}

/** Intervals aren't broken over lines. */
const whole = (cell: string): string => (/^\S+ to \S+$/.test(cell) ? ' class="whole"' : "");

/** The grid as an HTML table with its title as caption. */
export function gridHtml(grid: Grid): string {
  const numeric = toTheRight(grid);
  const of = (j: number) => (numeric[j] ? ' class="n"' : "");
  const head = grid.columns
    .map((name, j) =>
      name === "" ? "<td></td>" : `<th scope="col"${of(j)}>${escapeHtml(name)}</th>`,
    )
    .join("");
  const body = written(grid)
    .map(
      (row) =>
        `<tr>${row.map((cell, j) => `<td${numeric[j] ? of(j) : whole(cell)}>${escapeHtml(cell)}</td>`).join("")}</tr>`,
    )
    .join("");
  const caption = grid.title === undefined ? "" : `<caption>${escapeHtml(grid.title)}</caption>`;
  return `<table>${caption}<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}
