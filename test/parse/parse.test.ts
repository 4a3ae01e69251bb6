import { describe, expect, it } from "vitest";
import { parse } from "../../src/parse/parse.js";
import { corpus, readSpec } from "./corpus.js";

describe("the corpus", () => {
  it.each(corpus("good"))("%s parses without a word", (file) => {
    const { spec, diagnostics } = parse(readSpec(file), file);
    expect(diagnostics).toEqual([]);
    expect(spec.blocks.length).toBeGreaterThan(0);
  });
});
