import { expect, it } from "vitest";
import { scan } from "../../grammar/scan.js";
import { Newline } from "../../grammar/tokens.js";
import { stream } from "../../src/base/random.js";
import { SourceText } from "../../src/base/source-text.js";
import { parse } from "../../src/parse/parse.js";
import { corpus, readSpec } from "./corpus.js";

interface Mutant {
  readonly text: string;
  /** Where the change was made, in the mutant. */
  readonly at: number;
  readonly what: string;
}

/** Deletions, swaps and misspellings of single words and signs: `count` of them for a spec. */
function mutants(text: string, file: string, count: number): Mutant[] {
  const random = stream(7, "mutation", file);
  const tokens = scan(text).tokens.filter((token) => token.tokenType !== Newline);
  return Array.from({ length: count }, () => {
    const index = Math.floor(random.uniform() * tokens.length);
    const token = tokens[index]!;
    const [start, end] = [token.startOffset, token.endOffset! + 1];
    const word = text.slice(start, end);
    const kind = Math.floor(random.uniform() * 3);
    const next = tokens[index + 1];
    if (kind === 0)
      return { text: text.slice(0, start) + text.slice(end), at: start, what: `delete ${word}` };
    if (kind === 1 && next !== undefined) {
      const other = text.slice(next.startOffset, next.endOffset! + 1);
      const between = text.slice(end, next.startOffset);
      const after = text.slice(next.endOffset! + 1);
      return {
        text: text.slice(0, start) + other + between + word + after,
        at: start,
        what: `swap ${word} ${other}`,
      };
    }
    const letter = Math.floor(random.uniform() * word.length);
    const other = String.fromCharCode(97 + Math.floor(random.uniform() * 26));
    const misspelt = word.slice(0, letter) + other + word.slice(letter + 1);
    return {
      text: text.slice(0, start) + misspelt + text.slice(end),
      at: start,
      what: `misspell ${word} as ${misspelt}`,
    };
  });
}

const perSpec = Number(process.env["PARABLE_MUTANTS"] ?? 15);

it("says one thing, near the place, for nearly every slip", () => {
  let broken = 0;
  let errors = 0;
  let near = 0;
  let most = 0;
  const far: string[] = [];
  for (const file of corpus("good"))
    for (const mutant of mutants(readSpec(file), file, perSpec)) {
      const { diagnostics } = parse(mutant.text, file);
      if (diagnostics.length === 0) continue;
      const source = new SourceText(file, mutant.text);
      const line = source.positionAt(mutant.at).line;
      const place = diagnostics[0]!.spans.find((span) => span.primary) ?? diagnostics[0]!.spans[0]!;
      broken++;
      errors += diagnostics.length;
      most = Math.max(most, diagnostics.length);
      const distance = Math.abs(source.positionAt(place.start).line - line);
      if (distance <= 1) near++;
      if (distance > 1 || diagnostics.length > 2)
        far.push(
          `${file}:${line} ${mutant.what} → ${diagnostics.length}, first ${source.positionAt(place.start).line}: ${diagnostics[0]!.title}`,
        );
    }
  const figures = { broken, errorsEach: errors / broken, most, near: near / broken };
  process.stdout.write(`mutation: ${JSON.stringify(figures)}\n`);
  if (process.env["PARABLE_SHOW"]) process.stdout.write(`${far.join("\n")}\n`);
  expect(figures.errorsEach).toBeLessThanOrEqual(2);
  expect(figures.near).toBeGreaterThanOrEqual(0.95);
});
