import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Remedy } from "../base/diagnostic.js";
import { type Failure, failure } from "../base/failure.js";

/** What to say when a file can't be opened for reading. */
export function openFailure(source: string, path: string, format: string, error: unknown): Failure {
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR": {
      return failure("P1302", { source, path }, { try: whereElse(path), cause: error });
    }
    case "EISDIR": {
      const because = ["it is a folder"];
      return failure(
        "P1310",
        { source, path },
        { because, try: [aim("name a file in it")], cause: error },
      );
    }
    case "EACCES":
    case "EPERM":
      return failure("P1310", { source, path }, { cause: error });
    default:
      return failure("P1312", { source, path, format }, { cause: error });
  }
}

/** The error code of the operating system, or undefined. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

const aim = (label: string): Remedy => ({ label, edits: [] });

function whereElse(path: string): readonly Remedy[] {
  if (/(^|[/\\])(https?|ftp|s3):[/\\]/.test(path)) {
    return [aim("download the file and name it here: nothing is fetched from the network")];
  }
  const near = neighbour(path);
  return near === undefined ? [] : [aim(`did you mean ${near}?`)];
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
