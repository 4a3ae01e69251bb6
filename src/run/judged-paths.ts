import { failure } from "../base/failure.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import { isFolder, tablesIn } from "../table/table-files.js";

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
    const found = typeof files === "string" ? tablesIn(files) : new Map(Object.entries(files));
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
  return typeof files !== "string" || isFolder(files);
}
