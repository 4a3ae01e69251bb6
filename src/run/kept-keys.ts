import type { CheckedRule } from "../ir/checked.js";
import { type Column, columnOf, type Table } from "../table/table.js";

type Value = number | string | undefined;

/**
 * Rules about all rows together, held over batches that were drawn one by one: a row may not repeat a key
 * (`unique`) of a row kept before it, nor say otherwise what another one determines.
 */
export class KeptKeys {
  private readonly rules: readonly {
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly known: Map<string, string>;
  }[];

  constructor(rules: readonly CheckedRule[]) {
    this.rules = rules.flatMap((rule) => {
      if (rule.kind === "unique") return [{ from: rule.columns, to: [], known: new Map() }];
      if (rule.kind === "determines") return [{ from: rule.from, to: rule.to, known: new Map() }];
      return [];
    });
  }

  /** Keys of other rows, which none may repeat. */
  take(table: Table): void {
    for (const { from, to, known } of this.rules) {
      const keys = from.flatMap((name) => columnOf(table, name) ?? []);
      if (to.length > 0 || keys.length < from.length) continue;
      for (let row = 0; row < table.rows; row++) {
        const key = keys.map((column) => valueAt(column, row));
        if (!key.includes(undefined)) known.set(JSON.stringify(key), "[]");
      }
    }
  }

  /** A test of the table's rows; one that fits is kept. Numbered keys are made anew and repeat nothing. */
  of(table: Table): (row: number) => boolean {
    const looks = this.rules.flatMap(({ from, to, known }) => {
      const [keys, values] = [from, to].map((names) =>
        names.flatMap((name) => columnOf(table, name) ?? []),
      ) as [Column[], Column[]];
      const isNumbered = keys.some(({ type }) => type.kind === "id");
      return isNumbered || keys.length < from.length ? [] : [{ keys, values, known }];
    });
    return (row) => {
      const found = looks.flatMap(({ keys, values, known }) => {
        const key = keys.map((column) => valueAt(column, row));
        const isGap = key.includes(undefined);
        const said = JSON.stringify(values.map((column) => valueAt(column, row) ?? null));
        return isGap ? [] : [{ known, key: JSON.stringify(key), said, isKey: values.length === 0 }];
      });
      const fits = found.every(({ known, key, said, isKey }) => {
        const earlier = known.get(key);
        return earlier === undefined || (!isKey && earlier === said);
      });
      if (fits) for (const { known, key, said } of found) known.set(key, said);
      return fits;
    };
  }
}

function valueAt(column: Column, row: number): Value {
  if (column.kind === "code") return column.levels[column.codes[row] as number];
  const value = column.values[row] as number;
  return Number.isNaN(value) ? undefined : value;
}
