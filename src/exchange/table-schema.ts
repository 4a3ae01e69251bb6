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
  loseStep,
  numberAt,
  objectAt,
  type SchemaColumn,
  type SchemaTable,
  textAt,
  textsAt,
} from "./schema.js";
import {
  described,
  inventedBy,
  keysRead,
  keysWritten,
  schemaRead,
  textWritten,
  titled,
} from "./tabular.js";

/**
 * Frictionless: a Table Schema, or a Data Package with one for each resource (specs.frictionlessdata.io
 * and Data Package 2.0). Units travel as the further property `unit`.
 */
export const tableSchema: ExchangeFormat = {
  name: "frictionless",
  knows: (document) => Array.isArray(document["fields"]) || Array.isArray(document["resources"]),
  read(document, name) {
    const title = textAt(document, "title");
    const resources = listAt(document, "resources").filter(isJson);
    const tables =
      resources.length === 0
        ? [tableOf(name, document)]
        : resources.map((resource, at) => {
            const path = textsAt(resource, "path")[0];
            const table = tableOf(
              textAt(resource, "name") ?? `table_${at + 1}`,
              objectAt(resource, "schema"),
            );
            return path === undefined ? table : { ...table, path };
          });
    return schemaRead(title, tables);
  },
  write(schema) {
    const losses: Loss[] = [];
    const schemas = schema.tables.map((table) => written(table, losses));
    if (schemas.length === 1 && schema.title === undefined) return { document: schemas[0], losses };
    const resources = schema.tables.map((table, at) => ({
      name: table.name,
      path: table.path ?? `${table.name}.csv`,
      schema: schemas[at],
    }));
    return { document: { ...titled(schema.title), resources }, losses };
  },
};

function tableOf(name: string, json: Json): SchemaTable {
  const keyed = keysRead(json, "fields", (resource) => resource);
  const columns = listAt(json, "fields")
    .filter(isJson)
    .map((field, at): SchemaColumn => {
      const column = textAt(field, "name") ?? `column_${at + 1}`;
      const doc = textAt(field, "description") ?? textAt(field, "title");
      const required = objectAt(field, "constraints")["required"] === true;
      const domain = keyed([column], { type: typeOf(field), optional: !required });
      return { name: column, ...domain, ...(doc === undefined ? {} : { doc }) };
    });
  const missing = textsAt(json, "missingValues").filter((word) => word !== "");
  return { name, missing, columns };
}

function typeOf(field: Json): ColumnType {
  const limits = objectAt(field, "constraints");
  const categories = listAt(field, "categories").map((one) => (isJson(one) ? one["value"] : one));
  const listed = categories.length > 0 ? categories : listAt(limits, "enum");
  const unit = textAt(field, "unit");
  const measured = (kind: "int" | "real"): ColumnType => ({
    ...(bounded(kind, numberAt(limits, "minimum"), numberAt(limits, "maximum")) as ColumnType & {
      kind: "int";
    }),
    ...(unit === undefined ? {} : { unit }),
  });
  switch (textAt(field, "type") ?? "string") {
    case "integer":
    case "year":
      return listed.length > 0 && categories.length > 0 ? category(listed) : measured("int");
    case "number":
      return measured("real");
    case "boolean":
      return { kind: "bool" };
    case "date":
      return datedType("date", limits["minimum"], limits["maximum"]);
    case "datetime":
      return datedType("datetime", limits["minimum"], limits["maximum"]);
    case "duration":
      return { kind: "duration" };
    default: {
      if (listed.length > 0) return category(listed, field["categoriesOrdered"] === true);
      const like = textAt(limits, "pattern");
      if (like !== undefined) return { kind: "text", like };
      const invented = inventedBy(textAt(field, "format"));
      if (invented !== undefined) return { kind: "text", invented };
      return limits["unique"] === true ? { kind: "text" } : category([]);
    }
  }
}

function written(table: SchemaTable, losses: Loss[]): Json {
  const fields = described(table, losses, describe).map(([{ name, optional, doc }, about]) => {
    const { constraints = {}, ...field } = about;
    const limits = { ...(optional ? {} : { required: true }), ...(constraints as Json) };
    return {
      name,
      ...field,
      ...(doc === undefined ? {} : { description: doc }),
      ...(Object.keys(limits).length > 0 ? { constraints: limits } : {}),
    };
  });
  return {
    fields,
    missingValues: ["", ...table.missing],
    ...keysWritten(
      table,
      losses,
      (name) => name,
      (name, resource) => ({ fields: name, reference: { resource, fields: name } }),
    ),
  };
}

function describe(type: ColumnType, add: AddLoss): Json {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
      return describeNumber(type, add);
    case "duration":
      if (type.min !== undefined) add("range", "the range");
      return { type: "duration" };
    case "bool":
      return { type: "boolean" };
    case "category": {
      if (type.values.length === 0) return { type: "string" };
      const order = type.ordered ? { categories: type.values, categoriesOrdered: true } : {};
      return { type: "string", ...order, constraints: { enum: type.values } };
    }
    case "date":
    case "datetime":
      return { type: type.kind, constraints: datedBounds(type as ColumnType & { kind: "date" }) };
    case "id":
      return { type: "string", constraints: { unique: true } };
    case "ref":
      add("count", "how many rows there are for each");
      return { type: "string" };
    case "text":
      return textWritten(type, add, ["email", "uri", "uuid"], (pattern) => ({
        constraints: { pattern },
      }));
  }
}

function describeNumber(type: NumberType, add: AddLoss): Json {
  loseStep(type, add);
  if (type.kind === "money") add("kind", "that it is money");
  const of = type.unit === undefined ? {} : { unit: type.unit };
  return { type: type.kind === "int" ? "integer" : "number", ...of, constraints: limitsOf(type) };
}
