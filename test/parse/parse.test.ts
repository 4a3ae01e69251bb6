import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/parse/parse.js";

const folder = join(import.meta.dirname, "..", "specs");
const good = readdirSync(folder).filter(
  (file) => file.endsWith(".parable") && !file.includes(".broken.") && !file.includes(".half."),
);

describe("the corpus", () => {
  it.each(good)("%s parses without a word", (file) => {
    const { spec, diagnostics } = parse(readFileSync(join(folder, file), "utf8"), file);
    expect(diagnostics).toEqual([]);
    expect(spec.blocks.length).toBeGreaterThan(0);
  });
});
