import { failure } from "../base/failure.js";
import type { Release, ReleasedModel } from "../ir/release.js";
import { decodeModel, encodeModel } from "../synth/saved-model.js";
import type { SavedModel } from "../synth/synthesizer.js";
import type { Column, Table } from "../table/table.js";

/** What a model file holds: a spec, its settings, and what was learned of its tables. */
export interface ModelFile {
  readonly text: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly models: readonly ReleasedModel[];
}

/** The learner's name of a file that holds a whole spec. */
const SPEC = "spec";
/** Of the file and of every learner's part of it. */
const VERSION = 1;

interface SavedTable {
  readonly table: string;
  readonly learner: string;
  readonly version: number;
  readonly json: unknown;
  readonly rows?: number;
  readonly taught?: readonly SavedPairs[];
}

/** A table without its arrays. */
interface SavedPairs {
  readonly rows: number;
  readonly columns: readonly (Omit<Column, "values" | "codes" | "levels"> & {
    readonly levels?: readonly string[];
  })[];
}

/** The models of a release with the text of its spec as bytes: JSON and arrays with a checksum, no code. */
export function encodeModels(text: string, release: Release): Uint8Array {
  const { checked } = release.plan;
  const arrays: Record<string, SavedModel["arrays"][string]> = {};
  const tables = release.models.map(({ table, saved, taught, rows }, at): SavedTable => {
    for (const [name, array] of Object.entries(saved.arrays)) arrays[`${at}/${name}`] = array;
    taught?.forEach(({ columns }, rule) => {
      columns.forEach((column, place) => {
        const array = column.kind === "number" ? column.values : column.codes;
        arrays[pairsArray(at, rule, place)] = array;
      });
    });
    const { learner, version, json } = saved;
    return {
      ...{ table, learner, version, json },
      ...(taught === undefined ? {} : { taught: taught.map(shapeOf) }),
      ...(rows === undefined ? {} : { rows }),
    };
  });
  const params = Object.fromEntries(checked.params.map(({ name, value }) => [name, value]));
  return encodeModel({ learner: SPEC, version: VERSION, json: { text, params, tables }, arrays });
}

function pairsArray(table: number, rule: number, column: number): string {
  return `${table}+${rule}+${column}`;
}

function shapeOf({ rows, columns }: Table): SavedPairs {
  return {
    rows,
    columns: columns.map(({ kind, name, type, ...rest }) => ({
      ...{ kind, name, type },
      ...("levels" in rest ? { levels: rest.levels } : {}),
    })),
  };
}

/**
 * What `encodeModels` gave.
 *
 * @throws Failure P0910 for bytes that are no whole model file, P0911 for a newer format.
 */
export function decodeModels(bytes: Uint8Array, name: string): ModelFile {
  const { learner, version, json, arrays } = decodeModel(bytes, name);
  if (learner !== SPEC) {
    throw failure("P0910", { name }, { because: ["it holds one model, without its spec"] });
  }
  const held = json as { readonly text?: unknown; readonly tables?: unknown } | null;
  if (typeof held?.text !== "string" || !Array.isArray(held.tables)) {
    throw failure("P0910", { name }, { because: ["it holds no spec, or no models"] });
  }
  const { text, params, tables } = json as Pick<ModelFile, "text" | "params"> & {
    readonly tables: readonly SavedTable[];
  };
  const found = tables.reduce((most, one) => Math.max(most, one.version), version);
  if (found > VERSION) throw failure("P0911", { name, found, known: VERSION });
  const models = tables.map(({ taught, ...rest }, at): ReleasedModel => {
    const own = Object.entries(arrays).flatMap(([key, array]) =>
      key.startsWith(`${at}/`) ? [[key.slice(`${at}/`.length), array] as const] : [],
    );
    const { table, version, json: inner, rows } = rest;
    return {
      table,
      saved: { learner: rest.learner, version, json: inner, arrays: Object.fromEntries(own) },
      ...(taught === undefined
        ? {}
        : {
            taught: taught.map((shape, rule) =>
              tableFrom(table, shape, (place) => arrays[pairsArray(at, rule, place)]),
            ),
          }),
      ...(rows === undefined ? {} : { rows }),
    };
  });
  return { text, params, models };
}

function tableFrom(
  name: string,
  { rows, columns }: SavedPairs,
  arrayOf: (place: number) => SavedModel["arrays"][string] | undefined,
): Table {
  return {
    ...{ kind: "table", name, rows },
    columns: columns.map(({ levels, ...column }, place): Column => {
      const array = arrayOf(place);
      return column.kind === "number"
        ? { ...column, kind: "number", values: array as Float64Array }
        : { ...column, kind: "code", codes: array as Int32Array, levels: levels ?? [] };
    }),
  };
}
