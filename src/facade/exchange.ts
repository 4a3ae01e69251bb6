import { failure } from "../base/failure.js";
import { rowType } from "../check/row-type.js";
import type { Loss } from "../exchange/schema.js";
import type { CheckedSpec } from "../ir/checked.js";
import { sketchText } from "../ir/sketch.js";
import { formatSpec } from "../pipeline.js";

/** Something that could not be carried over, in words: `people.age: the unit (years)`. */
export type NotCarried = string;

/** The foreign formats by name, both to read and to write; `typescript` is written only. */
export const schemaFormats: readonly string[] = [
  "sdv",
  "csvw",
  "frictionless",
  "json-schema",
  "domain.json",
  "typescript",
];

/** How a foreign schema becomes a spec. */
export interface ImportOptions {
  /** `sdv`, `csvw`, `frictionless`, `json-schema`, `domain.json`; default: found by what it holds. */
  readonly from?: string;
  /** The name of the spec, and of a single table without a name; default: `data`. */
  readonly name?: string;
  /** Where the rows lie: a file, or one for each table by its name. */
  readonly data?: string | Readonly<Record<string, string>>;
  /** Write no source: every domain must then be in the schema. */
  readonly withoutData?: boolean;
}

/** A spec made from a foreign schema. */
export interface ImportedSpec {
  readonly text: string;
  readonly from: string;
  readonly notCarried: readonly NotCarried[];
}

/**
 * A spec from the schema of another tool: SDV metadata, private-pgm's `domain.json`, Frictionless
 * Table Schema or Data Package, CSVW, JSON Schema.
 *
 * @param document the parsed JSON
 * @throws Failure P1493 for a document of no known format, P1494 for a format that is not known.
 */
export async function importSchema(
  document: unknown,
  options: ImportOptions = {},
): Promise<ImportedSpec> {
  const [{ formats, formatOf }, { isJson }, { sketchOf }] = await Promise.all([
    import("../exchange/formats.js"),
    import("../exchange/schema.js"),
    import("../exchange/spec-schema.js"),
  ]);
  if (!isJson(document)) throw failure("P1493", { reason: "it is not a JSON object" });
  const wanted = options.from;
  const format =
    wanted === undefined ? formatOf(document) : formats.find(({ name }) => name === wanted);
  if (format === undefined) {
    if (wanted !== undefined) throw failure("P1494", { format: wanted, formats: schemaFormats });
    throw failure("P1493", { reason: "nothing in it tells which format it is" });
  }
  const name = options.name ?? "data";
  const { schema, losses } = format.read(document, name);
  if (schema.tables.every((table) => table.columns.length === 0))
    throw failure("P1493", { reason: `as ${format.name}, it has no columns` });
  const { data = {} } = options;
  const files = Object.entries(
    typeof data === "string" ? { [schema.tables[0]?.name ?? name]: data } : data,
  );
  const sketch = sketchOf(schema, {
    name,
    files: new Map(files),
    withoutData: options.withoutData === true,
    lead: [`Imported from ${format.name} by \`parable import\`.`],
  });
  const { text } = await formatSpec(sketchText(sketch), "import");
  return { text, from: format.name, notCarried: losses.map(say) };
}

/** A spec's columns as a foreign schema. */
export interface ExportedSchema {
  /** The document: JSON, or TypeScript. */
  readonly text: string;
  readonly notCarried: readonly NotCarried[];
}

/**
 * The columns of a spec as the schema of another tool, and what that can't say.
 *
 * @param to one of `schemaFormats`; `typescript` gives one interface a table
 * @throws Failure P1494 for a format that is not known.
 */
export async function exportSchema(checked: CheckedSpec, to: string): Promise<ExportedSchema> {
  if (to === "typescript") {
    const types = checked.tables.map(
      (table) => `export interface ${typeName(table.name)} ${rowType(table)}\n`,
    );
    return { text: types.join("\n"), notCarried: [] };
  }
  const [{ formats }, { schemaOf }] = await Promise.all([
    import("../exchange/formats.js"),
    import("../exchange/spec-schema.js"),
  ]);
  const format = formats.find(({ name }) => name === to);
  if (format === undefined) throw failure("P1494", { format: to, formats: schemaFormats });
  const { schema, losses } = schemaOf(checked);
  const { document, losses: more } = format.write(schema);
  return {
    text: `${JSON.stringify(document, null, 2)}\n`,
    notCarried: [...losses, ...more].map(say),
  };
}

const say = ({ table, column, text }: Loss): NotCarried =>
  `${column === undefined ? table : `${table}.${column}`}: ${text}`;

/** `people` as `PeopleRow`. */
function typeName(table: string): string {
  const words = table.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return `${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")}Row`;
}
