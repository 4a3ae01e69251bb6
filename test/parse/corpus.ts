import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "specs");

/** Names of the corpus files of a kind: `good` parse cleanly, `broken` have errors of syntax or meaning. */
export function corpus(kind: "good" | "warn" | "broken" | "half"): string[] {
  return readdirSync(folder).filter((file) => {
    if (!file.endsWith(".parable")) return false;
    if (file.includes(".broken.")) return kind === "broken";
    if (file.includes(".warn.")) return kind === "warn";
    return file.includes(".half.") ? kind === "half" : kind === "good";
  });
}

export function readSpec(file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

const isSpan = (value: unknown) =>
  typeof value === "object" && value !== null && "start" in value && "end" in value;

/** The meaning of a tree: everything but places and the text. */
export function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key]) => key !== "span" && !("blocks" in value && key === "text"),
  );
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, key === "guessed" && isSpan(inner) ? true : meaning(inner)]),
  );
}
