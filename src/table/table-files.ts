import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

/** Formats of files of rows by their endings; all others are read as CSV. */
export const FORMATS: Readonly<Record<string, string>> = {
  ".parquet": "parquet",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".arrow": "arrow",
  ".feather": "arrow",
};

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Files of rows in a folder by their names without the ending; what a run writes beside its rows is left out. */
export function tablesIn(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const ending = extname(file);
    const rows = ending === ".csv" || ending === ".tsv" || Object.hasOwn(FORMATS, ending);
    const beside = file === "release.json" || file === "report.json";
    const name = file.slice(0, file.length - ending.length);
    if (rows && !beside && !found.has(name)) found.set(name, join(folder, file));
  }
  return found;
}
