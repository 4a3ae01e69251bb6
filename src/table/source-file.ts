import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { SourceSpec } from "./source-types.js";

/** Formats whose files hold one table and nothing else. */
const SINGLE: ReadonlySet<string> = new Set(["csv", "parquet", "json", "arrow"]);

/** Where a source's rows lie, apart from what its spec calls it. */
export interface SourceFile {
  /** The file's path with links followed; what the spec says, where it is no file. */
  readonly place: string;
  /** The bytes of a file that holds this one table and nothing else. */
  readonly bytes?: () => AsyncIterable<Uint8Array>;
}

/** The file that a source names; undefined for a variable of the notebook. */
export async function sourceFile(
  { format, where }: Pick<SourceSpec, "format" | "where">,
  folder: string,
): Promise<SourceFile | undefined> {
  if (format === "frame") return undefined;
  const path = format === "example" ? undefined : await fileAt(resolve(folder, where));
  if (path === undefined) return { place: `${format} ${where}` };
  return SINGLE.has(format)
    ? { place: path, bytes: () => createReadStream(path) }
    : { place: path };
}

async function fileAt(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}
