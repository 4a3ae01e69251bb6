import { inspect } from "node:util";
import { failure } from "../base/failure.js";
import { suggest } from "../base/suggest.js";
import type { FigureData, MarginalFigure } from "../ir/report.js";
import type { MimeBundle } from "../show/mime.js";
import type { Table } from "../table/table.js";

const shows = Symbol.for("Jupyter.display");

interface Named {
  readonly name: string;
  readonly table: Table;
}

/** What else to say of a plot. */
export interface PlotOptions {
  /** Draw the columns once for each group of this column, or along it where both are numbers. */
  readonly by?: string;
  readonly title?: string;
}

/** A picture of data: the value of a notebook cell shows it, a program takes its figures or its bundle. */
export class Plot {
  readonly #of: unknown;
  readonly #columns: readonly string[];
  readonly #options: PlotOptions;

  constructor(of: unknown, columns: readonly string[], options: PlotOptions) {
    this.#of = of;
    this.#columns = columns;
    this.#options = options;
  }

  /** The numbers behind the pictures: shares per bin or label, medians with quartiles. Never rows. */
  async figures(): Promise<readonly FigureData[]> {
    const tables = await tablesOf(this.#of);
    const { by } = this.#options;
    const columns = this.#columns;
    mustHave(tables, by === undefined ? columns : [...columns, by]);
    const { shownFigures } = await import("../evaluate/shows.js");
    const all = tables[0]?.table.columns.map((column) => column.name) ?? [];
    const what = columns.length > 0 ? columns : by === undefined ? [] : all.filter((c) => c !== by);
    return shownFigures({ what, by: by === undefined ? [] : [by] }, tables);
  }

  /** All forms of the picture, for notebooks and files: plotly's JSON, HTML, SVG and text. */
  async bundle(): Promise<MimeBundle> {
    const { display, displayMarginals } = await import("../show/display.js");
    const figures = await this.figures();
    if (figures.length === 0) return { "text/plain": "Nothing to draw: keys and free text alone." };
    const marginals = figures.filter((figure) => figure.kind === "marginal");
    if (marginals.length === figures.length) {
      return displayMarginals(this.#options.title ?? titleOf(marginals), marginals);
    }
    const bundles = figures.map((figure) => display(figure));
    const only = bundles.length === 1 ? bundles[0] : undefined;
    return only ?? joined(bundles);
  }
}

// Set on the prototype and not as members: the declarations then need no types of Node.
Object.defineProperty(Plot.prototype, shows, {
  value(this: Plot): Promise<MimeBundle> {
    return this.bundle();
  },
});
Object.defineProperty(Plot.prototype, inspect.custom, {
  value: () => "A plot: a notebook cell shows it, and its bundle() gives SVG and HTML.",
});

/**
 * Draw data: a danfo DataFrame, an Arrow table, an array of objects, an object of arrays, a table of
 * ours or what a spec made; several of them under names, `plot({ real, made })`, are drawn over each
 * other. Without columns every one that can be counted is drawn. Needs no DOM, unlike danfo's own plots.
 *
 * The result fails with P1210 for what is no table, and with P1211 for columns that none has.
 */
export function plot(
  of: unknown,
  columns: string | readonly string[] = [],
  options: PlotOptions = {},
): Plot {
  return new Plot(of, typeof columns === "string" ? [columns] : columns, options);
}

function titleOf(figures: readonly MarginalFigure[]): string {
  const names = [...new Set(figures.flatMap(({ series }) => series.map(({ name }) => name)))];
  return `Columns of ${names.slice(0, 4).join(" and ")}`;
}

function joined(bundles: readonly MimeBundle[]): MimeBundle {
  const text = (mime: string, between: string) =>
    bundles.map((bundle) => String(bundle[mime] ?? "")).join(between);
  return { "text/html": text("text/html", "\n"), "text/plain": text("text/plain", "\n\n") };
}

/** The tables of a value with their names. */
async function tablesOf(of: unknown): Promise<readonly Named[]> {
  const { outputs } = ((of as { release?: unknown } | null)?.release ?? of ?? {}) as {
    outputs?: readonly Named[];
  };
  if (Array.isArray(outputs)) return outputs.map(({ name, table }) => ({ name, table }));
  const one = isSeveral(of) ? undefined : await tableOf(of, "data");
  if (one !== undefined) return [{ name: one.name, table: one }];
  if (isSeveral(of)) {
    const read = Object.entries(of).map(async ([name, each]) => {
      const table = await tableOf(each, name);
      return table === undefined ? [] : [{ name, table }];
    });
    const tables = (await Promise.all(read)).flat();
    if (tables.length > 0) return tables;
  }
  throw failure("P1210", { what: whatIs(of) });
}

/** Tables under names: a plain object whose values are no plain arrays of cells. */
function isSeveral(of: unknown): of is Readonly<Record<string, unknown>> {
  if (typeof of !== "object" || of === null || Object.getPrototypeOf(of) !== Object.prototype) {
    return false;
  }
  const values = Object.values(of);
  return values.length > 0 && !("kind" in of) && values.every(isTableLike);
}

function isTableLike(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return !Array.isArray(value) || (typeof value[0] === "object" && value[0] !== null);
}

async function tableOf(value: unknown, name: string): Promise<Table | undefined> {
  const { fromFrame } = await import("../table/from-frame.js");
  const inner = (value as { table?: unknown } | null | undefined)?.table;
  return fromFrame(inner ?? value, name);
}

function whatIs(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return "a promise: put `await` before it";
  if (Array.isArray(value)) return "an array without objects";
  return typeof value === "object"
    ? `an object of ${value.constructor?.name}`
    : `a ${typeof value}`;
}

function mustHave(tables: readonly Named[], columns: readonly string[]): void {
  const known = [...new Set(tables.flatMap(({ table }) => table.columns.map(({ name }) => name)))];
  for (const column of columns) {
    if (known.includes(column)) continue;
    const meant = suggest(column, known);
    const because = [
      `the data have: ${known.slice(0, 20).join(", ")}${known.length > 20 ? " …" : ""}`,
    ];
    const remedy = meant === undefined ? [] : [{ label: `write ${meant}`, edits: [] }];
    throw failure("P1211", { column }, { because, try: remedy });
  }
}
