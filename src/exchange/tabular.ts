import { type ColumnType, type RefType, type TextType, UNBOUNDED } from "../table/column-type.js";
import {
  type AddLoss,
  isJson,
  type Json,
  type Loss,
  listAt,
  loseText,
  objectAt,
  type SchemaColumn,
  type SchemaRead,
  type SchemaTable,
  textAt,
  textsAt,
} from "./schema.js";

/** Tables as read, under the document's title if it has one. */
export function schemaRead(
  title: string | undefined,
  tables: readonly SchemaTable[],
  losses: readonly Loss[] = [],
): SchemaRead {
  return { schema: { ...(title === undefined ? {} : { title }), tables }, losses };
}

/** The title as a property of the document, where there is one. */
export const titled = (title: string | undefined, key = "title"): Json =>
  title === undefined ? {} : { [key]: title };

/** Each column with what it becomes; what is lost on the way is added to `losses`. */
export function described<T>(
  table: SchemaTable,
  losses: Loss[],
  describe: (type: ColumnType, add: AddLoss) => T,
): readonly (readonly [SchemaColumn, T])[] {
  return table.columns.map((column) => {
    const add: AddLoss = (what, text) =>
      void losses.push({ table: table.name, column: column.name, what, text });
    return [column, describe(column.type, add)] as const;
  });
}

const refTo = (table: string): RefType => ({
  kind: "ref",
  table,
  min: 0,
  max: UNBOUNDED,
});

type Domain = Pick<SchemaColumn, "type" | "optional">;

/**
 * `primaryKey` and `foreignKeys` of a table, which Frictionless and CSVW have alike but for `field`, where
 * a foreign key names its column. Gives, for the names of a column, its key or ref, or else its own domain.
 */
export function keysRead(
  json: Json,
  field: "fields" | "columnReference",
  tableOf: (resource: string) => string,
): (names: readonly (string | undefined)[], own: Domain) => Domain {
  const keys = textsAt(json, "primaryKey");
  const refs = listAt(json, "foreignKeys").filter(isJson);
  return (names, own) => {
    const ref = refs.find((one) => names.includes(textsAt(one, field).join()));
    const resource = ref === undefined ? undefined : textAt(objectAt(ref, "reference"), "resource");
    if (resource !== undefined && resource !== "")
      return { type: refTo(tableOf(resource)), optional: false };
    if (keys.length === 1 && names.includes(keys[0]))
      return { type: { kind: "id" }, optional: false };
    return own;
  };
}

/** The same, written: the first `id` is the key, each `ref` a foreign key. */
export function keysWritten(
  table: SchemaTable,
  losses: Loss[],
  nameOf: (header: string) => string,
  foreignKey: (column: string, parent: string) => Json,
): Json {
  const [key, ...more] = table.columns.filter(({ type }) => type.kind === "id");
  for (const { name } of more)
    losses.push({ table: table.name, column: name, what: "key", text: "that it is a key too" });
  const foreignKeys = table.columns.flatMap(({ name, type }) =>
    type.kind === "ref" ? [foreignKey(nameOf(name), type.table)] : [],
  );
  return {
    ...(key === undefined ? {} : { primaryKey: nameOf(key.name) }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
  };
}

/** Formats of texts of JSON Schema and Frictionless, and what is invented in their place. */
const formats: readonly (readonly [string, string])[] = [
  ["email", "email"],
  ["uri", "url"],
  ["uuid", "uuid"],
  ["ipv4", "ip"],
];

export const inventedBy = (format: string | undefined): string | undefined =>
  formats.find(([theirs]) => theirs === format)?.[1];

/** A text as a string with its pattern, or with its format where one is among `known`. */
export function textWritten(
  type: TextType,
  add: AddLoss,
  known: readonly string[],
  pattern: (like: string) => Json,
): Json {
  if (type.like !== undefined) return { type: "string", ...pattern(type.like) };
  const format = formats.find(
    ([theirs, ours]) => ours === type.invented && known.includes(theirs),
  )?.[0];
  if (format !== undefined) return { type: "string", format };
  loseText(type, add);
  return { type: "string" };
}
