import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { StreamLanguage } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import type { IToken } from "chevrotain";
import { describe, expect, it } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { ebnf } from "../../grammar/ebnf.js";
import { highlighting, type Style } from "../../grammar/highlight.js";
import { scan } from "../../grammar/scan.js";
import { parableStream } from "../../grammar/stream-language.js";
import { styleOfScope, textmateGrammar } from "../../grammar/textmate.js";
import {
  Comment,
  DateToken,
  Newline,
  NumberToken,
  Percent,
  StringToken,
  typeOfSpelling,
} from "../../grammar/tokens.js";
import { blockWords, reservedWords, typeWords } from "../../grammar/words.js";
import { corpus, readSpec } from "../parse/corpus.js";
import { railroadPage } from "./railroad.js";

const root = join(import.meta.dirname, "..", "..");

/** The style of each character by the compiler's own reading, and by an editor's. */
type Painting = (Style | undefined)[];

function paint(painting: Painting, start: number, end: number, style: Style | undefined): void {
  for (let at = start; at < end; at++) painting[at] = style;
}

function byCompiler(text: string): Painting {
  const painting: Painting = Array.from({ length: text.length });
  const { tokens, comments } = scan(text);
  for (const { image, startOffset } of comments)
    paint(
      painting,
      startOffset,
      startOffset + image.length,
      image.startsWith("##") ? "docComment" : "comment",
    );
  for (const [at, token] of tokens.entries()) {
    if (token.tokenType === Newline) continue;
    const next = tokens[at + 1];
    const gap = text.slice(token.endOffset! + 1, next?.startOffset);
    const named = next?.image === ":" && /^[ \t]*$/.test(gap);
    const member = tokens[at - 1]?.image === ".";
    paint(painting, token.startOffset, token.endOffset! + 1, styleOf(token, named || member));
  }
  return painting;
}

const has = (table: Readonly<Record<string, string>>, word: string) =>
  Object.values(table).includes(word);

function styleOf({ tokenType, image }: IToken, name: boolean): Style {
  if (tokenType === Comment) return "comment";
  if (tokenType === StringToken) return "string";
  if ([NumberToken, Percent, DateToken].includes(tokenType)) return "number";
  if (!/^[\p{L}_]/u.test(image)) return "operator";
  if (name) return "propertyName";
  if (has(blockWords, image)) return "definitionKeyword";
  if (has(typeWords, image)) return "typeName";
  if (image === "true" || image === "false") return "bool";
  if (has(reservedWords, image)) return "operatorKeyword";
  return typeOfSpelling(image) === undefined ? "variableName" : "keyword";
}

function byCodeMirror(text: string): Painting {
  const painting: Painting = Array.from({ length: text.length });
  const tree = StreamLanguage.define(parableStream as never).parser.parse(text);
  tree.iterate({
    enter: ({ name, from, to }) => {
      if (name !== "Document") paint(painting, from, to, name as Style);
    },
  });
  return painting;
}

async function textmateOf(): Promise<textmate.IGrammar> {
  const require = createRequire(import.meta.url);
  const wasm = join(dirname(require.resolve("vscode-oniguruma")), "onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm).buffer as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmateGrammar() as textmate.IRawGrammar,
  });
  return (await registry.loadGrammar("source.parable")) as textmate.IGrammar;
}

function byTextMate(text: string, grammar: textmate.IGrammar): Painting {
  const painting: Painting = Array.from({ length: text.length });
  let state = textmate.INITIAL;
  let start = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const end = Math.min(start + endIndex, start + line.length);
      paint(painting, start + startIndex, end, styleOfScope(scopes.at(-1) as string));
    }
    state = ruleStack;
    start += line.length + 1;
  }
  return painting;
}

/** Runs of characters painted alike, white space left out: what a difference looks like to a person. */
function runs(text: string, painting: Painting): string[] {
  return [...text].length === 0
    ? []
    : [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
        const styles = Array.from(word, (_, at) => painting[index + at] ?? "none");
        return `${word} ${styles.filter((style, at) => style !== styles[at - 1]).join("+")}`;
      });
}

describe("editors colour the corpus as the compiler reads it", () => {
  it.each([...corpus("good")])("%s in CodeMirror", (file) => {
    const text = readSpec(file);
    expect(runs(text, byCodeMirror(text))).toEqual(runs(text, byCompiler(text)));
  });

  it("with styles that CodeMirror has, and its comment sign", () => {
    for (const { style } of highlighting) expect(Object.keys(tags)).toContain(style);
    const state = EditorState.create({
      doc: "table t { }",
      extensions: StreamLanguage.define(parableStream as never),
    });
    expect(state.languageDataAt("commentTokens", 3)).toEqual([{ line: "#" }]);
  });

  it("in TextMate", async () => {
    const grammar = await textmateOf();
    for (const file of corpus("good")) {
      const text = readSpec(file);
      expect(runs(text, byTextMate(text, grammar)), file).toEqual(runs(text, byCompiler(text)));
    }
  });

  it.each([
    ["assets/parable.tmLanguage.json", () => `${JSON.stringify(textmateGrammar(), null, 2)}\n`],
    ["docs/language/grammar.ebnf", ebnf],
    ["docs/language/railroad.html", railroadPage],
  ] as const)("%s is up to date (UPDATE_GRAMMAR=1 writes it)", (file, make) => {
    const path = join(root, file);
    if (process.env["UPDATE_GRAMMAR"]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, make());
    }
    expect(readFileSync(path, "utf8")).toBe(make());
  });
});
