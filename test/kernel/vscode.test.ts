import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { root } from "./client.js";

const folder = join(root, "editors", "vscode");
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
const manifest = read("package.json");
const { grammars, languages } = manifest.contributes;

/** As much of VS Code's TypeScript grammar as decides where an injection may stand. */
const typescript = {
  scopeName: "source.ts",
  patterns: [{ include: "#expression" }],
  repository: {
    expression: {
      patterns: [
        { name: "comment.line.double-slash.ts", match: "//.*$" },
        { name: "string.quoted.double.ts", begin: '"', end: '"' },
        { name: "string.template.ts", begin: "\\w*`", end: "`" },
        { name: "keyword.control.ts", match: "\\b(?:const|await|import|from)\\b" },
        { name: "constant.numeric.ts", match: "\\b\\d+\\b" },
      ],
    },
  },
};

let registry: textmate.Registry;
beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      if (scope === "source.ts")
        return textmate.parseRawGrammar(JSON.stringify(typescript), "ts.json");
      const found = grammars.find((each: { scopeName: string }) => each.scopeName === scope);
      if (found === undefined) return null;
      return textmate.parseRawGrammar(readFileSync(join(folder, found.path), "utf8"), found.path);
    },
    getInjections: (scope) =>
      grammars
        .filter((each: { injectTo?: string[] }) => each.injectTo?.includes(scope))
        .map((each: { scopeName: string }) => each.scopeName),
  });
});

/** The scopes of the first piece that is exactly `piece`, innermost last. */
async function scopesOf(text: string, piece: string, scope = "source.ts"): Promise<string[]> {
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error(scope);
  let state: textmate.StateStack = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens) {
      if (line.slice(startIndex, endIndex).trim() === piece) return scopes;
    }
    state = ruleStack;
  }
  throw new Error(`no piece ${piece}`);
}

const template =
  "const made = await parable`\n  table t { x: int 1..6 }\n  generate g: $\u007b42} rows seed 1\n`;\nconst after = 7;";

describe("the colours of VS Code", () => {
  test("reach into the tagged template and end with it", async () => {
    expect(await scopesOf(template, "table")).toEqual(
      expect.arrayContaining(["meta.embedded.block.parable", "storage.type.parable"]),
    );
    expect(await scopesOf(template, "int")).toContain("support.type.parable");
    expect(await scopesOf(template, "42")).toContain("constant.numeric.ts");
    expect(await scopesOf(template, "seed")).toContain("keyword.operator.word.parable");
    expect(await scopesOf(template, "7")).toEqual(["source.ts", "constant.numeric.ts"]);
  });

  test("colour a %%parable cell to its end", async () => {
    const cell = "%%parable dice --check\ntable throws {\n  eyes: int 1..6\n}";
    expect(await scopesOf(cell, "%%parable dice --check")).toContain("meta.directive.parable");
    expect(await scopesOf(cell, "int")).toContain("support.type.parable");
  });

  test("leave comments, texts and other templates alone", async () => {
    expect(await scopesOf("// parable`table`", "// parable`table`")).toEqual([
      "source.ts",
      "comment.line.double-slash.ts",
    ]);
    expect((await scopesOf('"parable`table`"', "parable`table`")).join(" ")).not.toContain(
      "embedded",
    );
    expect((await scopesOf("sql`table`", "table")).join(" ")).not.toContain("parable");
  });

  test("read files of their own", async () => {
    expect(await scopesOf("table t {\n  x: real 0..1\n}", "real", "source.parable")).toContain(
      "support.type.parable",
    );
  });
});

describe("the VS Code package", () => {
  test("is one that vsce can pack: who, what, for which editor, and files that are there", () => {
    expect(manifest.name).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    expect(manifest.publisher).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.engines.vscode).toMatch(/^\^\d+\.\d+\.\d+$/);
    const files = ["README.md", "LICENSE"].concat(
      languages.map((each: { configuration: string }) => each.configuration),
      grammars.map((each: { path: string }) => each.path),
    );
    for (const file of files) expect(existsSync(join(folder, file)), file).toBe(true);
    expect(manifest).not.toHaveProperty("main");
  });

  test("names each language and embedded language it uses", () => {
    const ids = languages.map((each: { id: string }) => each.id);
    for (const { language, embeddedLanguages } of grammars) {
      for (const id of [language, ...Object.values(embeddedLanguages ?? {})]) {
        if (id !== undefined) expect(ids).toContain(id);
      }
    }
  });
});
