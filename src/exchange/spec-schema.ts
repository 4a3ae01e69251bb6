import type { CheckedColumn, CheckedSpec } from "../ir/checked.js";
import { quote } from "../ir/quote.js";
import { nameFor, type Sketch, type SketchColumn } from "../ir/sketch.js";
import type { Loss, Schema, SchemaRead, SchemaTable } from "./schema.js";
import { typeText } from "./type-text.js";

/** What a spec has that a schema can carry, and what is left behind before any format is chosen. */
export function schemaOf(spec: CheckedSpec): SchemaRead {
  const losses: Loss[] = [];
  const tables = spec.tables.map((table): SchemaTable => {
    const source = spec.sources.find(({ name }) => name === table.source?.name);
    const isFile = source !== undefined && ["csv", "parquet", "json"].includes(source.format);
    if (table.rules.length > 0)
      losses.push({ table: table.name, what: "rules", text: `its ${table.rules.length} rules` });
    for (const column of table.columns)
      if (column.origin.kind === "computed" || column.origin.kind === "drawn")
        losses.push({
          table: table.name,
          column: column.name,
          what: "formula",
          text: "how it is made",
        });
    return {
      name: table.name,
      ...(isFile ? { path: source.where } : {}),
      missing: source?.missing ?? [],
      columns: table.columns.map(({ header, type, optional, doc }) => ({
        name: header,
        type: plain(type),
        optional,
        ...(doc === undefined ? {} : { doc }),
      })),
    };
  });
  const title = spec.title === undefined ? {} : { title: spec.title };
  return { schema: { ...title, tables }, losses };
}

/** Money without a step of its own has cents: they need not be said. */
function plain(type: CheckedColumn["type"]): CheckedColumn["type"] {
  if (type.kind === "money" && type.step === 0.01) {
    const { step: _, ...rest } = type;
    return rest;
  }
  return type;
}

/** Where the rows of imported tables are: a file for each, or nowhere. */
export interface ImportPlace {
  readonly name: string;
  /** Files by table; the only one may stand for the only table. */
  readonly files: ReadonlyMap<string, string>;
  /** Tables are made from nothing: no source is written. */
  readonly withoutData: boolean;
  readonly lead: readonly string[];
}

/** A spec for a schema that was read. */
export function sketchOf(schema: Schema, place: ImportPlace): Sketch {
  const names = new Set<string>();
  const renamed = new Map<string, string>();
  for (const { name } of schema.tables) {
    const ours = nameFor(name, names, "t");
    names.add(ours);
    renamed.set(name, ours);
  }
  const sources = new Set<string>();
  const tables = schema.tables.map((table) => {
    const name = renamed.get(table.name) as string;
    const source = nameFor(`${name}_file`, sources, "data");
    sources.add(source);
    const taken = new Set<string>();
    const columns = table.columns.map((column, at): SketchColumn => {
      const ours = nameFor(column.name, taken, `column_${at + 1}`);
      taken.add(ours);
      const { type } = column;
      const known =
        type.kind === "ref" ? { ...type, table: renamed.get(type.table) ?? type.table } : type;
      return {
        name: ours,
        type: typeText(known),
        optional: column.optional && type.kind !== "id",
        guessed: false,
        ...(ours === column.name || place.withoutData ? {} : { header: column.name }),
        ...(column.doc === undefined ? {} : { doc: column.doc }),
      };
    });
    const file = place.files.get(table.name) ?? table.path ?? `${table.name}.csv`;
    const words =
      table.missing.length === 0 ? "" : ` missing ${table.missing.map(quote).join(", ")}`;
    return {
      line: `source ${source} = ${formatOf(file)} ${quote(file)}${words}`,
      isChild: table.columns.some(({ type }) => type.kind === "ref"),
      table: {
        name,
        ...(place.withoutData ? {} : { from: source }),
        columns,
        rules: [],
        remarks: [],
      },
    };
  });
  const roots = tables.filter(({ isChild }) => !isChild);
  return {
    lead: place.lead,
    name: nameFor(place.name, new Set(), "spec"),
    ...(schema.title === undefined ? {} : { title: schema.title }),
    sources: place.withoutData ? [] : tables.map(({ line }) => line),
    tables: tables.map(({ table }) => table),
    tail:
      tables.length === 1
        ? ["generate made: 1_000 rows seed 1"]
        : roots.slice(0, 1).map(({ table }) => `generate 1_000 ${table.name} seed 1`),
  };
}

function formatOf(file: string): string {
  if (/\.parquet$/i.test(file)) return "parquet";
  return /\.(json|jsonl|ndjson)$/i.test(file) ? "json" : "csv";
}
