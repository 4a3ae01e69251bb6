import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { messages } from "../../src/base/messages.js";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "docs", "language");
const path = join(folder, "messages.md");

/** What each family of codes is about, and the pages of its statements. */
const families: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "01": ["Lines and words", ["basics", "tables", "rules"]],
  "02": ["Names", ["sources", "tables", "expressions"]],
  "03": ["Types, ranges, units", ["types", "expressions"]],
  "04": ["Domains", ["tables", "types", "privacy"]],
  "05": ["Rules", ["rules"]],
  "06": ["Keys and counts", ["rules", "types", "generate"]],
  "07": ["Privacy", ["privacy"]],
  "08": ["Fairness", ["fairness"]],
  "09": ["Learners and writers", ["learners"]],
  "10": ["What is generated", ["generate"]],
  "11": ["Reports", ["generate"]],
  "12": ["Notebooks and plots", ["generate"]],
  "13": ["Reading and writing data", ["sources"]],
  "14": ["Running, and the command line", ["generate", "sources"]],
};

function page(): string {
  const lines = [
    "# Messages",
    "",
    "Every code and what it is about; made from the catalogue. `parable explain P0203` tells more, mostly with an example and its remedy.",
    "An error keeps a spec from compiling or stops a run, a warning and a note do not.",
  ];
  const all = Object.entries(messages);
  for (const [family, [title, pages]] of Object.entries(families).sort()) {
    const own = all.filter(([code]) => code.slice(1, 3) === family);
    const links = pages.map((name) => `[${name}](${name}.md)`).join(", ");
    lines.push(
      "",
      `## P${family}… ${title}`,
      `Statements: ${links}.`,
      "",
      "| code | | about |",
      "|---|---|---|",
    );
    for (const [code, { severity, explain }] of own.sort(([a], [b]) => (a < b ? -1 : 1)))
      lines.push(`| ${code} | ${severity} | ${firstSentence(explain)} |`);
  }
  return `${lines.join("\n")}\n`;
}

function firstSentence(explain: string): string {
  const text = (explain.split(/\n\n|```/)[0] ?? "").replace(/\s+/g, " ").trim();
  const sentence = /^.*?[.:](?= [A-Z`]|$)/.exec(text)?.[0] ?? text;
  return sentence.replaceAll("|", "\\|").replace(/:$/, ".");
}

describe("the page of messages", () => {
  const said = (where: string): string =>
    readdirSync(join(root, where))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(root, where, name), "utf8"))
      .join("\n");

  it("has every code of parsing and checking (UPDATE_GRAMMAR=1 writes it from the catalogue)", () => {
    if (process.env["UPDATE_GRAMMAR"] !== undefined) writeFileSync(path, page());
    const written = readFileSync(path, "utf8");
    const sources = said("src/check") + said("src/parse");
    const codes = Object.keys(messages).filter((code) => sources.includes(`"${code}"`));
    expect(codes.length).toBeGreaterThan(70);
    for (const code of codes) expect(written).toContain(`| ${code} |`);
    for (const [code] of written.matchAll(/P\d{4}(?= \|)/g)) expect(messages).toHaveProperty(code);
  });
});

describe("a page of statements", () => {
  const pages = readdirSync(folder).filter(
    (file) => file.endsWith(".md") && !["README.md", "messages.md"].includes(file),
  );
  it.each(pages)(
    "%s has syntax, meaning, an example that is compiled, and its messages",
    (file) => {
      const text = readFileSync(join(folder, file), "utf8");
      expect(text, "syntax and meaning").toMatch(/\|---\||^## /m);
      expect(text, "example").toContain("```parable\n");
      expect(text, "messages").toMatch(/^Messages: P\d{4} /m);
    },
  );
});
