import { type ColumnType, UNBOUNDED } from "../table/column-type.js";
import {
  type AddLoss,
  bounded,
  category,
  type ExchangeFormat,
  isJson,
  type Json,
  type Loss,
  listAt,
  loseDomain,
  lossesOf,
  objectAt,
  type SchemaColumn,
  type SchemaTable,
  textAt,
} from "./schema.js";

/** Personal kinds: what SDV calls them, and what `text invented` does. */
const personal: readonly (readonly [string, string])[] = [
  ["name", "name"],
  ["first_name", "first_name"],
  ["last_name", "last_name"],
  ["email", "email"],
  ["phone_number", "phone"],
  ["address", "address"],
  ["street_address", "street"],
  ["city", "city"],
  ["postcode", "postcode"],
  ["country", "country"],
  ["ssn", "ssn"],
  ["iban", "iban"],
  ["credit_card_number", "card"],
  ["company", "company"],
  ["job", "job"],
  ["url", "url"],
  ["ipv4_address", "ip"],
  ["mac_address", "mac"],
  ["user_name", "username"],
  ["license_plate", "plate"],
];

/**
 * SDV's metadata, `SINGLE_TABLE_V1`, `MULTI_TABLE_V1` and `V1`. It names kinds, keys and relationships,
 * but neither ranges nor which columns may be missing.
 */
export const sdv: ExchangeFormat = {
  name: "sdv",
  knows: (document) =>
    "METADATA_SPEC_VERSION" in document ||
    Object.values(objectAt(document, "columns")).some((one) => isJson(one) && "sdtype" in one),
  read(document, name) {
    const tables = isJson(document["tables"]) ? document["tables"] : { [name]: document };
    const relations = listAt(document, "relationships").filter(isJson);
    const losses: Loss[] = [];
    const read = Object.entries(tables).map(([table, described]) => {
      losses.push({
        table,
        what: "missing",
        text: "which columns may be missing: all are `or missing`",
      });
      return tableOf(table, isJson(described) ? described : {}, relations);
    });
    return { schema: { tables: read }, losses };
  },
  write(schema) {
    const losses: Loss[] = [];
    const tables = schema.tables.map((table) => [table.name, written(table, losses)] as const);
    const [only] = tables;
    if (tables.length === 1 && only !== undefined)
      return {
        document: { METADATA_SPEC_VERSION: "SINGLE_TABLE_V1", ...only[1] },
        losses,
      };
    const relationships = schema.tables.flatMap((table) =>
      table.columns.flatMap(({ name, type }) =>
        type.kind === "ref"
          ? [
              {
                parent_table_name: type.table,
                parent_primary_key: keyOf(schema.tables.find((one) => one.name === type.table)),
                child_table_name: table.name,
                child_foreign_key: name,
              },
            ]
          : [],
      ),
    );
    return {
      document: {
        METADATA_SPEC_VERSION: "MULTI_TABLE_V1",
        tables: Object.fromEntries(tables),
        relationships,
      },
      losses,
    };
  },
};

const keyOf = (table: SchemaTable | undefined): string | undefined =>
  table?.columns.find(({ type }) => type.kind === "id")?.name;

function tableOf(name: string, json: Json, relations: readonly Json[]): SchemaTable {
  const key = textAt(json, "primary_key");
  const columns = Object.entries(objectAt(json, "columns")).map(
    ([column, described]): SchemaColumn => {
      const about = isJson(described) ? described : {};
      const parent = relations.find(
        (one) =>
          textAt(one, "child_table_name") === name && textAt(one, "child_foreign_key") === column,
      );
      const table = parent === undefined ? undefined : textAt(parent, "parent_table_name");
      if (column === key) return { name: column, type: { kind: "id" }, optional: false };
      if (table !== undefined)
        return {
          name: column,
          type: { kind: "ref", table, min: 0, max: UNBOUNDED },
          optional: false,
        };
      return { name: column, type: typeOf(about), optional: true };
    },
  );
  return { name, missing: [], columns };
}

function typeOf(json: Json): ColumnType {
  const kind = textAt(json, "sdtype") ?? "unknown";
  switch (kind) {
    case "numerical": {
      const whole = /int/i.test(textAt(json, "computer_representation") ?? "");
      return bounded(whole ? "int" : "real", undefined, undefined);
    }
    case "categorical": {
      const order = listAt(json, "order");
      return category(order, order.length > 0);
    }
    case "boolean":
      return { kind: "bool" };
    case "datetime": {
      const hours = /%[HIMSfpcXT]/.test(textAt(json, "datetime_format") ?? "%H");
      return bounded(hours ? "datetime" : "date", undefined, undefined);
    }
    case "id": {
      const like = textAt(json, "regex_format");
      return like === undefined ? { kind: "text" } : { kind: "text", like };
    }
    default: {
      const invented = personal.find(([theirs]) => theirs === kind)?.[1];
      return invented === undefined ? { kind: "text" } : { kind: "text", invented };
    }
  }
}

function written(table: SchemaTable, losses: Loss[]): Json {
  const columns = table.columns.map(({ name, type, optional, doc }) => {
    const { all, add } = lossesOf(table.name, name);
    const described = describe(type, add, name === keyOf(table));
    if (!optional && type.kind !== "id" && type.kind !== "ref")
      add("missing", "that no value may be missing");
    if (doc !== undefined) add("doc", "its description");
    losses.push(...all);
    return [name, described] as const;
  });
  if (table.missing.length > 0)
    losses.push({ table: table.name, what: "words", text: "the words for a missing value" });
  const key = keyOf(table);
  return {
    ...(key === undefined ? {} : { primary_key: key }),
    columns: Object.fromEntries(columns),
  };
}

function describe(type: ColumnType, add: AddLoss, isKey: boolean): Json {
  switch (type.kind) {
    case "int":
    case "real":
    case "money":
      loseDomain(type, add);
      if (type.kind === "money") add("kind", "that it is money");
      return {
        sdtype: "numerical",
        computer_representation: type.kind === "int" ? "Int64" : "Float",
      };
    case "duration":
      loseDomain(type, add);
      add("kind", "that it is a duration");
      return { sdtype: "numerical", computer_representation: "Float" };
    case "category":
      if (type.ordered) return { sdtype: "categorical", order: type.values };
      if (type.values.length > 0) add("values", `its ${type.values.length} values`);
      return { sdtype: "categorical" };
    case "bool":
      return { sdtype: "boolean" };
    case "date":
    case "datetime": {
      loseDomain(type, add);
      const format = type.kind === "date" ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S";
      return { sdtype: "datetime", datetime_format: format };
    }
    case "id":
      if (!isKey) add("key", "that it is a key");
      return { sdtype: "id" };
    case "ref":
      add("count", "how many rows there are for each");
      return { sdtype: "id" };
    case "text": {
      if (type.like !== undefined) return { sdtype: "id", regex_format: type.like };
      const theirs = personal.find(([, ours]) => ours === type.invented)?.[0];
      if (type.invented !== undefined && theirs === undefined)
        add("kind", `that it is invented (${type.invented})`);
      return { sdtype: theirs ?? "unknown", pii: true };
    }
  }
}
