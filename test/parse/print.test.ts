import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/parse/parse.js";
import { format, print } from "../../src/parse/print.js";

const folder = join(import.meta.dirname, "..", "specs");
const good = readdirSync(folder).filter(
  (file) => file.endsWith(".parable") && !file.includes(".broken.") && !file.includes(".half."),
);

/** The meaning of a tree: everything but places and the text. */
export function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "span" && key !== "text");
  const name = "text" in value && !("blocks" in value) ? { text: value.text } : {};
  return { ...name, ...Object.fromEntries(kept.map(([key, inner]) => [key, meaning(inner)])) };
}

describe("print", () => {
  it.each(good)("%s comes back with the same meaning, and stays as printed", (file) => {
    const { spec } = parse(readFileSync(join(folder, file), "utf8"), file);
    const printed = print(spec);
    const again = parse(printed, file);
    expect(again.diagnostics).toEqual([]);
    expect(meaning(again.spec)).toEqual(meaning(spec));
    expect(print(again.spec)).toBe(printed);
    expect(printed).toMatchSnapshot();
  });

  it("leaves a text with errors alone", () => {
    expect(format("table t { x int 1..\n")).toBe("table t { x int 1..\n");
  });
});
