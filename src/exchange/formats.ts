import { csvw } from "./csvw.js";
import { domainJson } from "./domain-json.js";
import { jsonSchema } from "./json-schema.js";
import type { ExchangeFormat, Json } from "./schema.js";
import { sdv } from "./sdv.js";
import { tableSchema } from "./table-schema.js";

/** Every foreign format, in the order in which a document is tried. */
export const formats: readonly ExchangeFormat[] = [sdv, csvw, tableSchema, jsonSchema, domainJson];

/** The format of a document, by what only that format has. */
export function formatOf(document: Json): ExchangeFormat | undefined {
  return formats.find((format) => format.knows(document));
}
