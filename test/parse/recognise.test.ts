import fc from "fast-check";
import { expect, it } from "vitest";
import { normaliseLines } from "../../grammar/lines.js";
import { scan } from "../../grammar/scan.js";
import { marginOf } from "../../src/parse/margin.js";
import { outline } from "../../src/parse/outline.js";
import { readTokens } from "../../src/parse/read-tokens.js";
import { recognise } from "../../src/parse/recognise.js";
import { corpus, readSpec } from "./corpus.js";

/** Every line of the good specs, with the rule that reads it. */
const lines = corpus("good").flatMap((file) => {
  const text = readSpec(file);
  const { tokens } = scan(text);
  const { blocks } = outline(normaliseLines(tokens), marginOf(text, tokens), (line) => line);
  return blocks.flatMap((block) => [
    { rule: "head" as const, tokens: block.head },
    ...block.lines.map((line) => ({
      rule: `${block.inside ?? "table"}Line` as const,
      tokens: line,
    })),
  ]);
});
const tokens = lines.flatMap((line) => line.tokens);

it("accepts the lines that the parser accepts", () => {
  for (const { rule, tokens } of lines) {
    expect(readTokens(tokens, rule).tree).toBeDefined();
    expect(recognise(tokens, rule).accepted).toBe(true);
  }
});

it("agrees with the parser on lines with one change", () => {
  fc.assert(
    fc.property(
      fc.nat(lines.length - 1),
      fc.nat(),
      fc.constantFrom("delete", "insert", "replace"),
      fc.nat(tokens.length - 1),
      (which, place, change, other) => {
        const line = lines[which]!;
        const changed = [...line.tokens];
        const at = place % changed.length;
        if (change === "insert") changed.splice(at, 0, tokens[other]!);
        else changed.splice(at, 1, ...(change === "replace" ? [tokens[other]!] : []));
        if (changed.length === 0) return;
        const read = readTokens(changed, line.rule).tree !== undefined;
        // The parser looks one or two words ahead; what it accepts, all readings together accept.
        if (read) expect(recognise(changed, line.rule).accepted).toBe(true);
        else if (recognise(changed, line.rule).accepted)
          throw new Error(changed.map((token) => token.image).join(" "));
      },
    ),
    { numRuns: 3000, seed: 5 },
  );
});
