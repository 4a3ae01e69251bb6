import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type Failure, failure } from "../base/failure.js";

/** What to say when a file can't be opened for reading. */
export function openFailure(source: string, path: string, format: string, error: unknown): Failure {
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR": {
      const near = neighbour(path);
      const remedy = near === undefined ? [] : [{ label: `did you mean ${near}?`, edits: [] }];
      return failure("P1302", { source, path }, { try: remedy, cause: error });
    }
    case "EACCES":
    case "EPERM":
    case "EISDIR":
      return failure("P1310", { source, path }, { cause: error });
    default:
      return failure("P1312", { source, path, format }, { cause: error });
  }
}

/** The error code of the operating system, or undefined. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

/** The file of the same folder whose name is nearest, where one is near at all. */
function neighbour(path: string): string | undefined {
  const wanted = basename(path).toLowerCase();
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const name of entries(dirname(path))) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, 1000);
  } catch {
    return [];
  }
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (above[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      row.push(Math.min(changed, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    above = row;
  }
  return above[b.length] as number;
}
