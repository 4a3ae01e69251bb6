import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockWords, statementWords, typeWords } from "../../grammar/words.js";
import { messages } from "../../src/base/messages.js";
import { check } from "../../src/check/check.js";
import { wordHelp } from "../../src/parse/help-words.js";
import { parse } from "../../src/parse/parse.js";
import { format } from "../../src/parse/print.js";
import { learnerNames } from "../../src/synth/registry.js";

const folder = join(import.meta.dirname, "..", "..", "docs", "language");
const pages = readdirSync(folder).filter((file) => file.endsWith(".md"));
const textOf = (page: string) => readFileSync(join(folder, page), "utf8");
const examples = pages.flatMap((page) =>
  [...textOf(page).matchAll(/```parable\n(.*?)```/gs)].map((match, at) => ({
    name: `${page} example ${at + 1}`,
    text: match[1] as string,
  })),
);

describe("the language reference", () => {
  it.each(examples)("$name compiles without a warning", ({ text }) => {
    const { spec, diagnostics } = parse(text, "example");
    const checked = check(spec, { learners: learnerNames });
    const said = [...diagnostics, ...checked.diagnostics].filter((d) => d.severity !== "note");
    expect(said.map(({ code, title }) => `${code} ${title}`)).toEqual([]);
    expect(parse(format(text), "formatted").diagnostics).toEqual([]);
  });

  it("speaks of every statement and type, and only of codes that exist", () => {
    const all = pages.map(textOf).join("\n");
    for (const word of Object.values({ ...blockWords, ...statementWords, ...typeWords })) {
      expect(all, word).toMatch(new RegExp(`\`[^\`\n]*\\b${word}\\b`));
      expect(Object.hasOwn(wordHelp, word), word).toBe(true);
    }
    for (const [code] of all.matchAll(/P\d{4}/g)) expect(Object.keys(messages)).toContain(code);
  });
});
