import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chevrotain } from "../../grammar/chevrotain.js";
import { SpecParser, specParser, withAnalysis } from "../../grammar/parser.js";

const file = join(import.meta.dirname, "..", "..", "grammar", "cst.ts");

it("has tree types that agree with the rules (UPDATE_CST=1 writes them)", () => {
  const types = chevrotain.generateCstDts(specParser().getGAstProductions(), {
    includeVisitorInterface: false,
  });
  const text = `// Made from the grammar; test/grammar/cst-types.test.ts holds them together.\n${types}`;
  if (process.env["UPDATE_CST"]) writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
});

it("has a grammar without ambiguities or dead ends", () => {
  expect(() => withAnalysis(new SpecParser(false))).not.toThrow();
});
