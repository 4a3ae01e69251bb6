import type { ColumnType } from "../table/column-type.js";
import { datedBounds, datedType } from "./dated.js";
import { listedBy, regexOf } from "./regex-list.js";
import {
  type AddLoss,
  bounded,
  category,
  type ExchangeFormat,
  isJson,
  type Json,
  type Loss,
  limitsOf,
  listAt,
  loseStep,
  loseText,
  loseUnit,
  numberAt,
  objectAt,
  type SchemaColumn,
  type SchemaTable,
  textAt,
  textsAt,
} from "./schema.js";
import { described, keysRead, keysWritten, schemaRead, titled } from "./tabular.js";

const context = "http://www.w3.org/ns/csvw";

/** CSV on the Web: metadata of a table or of a group of tables (W3C, 2015). */
export const csvw: ExchangeFormat = {
  name: "csvw",
  knows: (document) =>
    JSON.stringify(document["@context"] ?? "").includes(context) || "tableSchema" in document,
  read(document, name) {
    const group = listAt(document, "tables").filter(isJson);
    const tables = (group.length === 0 ? [document] : group).map((table, at) => {
      const path = textAt(table, "url");
      const title = path === undefined ? undefined : stemOf(path);
      const called = title ?? (group.length === 0 ? name : `table_${at + 1}`);
      const read = tableOf(called, objectAt(table, "tableSchema"));
      return path === undefined ? read : { ...read, path };
    });
    return schemaRead(textsAt(document, "dc:title")[0], tables);
  },
  write(schema) {
    const losses: Loss[] = [];
    const tables = schema.tables.map((table) => ({
      url: table.path ?? `${table.name}.csv`,
      tableSchema: written(table, losses),
    }));
    const title = titled(schema.title, "dc:title");
    const [only] = tables;
    const document =
      tables.length === 1 && only !== undefined
        ? { "@context": context, ...title, ...only }
        : { "@context": context, ...title, tables };
    return { document, losses };
  },
};

function tableOf(name: string, json: Json): SchemaTable {
  const keyed = keysRead(json, "columnReference", stemOf);
  const missing = new Set<string>();
  const columns = listAt(json, "columns")
    .filter(isJson)
    .map((column, at): SchemaColumn => {
      const titles = column["titles"];
      const title = isJson(titles) ? Object.values(titles).flat()[0] : textsAt(column, "titles")[0];
      const name = textAt(column, "name");
      const header = typeof title === "string" ? title : (name ?? `column_${at + 1}`);
      for (const word of textsAt(column, "null")) if (word !== "") missing.add(word);
      const doc = textAt(column, "dc:description");
      const own = { type: typeOf(column), optional: column["required"] !== true };
      const domain = keyed([header, name], own);
      return { name: header, ...domain, ...(doc === undefined ? {} : { doc }) };
    });
  return { name, missing: [...missing], columns };
}

/** The name of a table from the address of its file. */
const stemOf = (url: string): string => url.replace(/^.*\//, "").replace(/\.[^.]*$/, "");

function typeOf(column: Json): ColumnType {
  const given = column["datatype"];
  const about: Json = isJson(given) ? given : { base: given ?? "string" };
  const low = about["minimum"] ?? about["minInclusive"];
  const high = about["maximum"] ?? about["maxInclusive"];
  const base = textAt(about, "base") ?? "string";
  if (
    /^(integer|int|long|short|byte|(nonN|n)egativeInteger|(nonP|p)ositiveInteger|unsigned.*)$/.test(
      base,
    )
  )
    return bounded("int", numberAt({ low }, "low"), numberAt({ high }, "high"));
  switch (base) {
    case "number":
    case "decimal":
    case "double":
    case "float":
      return bounded("real", numberAt({ low }, "low"), numberAt({ high }, "high"));
    case "boolean":
      return { kind: "bool" };
    case "date":
      return datedType("date", low, high);
    case "datetime":
    case "dateTime":
    case "dateTimeStamp":
      return datedType("datetime", low, high);
    default: {
      const format = textAt(about, "format");
      if (format === undefined) return category([]);
      const listed = listedBy(format);
      return listed === undefined ? { kind: "text", like: format } : category(listed);
    }
  }
}

function written(table: SchemaTable, losses: Loss[]): Json {
  const names = new Map(table.columns.map(({ name }, at) => [name, nameOf(name, at)]));
  const nameIn = (header: string): string => names.get(header) ?? header;
  const columns = described(table, losses, describe).map(([column, datatype]) => ({
    name: nameIn(column.name),
    titles: column.name,
    datatype,
    required: !column.optional,
    ...(table.missing.length === 0 ? {} : { null: ["", ...table.missing] }),
    ...(column.doc === undefined ? {} : { "dc:description": column.doc }),
  }));
  const foreignKey = (name: string, parent: string): Json => ({
    columnReference: name,
    reference: { resource: `${parent}.csv`, columnReference: name },
  });
  return { columns, ...keysWritten(table, losses, nameIn, foreignKey) };
}

/** A name as CSVW allows it: a URI template variable. */
function nameOf(header: string, at: number): string {
  return /^[A-Za-z0-9][A-Za-z0-9_]*$/.test(header) ? header : `column_${at + 1}`;
}

function describe(type: ColumnType, add: AddLoss): unknown {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
      loseUnit(type, add);
      loseStep(type, add);
      if (type.kind === "money") add("kind", "that it is money");
      return {
        base: type.kind === "int" ? "integer" : "number",
        ...limitsOf(type),
      };
    case "duration":
      if (type.min !== undefined) add("range", "the range");
      add("kind", "that it is a duration in seconds");
      return { base: "number" };
    case "bool":
      return { base: "boolean" };
    case "category":
      if (type.ordered) add("order", "the order of its values");
      return type.values.length === 0
        ? { base: "string" }
        : { base: "string", format: regexOf(type.values) };
    case "date":
    case "datetime":
      return {
        base: type.kind === "date" ? "date" : "dateTime",
        ...datedBounds(type as ColumnType & { kind: "date" }),
      };
    case "id":
      return { base: "string" };
    case "ref":
      add("count", "how many rows there are for each");
      return { base: "string" };
    case "text":
      if (type.like !== undefined) return { base: "string", format: type.like };
      loseText(type, add);
      return { base: "string" };
  }
}
