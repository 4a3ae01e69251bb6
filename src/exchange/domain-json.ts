import { impossible } from "../base/failure.js";
import type { ColumnType } from "../table/column-type.js";
import { category, type ExchangeFormat, type Loss, lossesOf } from "./schema.js";

/**
 * The `domain.json` of private-pgm: the number of values of each column, whose rows hold codes from 0.
 * A missing value is one more code. What the values are, it can't say.
 */
export const domainJson: ExchangeFormat = {
  name: "domain.json",
  knows: (document) => {
    const values = Object.values(document);
    const size = (value: unknown): boolean =>
      Array.isArray(value) || (Number.isInteger(value) && (value as number) > 0);
    return values.length > 0 && values.every(size);
  },
  read(document, name) {
    const losses: Loss[] = [];
    const columns = Object.entries(document).map(([column, size]) => {
      if (Array.isArray(size)) return { name: column, type: category(size), optional: false };
      losses.push({ table: name, column, what: "values", text: "what its codes mean" });
      return { name: column, type: codes(Number(size)), optional: false };
    });
    return { schema: { tables: [{ name, missing: [], columns }] }, losses };
  },
  write(schema) {
    const [table, ...more] = schema.tables;
    if (table === undefined) throw impossible("a schema without a table", schema);
    const losses: Loss[] = more.map(({ name }) => ({
      table: name,
      what: "column",
      text: "a second table",
    }));
    const sizes: Record<string, number> = {};
    for (const { name, type, optional } of table.columns) {
      const { all, add } = lossesOf(table.name, name);
      const size = sizeOf(type);
      if (size === undefined) add("column", "the column, which has no finite public domain");
      else {
        sizes[name] = size + Number(optional);
        add("values", `its values: codes 0..${size + Number(optional) - 1} stand for them`);
      }
      losses.push(...all);
    }
    return { document: sizes, losses };
  },
};

const codes = (size: number): ColumnType => ({
  kind: "int",
  min: 0,
  max: Math.max(0, size - 1),
  learned: false,
});

/** How many values a type has, where the spec states it and they can be counted. */
function sizeOf(type: ColumnType): number | undefined {
  switch (type.kind) {
    case "bool":
      return 2;
    case "category":
      return type.values.length === 0 ? undefined : type.values.length;
    case "int":
    case "real":
    case "money": {
      const step = type.step ?? (type.kind === "int" ? 1 : undefined);
      if (type.min === undefined || type.max === undefined || step === undefined) return undefined;
      return Math.floor(type.max / step + 1e-9) - Math.ceil(type.min / step - 1e-9) + 1;
    }
    case "date":
      return type.min === undefined || type.max === undefined ? undefined : type.max - type.min + 1;
    default:
      return undefined;
  }
}
