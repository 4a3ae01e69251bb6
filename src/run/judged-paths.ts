import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { failure } from "../base/failure.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";

/** One file; a folder with a file for each table, named like it; or files by the names of tables. */
export type TableFiles = string | Readonly<Record<string, string>>;

/** The files of one judgement. */
export interface JudgedPaths {
  readonly real: TableFiles;
  readonly synthetic: TableFiles;
  readonly holdout?: TableFiles;
  /** Of several tables the one that is judged. */
  readonly table?: string;
}

/** A table of the spec with the files that are its own. */
export interface JudgedTable {
  readonly table: CheckedTable;
  readonly real: string;
  readonly synthetic: string;
  readonly holdout?: string;
}

/** Formats by their endings. */
export const FORMATS: Readonly<Record<string, string>> = {
  ".parquet": "parquet",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".arrow": "arrow",
  ".feather": "arrow",
};

/** The table that is meant, where one is. */
export function tableFor(checked: CheckedSpec, name: string | undefined): CheckedTable {
  const { tables } = checked;
  const only = tables.length === 1 ? tables[0] : undefined;
  const table = name === undefined ? only : tables.find((each) => each.name === name);
  if (table === undefined) {
    throw failure("P1462", { name, tables: tables.map((each) => each.name) });
  }
  return table;
}

/**
 * Which tables are judged, by which files; in the order of the spec.
 *
 * @throws Failure P1462 for a table that isn't said or isn't there, P1464 where a side lacks its file.
 */
export function judgedTables(checked: CheckedSpec, paths: JudgedPaths): readonly JudgedTable[] {
  const { holdout, table: name } = paths;
  const several = isSeveral(paths.real) && isSeveral(paths.synthetic);
  const wanted = several && name === undefined ? checked.tables : [tableFor(checked, name)];
  const names = checked.tables.map((each) => each.name);
  const filesOf = (files: TableFiles): ReadonlyMap<string, string> => {
    if (!isSeveral(files)) return new Map(wanted.map((table) => [table.name, files as string]));
    const found = typeof files === "string" ? filesIn(files) : new Map(Object.entries(files));
    const stranger = [...found.keys()].find((each) => !names.includes(each));
    if (stranger !== undefined && typeof files !== "string") {
      throw failure("P1462", { name: stranger, tables: names });
    }
    return found;
  };
  const [real, synthetic] = [filesOf(paths.real), filesOf(paths.synthetic)];
  const held = holdout === undefined ? undefined : filesOf(holdout);
  const judged = wanted.flatMap((table): JudgedTable[] => {
    const [a, b, c] = [real, synthetic, held].map((files) => files?.get(table.name));
    if (a === undefined && b === undefined && wanted.length > 1) return [];
    if (a === undefined || b === undefined) {
      throw failure("P1464", {
        table: table.name,
        lacking: a === undefined ? "real" : "synthetic",
      });
    }
    return [{ table, real: a, synthetic: b, ...(c === undefined ? {} : { holdout: c }) }];
  });
  const first = names[0] ?? "";
  if (judged.length === 0) throw failure("P1464", { table: first, lacking: "real" });
  return judged;
}

function isSeveral(files: TableFiles): boolean {
  return (
    typeof files !== "string" || statSync(files, { throwIfNoEntry: false })?.isDirectory() === true
  );
}

/** Files of a folder by their names without the ending. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const ending = extname(file);
    const known = ending === ".csv" || ending === ".tsv" || FORMATS[ending] !== undefined;
    // What a run writes beside its rows is no table.
    const own = file === "release.json" || file === "report.json";
    const name = file.slice(0, file.length - ending.length);
    if (known && !own && !found.has(name)) found.set(name, join(folder, file));
  }
  return found;
}
