import { inspect } from "node:util";
import type { Plan } from "../ir/plan.js";
import type { Release } from "../ir/release.js";
import type { Report } from "../ir/report.js";
import { evaluateRelease } from "../pipeline.js";
import { type Row, toObjects } from "../table/rows.js";
import type { Table } from "../table/table.js";
import { modelOf, type SpecModel } from "./model.js";
import { type MimeBundle, showValue } from "./shown.js";
import { type Why, whyOf } from "./why.js";

const shows = Symbol.for("Jupyter.display");

export type Params = Readonly<Record<string, number | string | boolean>>;

/** One table that a spec made; `R` is the type of its rows as the spec declares them. */
export class MadeTable<R = Row> {
  readonly table: Table;
  #rows: readonly R[] | undefined;

  constructor(table: Table) {
    this.table = table;
  }

  /** How many rows there are. */
  get length(): number {
    return this.table.rows;
  }

  /** The rows as objects, made when they are first asked for; they read from the table's columns. */
  get rows(): readonly R[] {
    this.#rows ??= toObjects(this.table) as readonly unknown[] as readonly R[];
    return this.#rows;
  }

  [Symbol.iterator](): Iterator<R> {
    return this.rows[Symbol.iterator]();
  }
}

// Set on the prototype and not as members: the declarations then need no types of Node.
Object.defineProperty(MadeTable.prototype, shows, {
  value(this: MadeTable): Promise<MimeBundle> {
    return showValue(this.table);
  },
});
Object.defineProperty(MadeTable.prototype, inspect.custom, {
  value(this: MadeTable): string {
    const { name, rows, columns } = this.table;
    return `${name}: ${rows} rows of ${columns.map((column) => column.name).join(", ")}`;
  },
});

/** What every spec that has run knows and can do. */
export interface Made {
  readonly plan: Plan;
  readonly release: Release;
  /** The text of the spec. */
  readonly text: string;
  /** What was learned, to be asked: `made.model.probability("age >= 65")`. */
  readonly model: SpecModel;
  /** Scores of the made tables beside the real ones, by the first `report` of the spec or another by its place from 0. */
  report(place?: number): Promise<Report>;
  /** What the rules leave of the combinations of these columns' values, and which rule takes which away. */
  why(...columns: readonly string[]): Promise<Why>;
  /** The same spec with other params; runs it again. */
  with(params: Params): Promise<MadeSpec>;
}

/**
 * What a spec made, each output under its own name: `made.fair.rows[0]`. `Outputs` has the type of
 * the rows of each; notebooks fill it in from the spec.
 */
export type MadeSpec<Outputs = Readonly<Record<string, Row>>> = Made & {
  readonly [Name in keyof Outputs]: MadeTable<Outputs[Name]>;
};

/** How a spec is run again with other params. */
export type Again = (params: Params) => Promise<MadeSpec>;

/** The value that programs and notebook cells work with. An output wins over a member of its name. */
export function madeOf(text: string, release: Release, again: Again): MadeSpec {
  const reports = new Map<number, Promise<Report>>();
  const made: Made = {
    plan: release.plan,
    release,
    text,
    model: modelOf(text, release),
    report: (place = 0) => {
      const known = reports.get(place) ?? evaluateRelease(release, { report: place });
      reports.set(place, known);
      return known;
    },
    why: (...columns) => whyOf(text, columns),
    with: again,
  };
  const tables = release.outputs.map(({ name, table }) => [name, new MadeTable(table)]);
  const bound = { ...made, ...Object.fromEntries(tables) } as MadeSpec;
  Object.defineProperty(bound, shows, { value: () => showValue(release) });
  Object.defineProperty(bound, inspect.custom, {
    value: () => release.outputs.map(({ name, table }) => `${name}: ${table.rows} rows`).join("\n"),
  });
  return bound;
}
