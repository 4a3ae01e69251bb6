import type { ColumnType, NumberType } from "../table/column-type.js";
import { datedBounds, datedType } from "./dated.js";
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
  numberAt,
  objectAt,
  type SchemaColumn,
  type SchemaTable,
  textAt,
  textsAt,
} from "./schema.js";
import { described, inventedBy, schemaRead, textWritten, titled } from "./tabular.js";

const dialect = "https://json-schema.org/draft/2020-12/schema";

/**
 * JSON Schema of one row as an object; of several tables, one definition each under `$defs`. Units
 * travel as `x-unit`, bounds of dates as `formatMinimum` and `formatMaximum` (as ajv-formats has them).
 */
export const jsonSchema: ExchangeFormat = {
  name: "json-schema",
  knows: (document) => "$schema" in document || isJson(document["properties"]),
  read(document, name) {
    const title = textAt(document, "title");
    const root = document["type"] === "array" ? objectAt(document, "items") : document;
    const single = isJson(root["properties"]);
    const tables = single
      ? [tableOf(name, root)]
      : Object.entries(objectAt(document, "$defs"))
          .filter(
            (entry): entry is [string, Json] => isJson(entry[1]) && isJson(entry[1]["properties"]),
          )
          .map(([table, described]) => tableOf(table, described));
    return schemaRead(title, tables);
  },
  write(schema) {
    const losses: Loss[] = [];
    const tables = schema.tables.map((table) => [table.name, written(table, losses)] as const);
    const [only] = tables;
    const body =
      tables.length === 1 && only !== undefined ? only[1] : { $defs: Object.fromEntries(tables) };
    return { document: { $schema: dialect, ...titled(schema.title), ...body }, losses };
  },
};

function tableOf(name: string, json: Json): SchemaTable {
  const required = textsAt(json, "required");
  const columns = Object.entries(objectAt(json, "properties")).map(
    ([column, described]): SchemaColumn => {
      const about = isJson(described) ? described : {};
      const { bare, hasNull } = withoutNull(about);
      const doc = textAt(about, "description");
      return {
        name: column,
        type: typeOf(bare),
        optional: hasNull || !required.includes(column),
        ...(doc === undefined ? {} : { doc }),
      };
    },
  );
  return { name, missing: [], columns };
}

/** A schema without its way of saying `null`, and whether it had one. */
function withoutNull(json: Json): { readonly bare: Json; readonly hasNull: boolean } {
  const ways = [...listAt(json, "anyOf"), ...listAt(json, "oneOf")].filter(isJson);
  const rest = ways.filter((way) => way["type"] !== "null");
  if (rest.length === 1 && ways.length === 2) {
    const { anyOf: _, oneOf: __, ...outer } = json;
    return { bare: { ...outer, ...rest[0] }, hasNull: true };
  }
  const types = textsAt(json, "type");
  const values = listAt(json, "enum");
  const hasNull = types.includes("null") || values.includes(null);
  if (!hasNull) return { bare: json, hasNull };
  return {
    bare: {
      ...json,
      type: types.find((type) => type !== "null"),
      ...(values.length === 0 ? {} : { enum: values.filter((value) => value !== null) }),
    },
    hasNull,
  };
}

function typeOf(json: Json): ColumnType {
  const listed = "const" in json ? [json["const"]] : listAt(json, "enum");
  const kind = textsAt(json, "type")[0];
  if (listed.length > 0 && !listed.every((value) => typeof value === "boolean"))
    return category(listed);
  switch (kind) {
    case "integer":
    case "number":
      return measured(json, kind === "integer");
    case "boolean":
      return { kind: "bool" };
    default:
      return listed.length > 0 ? { kind: "bool" } : textType(json);
  }
}

function measured(json: Json, whole: boolean): ColumnType {
  const step = numberAt(json, "multipleOf");
  const inside = whole ? 1 : (step ?? 0);
  const above = numberAt(json, "exclusiveMinimum");
  const below = numberAt(json, "exclusiveMaximum");
  const type = bounded(
    whole ? "int" : "real",
    numberAt(json, "minimum") ?? (above === undefined ? undefined : above + inside),
    numberAt(json, "maximum") ?? (below === undefined ? undefined : below - inside),
  );
  const unit = textAt(json, "x-unit");
  return {
    ...(type as ColumnType & { kind: "int" }),
    ...(step === undefined || (whole && step === 1) ? {} : { step }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function textType(json: Json): ColumnType {
  const format = textAt(json, "format");
  if (format === "date") return datedType("date", json["formatMinimum"], json["formatMaximum"]);
  if (format === "date-time")
    return datedType("datetime", json["formatMinimum"], json["formatMaximum"]);
  const pattern = textAt(json, "pattern");
  if (pattern !== undefined) {
    const whole = /^\^\(\?:(.*)\)\$$/s.exec(pattern)?.[1] ?? /^\^(.*)\$$/s.exec(pattern)?.[1];
    return { kind: "text", like: whole ?? `.*(?:${pattern}).*` };
  }
  const invented = inventedBy(format);
  return invented === undefined ? category([]) : { kind: "text", invented };
}

function written(table: SchemaTable, losses: Loss[]): Json {
  const properties = described(table, losses, describe).map(([{ name, optional, doc }, about]) => {
    const description = doc === undefined ? {} : { description: doc };
    return [name, { ...(optional ? orNull(about) : about), ...description }] as const;
  });
  if (table.missing.length > 0)
    losses.push({ table: table.name, what: "words", text: "the words for a missing value" });
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: table.columns.map(({ name }) => name),
    additionalProperties: false,
  };
}

function orNull(json: Json): Json {
  const values = listAt(json, "enum");
  return {
    ...json,
    type: [json["type"], "null"],
    ...(values.length === 0 ? {} : { enum: [...values, null] }),
  };
}

function describe(type: ColumnType, add: AddLoss): Json {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
      return describeNumber(type, add);
    case "duration":
      add("kind", "that it is a duration in seconds");
      return { type: "number", ...limitsOf(type) };
    case "bool":
      return { type: "boolean" };
    case "category":
      if (type.ordered) add("order", "the order of its values");
      return type.values.length === 0 ? { type: "string" } : { type: "string", enum: type.values };
    case "date":
    case "datetime": {
      const { minimum, maximum } = datedBounds(type as ColumnType & { kind: "date" });
      const zone = type.kind === "date" ? "" : "Z";
      return {
        type: "string",
        format: type.kind === "date" ? "date" : "date-time",
        ...(minimum === undefined
          ? {}
          : { formatMinimum: `${minimum}${zone}`, formatMaximum: `${maximum}${zone}` }),
      };
    }
    case "id":
      add("key", "that it is a key");
      return { type: "string" };
    case "ref":
      add("ref", `that it is a key of ${type.table}`);
      return { type: "string" };
    case "text":
      return textWritten(type, add, ["email", "uri", "uuid", "ipv4"], (like) => ({
        pattern: `^(?:${like})$`,
      }));
  }
}

function describeNumber(type: NumberType, add: AddLoss): Json {
  if (type.kind === "money") add("kind", "that it is money");
  const { step, unit } = type;
  return {
    type: type.kind === "int" ? "integer" : "number",
    ...limitsOf(type),
    ...(step === undefined || (type.kind === "int" && step === 1) ? {} : { multipleOf: step }),
    ...(unit === undefined ? {} : { "x-unit": unit }),
  };
}
