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
  if (Number.isInteger(cell)) return cell.toLocaleString("en");
  const size = Math.abs(cell);
  return size >= 1e-4 && size < 1e9
    ? cell.toLocaleString("en", { maximumFractionDigits: size < 10 ? 4 : 2 })
    : cell.toPrecision(4);
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

/** The grid in columns of characters, numbers to the right; wide characters count as two. */
export function gridText(grid: Grid, widest = 60): string {
  const numeric = toTheRight(grid);
  const cells = [grid.columns, ...written(grid)].map((row) =>
    row.map((cell) => clipped(cell, widest)),
  );
  const widths = grid.columns.map((_, j) =>
    Math.max(...cells.map((row) => textWidth(row[j] as string))),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, j) => {
        const pad = " ".repeat((widths[j] as number) - textWidth(cell));
        return numeric[j] ? pad + cell : cell + pad;
      })
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  return [...(grid.title === undefined ? [] : [grid.title]), ...lines].join("\n");
}

function clipped(text: string, widest: number): string {
  const flat = text.replaceAll(/\s*\n\s*/g, " ");
  return textWidth(flat) <= widest ? flat : `${[...flat].slice(0, widest - 1).join("")}…`;
}

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
      (row) => `<tr>${row.map((cell, j) => `<td${of(j)}>${escapeHtml(cell)}</td>`).join("")}</tr>`,
    )
    .join("");
  const caption = grid.title === undefined ? "" : `<caption>${escapeHtml(grid.title)}</caption>`;
  return `<table>${caption}<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}
