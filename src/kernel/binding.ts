import { inspect } from "node:util";
import type * as Library from "../index.js";
import type { MimeBundle } from "./protocol.js";

type Settings = Readonly<Record<string, number | string | boolean>>;

const shows = Symbol.for("Jupyter.display");

/** One table that a spec made; `Row` is the type of its rows as the spec declares it. */
export class MadeTable<Row> {
  readonly table: Library.Table;
  readonly #library: typeof Library;
  #rows: readonly Row[] | undefined;

  constructor(library: typeof Library, table: Library.Table) {
    this.#library = library;
    this.table = table;
  }

  /** How many rows there are. */
  get length(): number {
    return this.table.rows;
  }

  /** The rows as objects, made when they are first asked for; they read from the table's columns. */
  get rows(): readonly Row[] {
    this.#rows ??= this.#library.toObjects(this.table) as unknown as readonly Row[];
    return this.#rows;
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.rows[Symbol.iterator]();
  }

  [shows](): Promise<MimeBundle> {
    return this.#library.showValue(this.table);
  }

  [inspect.custom](): string {
    const { name, rows, columns } = this.table;
    return `${name}: ${rows} rows of ${columns.map((column) => column.name).join(", ")}`;
  }
}

/** What the name of a spec stands for: its outputs by name, and all that is known about them. */
export type MadeSpec<Outputs> = MadeBase & {
  readonly [Name in keyof Outputs]: MadeTable<Outputs[Name]>;
};

/** What every spec that has run can do. */
export interface MadeBase {
  readonly release: Library.Release;
  readonly plan: Library.Plan;
  /** Scores of the made tables beside the real ones. */
  report(): Promise<Library.Report>;
  /** The same spec with other params; runs it again. */
  with(settings: Settings): Promise<MadeBase>;
  /** The text of the spec. */
  readonly text: string;
}

/** How to run a spec again. */
export type Again = (settings: Settings) => Promise<MadeBase>;

/** Make the value that TypeScript cells see. An output wins over a member of the same name. */
export function bind(
  library: typeof Library,
  text: string,
  release: Library.Release,
  again: Again,
): MadeBase {
  let report: Promise<Library.Report> | undefined;
  const base: MadeBase = {
    release,
    plan: release.plan,
    text,
    report: () => {
      report ??= library.evaluateRelease(release);
      return report;
    },
    with: again,
  };
  const tables = release.outputs.map(({ name, table }) => [name, new MadeTable(library, table)]);
  const bound = { ...base, ...Object.fromEntries(tables) };
  Object.defineProperty(bound, shows, { value: () => library.showValue(release) });
  Object.defineProperty(bound, inspect.custom, {
    value: () => release.outputs.map(({ name, table }) => `${name}: ${table.rows} rows`).join("\n"),
  });
  return bound as MadeBase;
}
