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
  lossesOf,
  numberAt,
  objectAt,
  type SchemaColumn,
  type SchemaTable,
  textAt,
  textsAt,
} from "./schema.js";

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
      const stem = path?.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
      const title = stem ?? (group.length === 0 ? name : `table_${at + 1}`);
      const read = tableOf(title, objectAt(table, "tableSchema"));
      return path === undefined ? read : { ...read, path };
    });
    const title = textsAt(document, "dc:title")[0];
    return { schema: { ...(title === undefined ? {} : { title }), tables }, losses: [] };
  },
  write(schema) {
    const losses: Loss[] = [];
    const tables = schema.tables.map((table) => ({
      url: table.path ?? `${table.name}.csv`,
      tableSchema: written(table, losses),
    }));
    const title = schema.title === undefined ? {} : { "dc:title": schema.title };
    const [only] = tables;
    const document =
      tables.length === 1 && only !== undefined
        ? { "@context": context, ...title, ...only }
        : { "@context": context, ...title, tables };
    return { document, losses };
  },
};

function tableOf(name: string, json: Json): SchemaTable {
  const keys = textsAt(json, "primaryKey");
  const refs = listAt(json, "foreignKeys").filter(isJson);
  const missing = new Set<string>();
  const columns = listAt(json, "columns")
    .filter(isJson)
    .map((column, at): SchemaColumn => {
      const titles = column["titles"];
      const title = isJson(titles) ? Object.values(titles).flat()[0] : textsAt(column, "titles")[0];
      const header =
        typeof title === "string" ? title : (textAt(column, "name") ?? `column_${at + 1}`);
      const names = [header, textAt(column, "name")];
      for (const word of textsAt(column, "null")) if (word !== "") missing.add(word);
      const doc = textAt(column, "dc:description");
      const base = { name: header, ...(doc === undefined ? {} : { doc }) };
      const ref = refs.find((one) => names.includes(textsAt(one, "columnReference").join()));
      const target = ref === undefined ? undefined : textAt(objectAt(ref, "reference"), "resource");
      if (target !== undefined) {
        const table = target.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
        const type = { kind: "ref", table, min: 0, max: Number.MAX_SAFE_INTEGER } as const;
        return { ...base, type, optional: false };
      }
      if (keys.length === 1 && names.includes(keys[0]))
        return { ...base, type: { kind: "id" }, optional: false };
      return { ...base, type: typeOf(column), optional: column["required"] !== true };
    });
  return { name, missing: [...missing], columns };
}

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
  const columns = table.columns.map(({ name, type, optional, doc }) => {
    const { all, add } = lossesOf(table.name, name);
    const datatype = describe(type, add);
    losses.push(...all);
    return {
      name: names.get(name),
      titles: name,
      datatype,
      required: !optional,
      ...(table.missing.length === 0 ? {} : { null: ["", ...table.missing] }),
      ...(doc === undefined ? {} : { "dc:description": doc }),
    };
  });
  const [key, ...more] = table.columns.filter(({ type }) => type.kind === "id");
  for (const { name } of more)
    losses.push({ table: table.name, column: name, what: "key", text: "that it is a key too" });
  const foreignKeys = table.columns.flatMap(({ name, type }) =>
    type.kind === "ref"
      ? [
          {
            columnReference: names.get(name),
            reference: { resource: `${type.table}.csv`, columnReference: names.get(name) },
          },
        ]
      : [],
  );
  return {
    columns,
    ...(key === undefined ? {} : { primaryKey: names.get(key.name) }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
  };
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
